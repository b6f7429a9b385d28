using MtlsTools.Processes;

namespace MtlsTools.Configuration.Programs;

/// <summary>How a target's own program is asked about a configuration, and run with it.</summary>
/// <param name="Tools">The names that it goes by; the first one that is installed is taken.</param>
internal sealed record TargetProgram(params string[] Tools)
{
    /// <summary>Its own check, one command after the other until one fails; null when it has none, and then starting it is the check.</summary>
    public Func<ProgramRun, IReadOnlyList<ProcessCommand>>? Check { get; init; }

    /// <summary>Runs it in the foreground, where it listens on the configuration's port; null when it is not a server.</summary>
    public Func<ProgramRun, ProcessCommand>? Start { get; init; }

    /// <summary>Whether all files are copied for it, because it may not run as an account that could read the user's own.</summary>
    public bool NeedsOwnFiles { get; init; }

    /// <summary>What it says once it serves; null where that it listens is enough.</summary>
    public string? Ready { get; init; }

    /// <summary>How its address begins.</summary>
    public string Scheme { get; init; } = Uri.UriSchemeHttps;
}
