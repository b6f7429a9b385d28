using System.Diagnostics;
using MtlsTools.Keys.Access.Unix;

namespace MtlsTools.Configuration;

/// <summary>A server that runs with a configuration that was made for it, for labs. It ends with <see cref="Stop"/>, and with this process.</summary>
public sealed class ConfigProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly IDisposable folder;
    private readonly ProcessLog log;
    private int stopped;

    internal ConfigProcess(ConfigTarget target, Uri uri, string command, Process process, IDisposable folder)
    {
        Target = target;
        Uri = uri;
        Command = command;
        this.process = process;
        this.folder = folder;
        Id = process.Id;
        log = new ProcessLog(process);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>The program.</summary>
    public ConfigTarget Target { get; }

    /// <summary>The number of its process.</summary>
    public int Id { get; }

    /// <summary>The port that it listens on.</summary>
    public int Port => Uri.Port;

    /// <summary>Where clients of this machine reach it.</summary>
    public Uri Uri { get; }

    /// <summary>The command that runs.</summary>
    public string Command { get; }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => stopped == 0 && !process.HasExited;

    /// <summary>What it has said so far, the newest million characters of it.</summary>
    public string Log => log.ToString();

    /// <summary>Ends it and those that it started, and removes the folder that it worked in.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;

        // Asked to end, a server takes its children and what it shares with them along.
        if (!OperatingSystem.IsWindows() && !process.HasExited)
            Libc.Terminate(process.Id);
        else if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        if (!process.WaitForExit(Patience))
            process.Kill(entireProcessTree: true);
        process.WaitForExit(Patience);
        log.WaitForEnd(Patience);
        process.Dispose();
        folder.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    /// <inheritdoc/>
    public override string ToString() => $"{Target} at {Uri}";

    private void OnExit(object? sender, EventArgs e) => Stop();
}
