using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Policy;
using MtlsTools.Requests;

namespace MtlsTools.Audit;

/// <summary>Sees certificates one after another and finds what only several show: a key or a serial number that two of them share. It remembers hashes and labels, not certificates.</summary>
public sealed class CertificateSet
{
    private readonly PolicyOptions options;
    private readonly Dictionary<PolicyRule, Dictionary<Digest, Group>> groups = [];

    /// <summary>An empty set.</summary>
    public CertificateSet(PolicyOptions? options = null) => this.options = options ?? PolicyOptions.Default;

    /// <summary>Sees a certificate.</summary>
    /// <exception cref="InputException">The certificate's structure is damaged.</exception>
    public void Add(MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Add(PolicyChecker.ReadFacts(certificate, null, options));
    }

    /// <summary>Sees a request.</summary>
    public void Add(CertificateSigningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Add(new SetEntry(Label(request.ToString(), request.Path), request.Der, WhomFor(request.Subject, request.San), request.PublicKey.Der, null));
    }

    /// <summary>What the certificates show together: one report for each group that breaks a rule.</summary>
    public IEnumerable<PolicyReport> Check() =>
        from rule in groups
        from @group in rule.Value.Values
        where @group.Others is not null
        let labels = @group.Others!.Values.Prepend(@group.Label).ToList()
        let name = string.Join(", ", labels)
        select new PolicyReport(PolicySubjects.Set, name, null, [new PolicyFinding(rule.Key, name, rule.Key.Set!.Cause(labels), rule.Key.Fix)]);

    internal void Add(CertificateFacts facts)
    {
        var certificate = facts.Certificate;
        Add(new SetEntry(Label(certificate.Name, certificate.Path), certificate.X509.RawDataMemory, WhomFor(certificate.Subject, certificate.San), facts.Key.Der, facts));
    }

    private void Add(SetEntry entry)
    {
        foreach (var rule in PolicyRules.All)
        {
            if (rule.Set is null || !options.Asks(rule) || rule.Set.Member(entry) is not var (key, apart))
                continue;
            if (!groups.TryGetValue(rule, out var known))
                groups[rule] = known = [];
            var apartDigest = Digest.Of(apart);
            var digest = Digest.Of(key);
            if (!known.TryGetValue(digest, out var first))
                known[digest] = new Group(apartDigest, entry.Label);
            else if (first.Apart != apartDigest)
                (first.Others ??= []).TryAdd(apartDigest, entry.Label);
        }
    }

    /// <summary>A renewed certificate may name other hosts: as long as the subject is the same, it is for the same one.</summary>
    private static ReadOnlyMemory<byte> WhomFor(Names.DistinguishedName subject, IReadOnlyList<Names.AlternativeName> san) =>
        subject.IsEmpty ? System.Text.Encoding.UTF8.GetBytes(string.Join(',', san)) : subject.Der;

    private static string Label(string name, string? path) => path is null ? $"'{name}'" : $"'{name}' ({path})";

    /// <summary>Half of a SHA-256: enough to tell any number of certificates apart.</summary>
    private readonly record struct Digest(ulong High, ulong Low)
    {
        internal static Digest Of(ReadOnlyMemory<byte> content)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(content.Span, hash);
            return new Digest(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[sizeof(ulong)..]));
        }
    }

    private sealed class Group(Digest apart, string label)
    {
        internal Digest Apart { get; } = apart;

        internal string Label { get; } = label;

        internal Dictionary<Digest, string>? Others { get; set; }
    }
}
