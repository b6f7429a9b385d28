using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MtlsTools.Configuration.Targets;
using MtlsTools.Encoding;
using MtlsTools.Processes;
using MtlsTools.Server;

namespace MtlsTools.Configuration.Programs;

/// <summary>
/// Tries a configuration with the program that it is for: with the same text but for the address and the port, so that neither rights nor
/// a server that runs already stand in the way.
/// </summary>
internal sealed class TargetRunner
{
    internal const string Purpose = "the configuration can not be tried";

    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConfigOptions options;
    private readonly TargetDefinition target;
    private readonly TargetProgram program;
    private readonly SystemProcesses processes;
    private readonly CancellationToken cancellation;
    private readonly string tool;

    /// <exception cref="InputException">The target is nothing that could be tried on this machine.</exception>
    /// <exception cref="StoreException">The program is not installed.</exception>
    internal TargetRunner(ConfigOptions options, ConfigPlatform platform, CancellationToken cancellation)
    {
        this.options = options;
        this.cancellation = cancellation;
        target = ConfigTargets.Find(options.Target);
        program = target.Program ?? throw new InputException(ErrorCode.ConfigNotRunnable, $"The configuration for {target.Title} is nothing that a program of this machine could try. Leave -Test and -Start out.");
        if (platform == ConfigPlatform.Windows != OperatingSystem.IsWindows())
            throw new InputException(ErrorCode.ConfigNotRunnable, $"The configuration is for {target.Title} on {platform}, and this machine is another kind of system. Leave -Test and -Start out, or use them there.");
        processes = new SystemProcesses(cancellation);
        tool = program.Tools.Select(processes.Find).FirstOrDefault(found => found is not null) ?? throw ToolPackages.Missing(program.Tools[0], Purpose);
    }

    /// <summary>The program's own check, or, when it has none, whether it starts.</summary>
    internal ConfigCheck Check()
    {
        if (program.Check is null)
            return CheckByStarting();
        using var folder = PrivateFolder.Create();
        var said = new List<string>();
        var commands = program.Check(Prepare(folder, FreePort()));
        for (var i = 0; i < commands.Count; i++)
        {
            var result = processes.Run(commands[i]);
            said.AddRange(new[] { result.Output.Trim(), result.Error.Trim() }.Where(text => text.Length > 0));
            if (result.ExitCode != 0 || i == commands.Count - 1)
                return new ConfigCheck(target.Target, result.ExitCode == 0, string.Join(" && ", commands.Take(i + 1)), string.Join('\n', said));
        }

        throw new InvalidOperationException($"The check of {target.Title} has no command.");
    }

    /// <summary>Starts it; it listens when this returns.</summary>
    /// <exception cref="ServerException">It does not start, or the port is taken.</exception>
    internal ConfigProcess Start()
    {
        if (program.Start is null)
            throw new InputException(ErrorCode.ConfigNotRunnable, $"{target.Title} is no server that could be started. Leave -Start out.");

        // Programs that wait for a port to become free would look as if they listened there.
        if (options.Port is { } wanted)
            ServerSocket.Listen(IPAddress.Loopback, wanted).Dispose();
        for (var attempt = 1; ; attempt++)
        {
            var started = Launch(options.Port ?? FreePort());
            if (IsReady(started))
                return started;
            var said = Stop(started);

            // A port that was free may have been taken meanwhile; anything else stays wrong.
            if (attempt == Attempts || options.Port is not null || !said.Contains("in use", StringComparison.OrdinalIgnoreCase))
                throw new ServerException(ErrorCode.ConfigNotStarted, $"{target.Title} does not start with this configuration. `{started.Command}` said: {(said.Trim() is { Length: > 0 } words ? words : "nothing")}");
        }
    }

    private ConfigCheck CheckByStarting()
    {
        var started = Launch(FreePort());
        var success = IsReady(started);
        return new ConfigCheck(target.Target, success, started.Command, Stop(started).Trim());
    }

    private static string Stop(ConfigProcess started)
    {
        started.Stop();
        return started.Log;
    }

    private ConfigProcess Launch(int port)
    {
        var folder = PrivateFolder.Create();
        try
        {
            var run = Prepare(folder, port);
            var command = program.Start!(run);
            var process = Process.Start(SystemProcesses.StartOf(command.Tool, command))!;
            process.StandardInput.Close();
            return new ConfigProcess(target.Target, UriOf(port), command.ToString(), process, folder);
        }
        catch (Exception failed)
        {
            folder.Dispose();
            if (failed is Win32Exception)
                throw new ServerException(ErrorCode.ConfigNotStarted, $"'{tool}' does not start: {failed.Message} Check that this account may run it.", failed);
            throw;
        }
    }

    /// <summary>Writes what is to be tried. Files of certificates and keys that are at their place already are taken from there.</summary>
    private ProgramRun Prepare(PrivateFolder folder, int port)
    {
        var trial = options with { Port = port, Address = IPAddress.Loopback };
        var config = MtlsConfig.Create(program.NeedsOwnFiles ? trial with { Directory = folder.Path, InstallPath = folder.Path } : trial);
        if (!program.NeedsOwnFiles && (options.InstallPath is not null || config.Files.Any(file => file.Role != ConfigFileRole.Configuration && file.IsMade && !File.Exists(file.Path))))
            config = MtlsConfig.Create(trial with { Directory = folder.Path, InstallPath = null });
        foreach (var file in config.Files.Where(file => file.IsMade && (file.Role == ConfigFileRole.Configuration || config.Folder == folder.Path)))
            folder.Write(file.Name, file.Content);
        return new ProgramRun(config, port, tool, folder, processes);
    }

    private bool IsReady(ConfigProcess started)
    {
        var until = Stopwatch.StartNew();
        while (started.IsRunning && until.Elapsed < Patience)
        {
            if (cancellation.IsCancellationRequested)
                started.Stop();
            cancellation.ThrowIfCancellationRequested();
            if (Accepts(started.Port) && (program.Ready is null || started.Log.Contains(program.Ready, StringComparison.Ordinal)))
                return true;
            Thread.Sleep(20);
        }

        return false;
    }

    /// <summary>The name of the certificate that means this machine, where there is one.</summary>
    private Uri UriOf(int port) => new UriBuilder(program.Scheme, options.Certificate?.San.Any(name => name.Value == "localhost") == true ? "localhost" : $"{IPAddress.Loopback}", port, "/").Uri;

    private static int FreePort()
    {
        using var listener = ServerSocket.Listen(IPAddress.Loopback, 0);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private static bool Accepts(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
