using System.Diagnostics;

namespace MtlsTools.Benchmarks;

/// <summary>Runs the peers.</summary>
internal static class Shell
{
    internal static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program and gives its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static string Run(string program, string folder, params string[] arguments)
    {
        var (exitCode, output, error) = Start(program, folder, arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments.Take(20))} failed: {error}{output}");
    }

    /// <summary>Runs a program whose exit code tells something else than failure.</summary>
    internal static void RunAnyExit(string program, string folder, params string[] arguments) => Start(program, folder, arguments);

    private static (int ExitCode, string Output, string Error) Start(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }
}
