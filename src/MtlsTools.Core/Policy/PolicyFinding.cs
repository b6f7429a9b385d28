using MtlsTools.Verification;

namespace MtlsTools.Policy;

/// <summary>A rule that is broken, by whom, how, and what to do.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Subject">What breaks it: a certificate's name, a file.</param>
/// <param name="Cause">How, with the value that was found.</param>
/// <param name="Remedy">What to do.</param>
public sealed record PolicyFinding(PolicyRule Rule, string Subject, string Cause, string Remedy)
{
    /// <summary>The rule's name; stable.</summary>
    public string Id => Rule.Id;

    /// <summary>How much it matters.</summary>
    public FindingSeverity Severity => Rule.Severity;

    /// <summary>Which standard or practice asks for it.</summary>
    public string Source => Rule.Source;

    /// <summary>Id, cause and remedy in one line.</summary>
    public override string ToString() => $"{Id}: {Cause} {Remedy}";
}
