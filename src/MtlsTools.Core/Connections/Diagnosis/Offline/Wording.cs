using System.Text.RegularExpressions;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>Words by which a program reports a failure, and what they mean.</summary>
internal sealed class Wording
{
    private const string Punctuation = "()[],.:;'\"";

    private readonly Regex pattern;
    private readonly Func<bool, Clue?> meaning;

    private Wording(string program, string pattern, Func<bool, Clue?> meaning)
    {
        Program = program;
        this.pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        this.meaning = meaning;
    }

    /// <param name="program">Whose words they are.</param>
    /// <param name="pattern">What they look like, in any case; bounded in time whatever the text is.</param>
    /// <param name="ids">What they mean; several where they mean one of them.</param>
    internal Wording(string program, string pattern, params FindingId[] ids)
        : this(program, pattern, _ => new Clue("", FindingCatalog.Of(ids)))
    {
    }

    internal string Program { get; }

    internal string Pattern => pattern.ToString();

    /// <summary>Whether the words say no more than that something failed.</summary>
    internal bool IsGeneral { get; init; }

    /// <summary>What is to be known of this program beside the usual remedy.</summary>
    internal string? Hint { get; init; }

    /// <summary>Words for a TLS alert: what it means depends on who says it.</summary>
    internal static Wording OfAlert(string program, string pattern, int alert) =>
        new(program, pattern, inServerLog => AlertClues.Find(alert, inServerLog ? FindingSide.Client : FindingSide.Server));

    /// <summary>Words for one of OpenSSL's verify errors: on a server they are about the client's certificate.</summary>
    internal static Wording OfVerify(string program, string pattern, int code) =>
        new(program, pattern, inServerLog => VerifyCodes.Find(code, inServerLog));

    /// <summary>General words: what a client may mean by them, and in a server's log that a client was refused.</summary>
    internal static Wording OfSide(string program, string pattern, params FindingId[] onClient) =>
        new(program, pattern, inServerLog => new Clue("", FindingCatalog.Of(inServerLog ? [FindingId.ClientCertificateRejected] : onClient))) { IsGeneral = true };

    /// <summary>The clue that a text holds, or null.</summary>
    internal Clue? FindIn(string text, bool inServerLog) => pattern.Match(text) is { Success: true } match
        ? Meaning(inServerLog) with { Recognized = $"{Program}: \"{match.Value.Trim().TrimEnd([.. Punctuation])}\"", IsGeneral = IsGeneral }
        : null;

    /// <summary>What the words mean on a client, or in a server's log.</summary>
    internal Clue Meaning(bool inServerLog)
    {
        var clue = meaning(inServerLog) ?? throw new InvalidOperationException($"{pattern} has no meaning.");
        return Hint is null ? clue : clue with { Findings = clue.Findings.Select(finding => finding with { Remedy = $"{finding.Remedy} {Hint}" }).ToList() };
    }
}
