using MtlsTools.Verification;

namespace MtlsTools.Policy;

/// <summary>One rule: what it asks for, where that is written, and what to do. Its check answers the cause in words, or null when all is well.</summary>
public sealed class PolicyRule
{
    internal PolicyRule(string id, FindingSeverity severity, string source, string title, string fix)
    {
        Id = id;
        Severity = severity;
        Source = source;
        Title = title;
        Fix = fix;
    }

    /// <summary>The name; stable across versions.</summary>
    public string Id { get; }

    /// <summary>How much a breach matters.</summary>
    public FindingSeverity Severity { get; }

    /// <summary>Which standard or practice asks for it.</summary>
    public string Source { get; }

    /// <summary>What it asks for.</summary>
    public string Title { get; }

    /// <summary>What to do; <c>&lt;file&gt;</c> stands for the file.</summary>
    public string Fix { get; }

    /// <summary>What it judges.</summary>
    public PolicySubjects AppliesTo =>
        (Certificate is null ? 0 : PolicySubjects.Certificate)
        | (Request is null ? 0 : PolicySubjects.Request)
        | (KeyFile is null ? 0 : PolicySubjects.KeyFile)
        | (ChainFile is null ? 0 : PolicySubjects.ChainFile)
        | (Authority is null ? 0 : PolicySubjects.Authority)
        | (Crl is null ? 0 : PolicySubjects.Crl)
        | (Set is null ? 0 : PolicySubjects.Set);

    internal Func<CertificateFacts, string?>? Certificate { get; init; }

    internal Func<RequestFacts, string?>? Request { get; init; }

    internal Func<KeyFileFacts, string?>? KeyFile { get; init; }

    internal Func<ChainFileFacts, string?>? ChainFile { get; init; }

    internal Func<AuthorityFacts, string?>? Authority { get; init; }

    internal Func<CrlFacts, string?>? Crl { get; init; }

    internal SetRule? Set { get; init; }

    /// <summary>Id and title.</summary>
    public override string ToString() => $"{Id}: {Title}";
}

/// <summary>A rule over many certificates: those of one group must not differ in what tells them apart.</summary>
/// <param name="Member">The group that a certificate belongs to, and what tells it apart there; null when the rule does not concern it.</param>
/// <param name="Cause">The cause in words, from the labels of the certificates.</param>
internal sealed record SetRule(Func<SetEntry, (ReadOnlyMemory<byte> Group, ReadOnlyMemory<byte> Apart)?> Member, Func<IReadOnlyList<string>, string> Cause);
