using MtlsTools.Names;

namespace MtlsTools.Policy;

/// <summary>The names of a certificate or request, and whether it is known to be a server's.</summary>
internal sealed record NameFacts(DistinguishedName Subject, IReadOnlyList<AlternativeName> San, bool SanIsCritical, bool IsServer, bool IsCa)
{
    internal IEnumerable<string> DnsNames => San.Where(name => name.Kind == AlternativeNameKind.Dns).Select(name => name.Value);

    internal string? CommonName { get; } = Subject.CommonName;
}
