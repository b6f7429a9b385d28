using System.ComponentModel;
using System.Diagnostics;
using MtlsTools.Encoding;

namespace MtlsTools.Processes;

/// <summary>The programs of this system, asked to speak English so that their words can be read.</summary>
/// <param name="cancellation">Stops what is running.</param>
internal sealed class SystemProcesses(CancellationToken cancellation = default) : IProcessRunner
{
    /// <summary>A stop is told once: what is run after it puts back what was.</summary>
    private bool stopWasTold;

    public string? Find(string tool)
    {
        if (Path.IsPathRooted(tool))
            return File.Exists(tool) ? tool : null;

        // What only root uses is not always on other users' PATH.
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var names = OperatingSystem.IsWindows() ? new[] { $"{tool}.exe" } : [tool];
        return folders.Concat(OperatingSystem.IsWindows() ? [] : ["/usr/sbin", "/sbin"])
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    public ProcessResult Run(ProcessCommand command)
    {
        ThrowIfStopped();
        var start = StartOf(Find(command.Tool) ?? throw ToolPackages.Missing(command.Tool), command);
        try
        {
            using var process = Process.Start(start)!;
            return Finish(process, command);
        }
        catch (Win32Exception failure)
        {
            throw new StoreException(ErrorCode.ToolFailed, $"'{command.Tool}' does not start: {failure.Message} Check that this account may run it.", failure);
        }
    }

    /// <summary>How a program is started: all three streams are this process's, and its words are English.</summary>
    internal static ProcessStartInfo StartOf(string file, ProcessCommand command)
    {
        var start = new ProcessStartInfo(file, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        return start;
    }

    private ProcessResult Finish(Process process, ProcessCommand command)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopWasTold ? CancellationToken.None : cancellation);
        limit.CancelAfter(command.Timeout);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            WriteInput(process, command);
            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            return new ProcessResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ThrowIfStopped();
            throw new StoreException(ErrorCode.ToolFailed, $"`{command}` did not end within {command.Timeout.TotalSeconds:0} seconds and was stopped. It may be waiting for a question to be answered: run it by hand to see.");
        }
    }

    private void ThrowIfStopped()
    {
        if (stopWasTold)
            return;
        stopWasTold = cancellation.IsCancellationRequested;
        cancellation.ThrowIfCancellationRequested();
    }

    private static void WriteInput(Process process, ProcessCommand command)
    {
        try
        {
            using var input = process.StandardInput.BaseStream;
            foreach (var line in command.SecretInput)
                SecretText.UseLine(line, bytes => input.Write(bytes));
        }
        catch (IOException)
        {
            // A program that has ended already tells why by its exit code.
        }
    }
}
