using System.Security;
using MtlsTools.Encoding;

namespace MtlsTools.Processes;

/// <summary>A program and its arguments. Secrets go through standard input or owner-only files, never among the arguments: those are there for every user of the system to see.</summary>
/// <param name="Tool">The program's name, as found on PATH, or its full path.</param>
/// <param name="Arguments">Each argument by itself; no shell takes part.</param>
internal sealed record ProcessCommand(string Tool, params string[] Arguments)
{
    /// <summary>Lines for standard input, each followed by a newline; it is closed afterwards.</summary>
    public IReadOnlyList<SecureString> SecretInput { get; init; } = [];

    /// <summary>Variables beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>After this the program is stopped. One minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The command as it could be typed into a shell.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Tool).Select(BashText.QuoteIfNeeded));
}

/// <summary>How a program ended.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Runs the programs that keep a store.</summary>
internal interface IProcessRunner
{
    /// <summary>The program's full path, or null when it is not installed.</summary>
    string? Find(string tool);

    /// <summary>Runs it to its end, whatever its exit code.</summary>
    /// <exception cref="StoreException">The program is missing, does not start, or does not end in time.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped; the program was, too.</exception>
    ProcessResult Run(ProcessCommand command);
}

/// <summary>What every user of a runner does.</summary>
internal static class ProcessRunning
{
    /// <summary>Runs it, and an exit code other than 0 is an error that quotes what the program said.</summary>
    /// <exception cref="StoreException">As said.</exception>
    internal static ProcessResult Require(this IProcessRunner runner, ProcessCommand command)
    {
        var result = runner.Run(command);
        return result.ExitCode == 0 ? result : throw Failed(command, result);
    }

    /// <summary>The error that quotes what a program said.</summary>
    internal static StoreException Failed(ProcessCommand command, ProcessResult result)
    {
        var said = (result.Error.Trim() is { Length: > 0 } error ? error : result.Output.Trim()).ReplaceLineEndings(" ");
        return new StoreException(ErrorCode.ToolFailed, $"`{command}` ended with exit code {result.ExitCode}: {(said.Length == 0 ? "it said nothing." : said)}");
    }

    /// <summary>Refuses to begin when a program is missing.</summary>
    /// <exception cref="StoreException">The program is not installed; the message names the package.</exception>
    internal static void RequireTool(this IProcessRunner runner, string tool)
    {
        if (runner.Find(tool) is null)
            throw ToolPackages.Missing(tool);
    }
}
