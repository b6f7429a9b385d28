using System.Diagnostics;

namespace MtlsTools.Tests.Support;

/// <summary>Another implementation, as a program of this machine. Tests that need one use [SkippableFact] or [SkippableTheory].</summary>
public sealed class Peer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Packages = new()
    {
        ["certtool"] = "gnutls-bin",
        ["gnutls-cli"] = "gnutls-bin",
        ["gnutls-serv"] = "gnutls-bin",
        ["flock"] = "util-linux",
        ["keytool"] = "default-jre-headless",
        ["go"] = "golang-go",
        ["gofmt"] = "golang-go",
        ["postgres"] = "postgresql",
        ["certutil"] = "libnss3-tools",
        ["pk12util"] = "libnss3-tools",
        ["tinyproxy"] = "tinyproxy-bin",
        ["dovecot"] = "dovecot-imapd dovecot-pop3d",
        ["mariadbd"] = "mariadb-server-core",
        ["apache2"] = "apache2-bin",
        ["node"] = "nodejs",
        ["javac"] = "default-jdk-headless",
        ["update-ca-certificates"] = "ca-certificates",
        ["trust"] = "p11-kit p11-kit-modules",
        ["getfacl"] = "acl",
        ["setfacl"] = "acl",
        ["setpriv"] = "util-linux",
        ["promtool"] = "prometheus",
    };

    private readonly string path;
    private readonly IReadOnlyDictionary<string, string> environment;

    private Peer(string path, IReadOnlyDictionary<string, string> environment)
    {
        this.path = path;
        this.environment = environment;
    }

    /// <summary>Whether the program is there.</summary>
    public static bool Exists(string program) => Find(program) is not null;

    /// <summary>Finds the program, or skips the test and says which package to install.</summary>
    public static Peer Require(string program)
    {
        var found = Find(program);
        Skip.If(found is null, $"'{program}' is not installed; on Debian: apt install {Packages.GetValueOrDefault(program, program)}");
        return Of(found!);
    }

    /// <summary>A program that a test made.</summary>
    public static Peer Of(string path) => new(path, new Dictionary<string, string>());

    /// <summary>The program's file.</summary>
    public string File => path;

    /// <summary>A file of the folder Peers.</summary>
    public static string Asset(string name) => Path.Combine(AppContext.BaseDirectory, "Peers", name);

    /// <summary>The same program with an environment variable.</summary>
    public Peer With(string variable, string value) => new(path, new Dictionary<string, string>(environment) { [variable] = value });

    /// <summary>Runs to the end and expects success.</summary>
    public PeerResult Run(params string[] arguments) => Run(arguments, input: null);

    /// <summary>Runs to the end with a standard input and expects success.</summary>
    public PeerResult Run(IReadOnlyList<string> arguments, string? input, TimeSpan? timeout = null)
    {
        var result = Try(arguments, input, timeout);
        Assert.True(result.ExitCode == 0, $"{Path.GetFileName(path)} {string.Join(' ', arguments)}\nended with {result.ExitCode}:\n{result.All}");
        return result;
    }

    /// <summary>Runs to the end, whatever it ends with.</summary>
    public PeerResult Try(params string[] arguments) => Try(arguments, input: null);

    /// <summary>Runs to the end with a standard input, whatever it ends with.</summary>
    public PeerResult Try(IReadOnlyList<string> arguments, string? input, TimeSpan? timeout = null)
    {
        using var process = Start(arguments);
        if (input is not null)
            process.Send(input);
        process.CloseInput();
        return process.WaitForExit(timeout ?? Patience);
    }

    /// <summary>Starts it and leaves it running until the answer is disposed: servers.</summary>
    public PeerProcess Start(params string[] arguments) => Start((IReadOnlyList<string>)arguments);

    private PeerProcess Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Messages that tests read are in one language.
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return new PeerProcess(Process.Start(start)!);
    }

    /// <summary>Debian keeps the server's programs of each version off the path.</summary>
    private static IEnumerable<string> DebianPostgreSql => Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [];

    private static string? Find(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/sbin").Concat(DebianPostgreSql);
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return folders.Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(System.IO.File.Exists);
    }
}
