using System.Text.RegularExpressions;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>Words by which a program reports a failure, and what they mean.</summary>
internal sealed class Wording
{
    private readonly Regex pattern;

    /// <param name="program">Whose words they are.</param>
    /// <param name="pattern">What they look like, in any case; bounded in time whatever the text is.</param>
    /// <param name="ids">What they mean; several where they mean one of them.</param>
    internal Wording(string program, string pattern, params FindingId[] ids)
    {
        Program = program;
        Ids = ids;
        this.pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    internal string Program { get; }

    internal string Pattern => pattern.ToString();

    internal IReadOnlyList<FindingId> Ids { get; }

    /// <summary>Whose matter it is, where the words say so and the finding alone does not.</summary>
    internal FindingSide? Side { get; init; }

    /// <summary>Whether the words say no more than that something failed.</summary>
    internal bool IsGeneral { get; init; }

    /// <summary>The clue that a text holds, or null.</summary>
    internal Clue? FindIn(string text) => pattern.Match(text) is { Success: true } match
        ? new Clue($"{Program}: \"{match.Value}\"", FindingCatalog.Of(Ids, Side), IsGeneral)
        : null;
}
