using System.Net;
using MtlsTools.Names;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>Subject and subject alternative names.</summary>
internal static class NameRules
{
    private const int LongestCommonName = 64;

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("SanMissing", Error, "RFC 9525, 2", "A server names its hosts as subject alternative names", "Issue it again with a DNS or IP name (-DnsName, -IPAddress): clients do not look at the common name.")
        {
            Certificate = c => c.Extensions.HasPurpose(Certificates.MtlsCertificate.ServerAuthOid) && c.IsServer && c.Names.San.Count == 0 ? $"'{c.Name}' is a server's certificate and has no subject alternative name; its subject is '{c.Names.Subject}'." : null,
        },
        Name("SubjectMissing", Error, "RFC 5280, 4.1.2.6", "A certificate names somebody, and a CA by its subject", "Issue it again with -Subject; a server or client may do with alternative names alone.",
            n => n.Subject.IsEmpty && n.IsCa ? "The subject is empty, and a CA is found by it." : n.Subject.IsEmpty && n.San.Count == 0 ? "There is neither a subject nor a subject alternative name." : null),
        Name("SanNotCritical", Error, "RFC 5280, 4.2.1.6", "With an empty subject the alternative names are critical", "Issue it again with the subjectAltName marked critical, or with a subject.",
            n => n.Subject.IsEmpty && n.San.Count > 0 && !n.SanIsCritical ? $"The subject is empty, and the subjectAltName ({string.Join(", ", n.San)}) is not marked critical." : null),
        Name("CommonNameTooLong", Error, "RFC 5280, A.1 (ub-common-name)", "A common name has at most 64 characters", "Use a shorter common name and put the long one among the alternative names.",
            n => n.CommonName?.EnumerateRunes().Count() is > LongestCommonName and var length ? $"The common name '{n.CommonName}' has {length} characters." : null),
        Name("IpAddressInDnsName", Error, "RFC 5280, 4.2.1.6", "An IP address is an iPAddress, not a dNSName", "Use 'IP:address' (-IPAddress) in place of the DNS name: clients compare addresses with those alone.",
            n => Words.About(n.DnsNames.Where(IsAddress), list => $"{list} stands there as a DNS name.")),
        Name("DnsNameInvalid", Error, "RFC 5280, 4.2.1.6 (RFC 1034, 3.5)", "A dNSName is a host name", "Use letters, digits and hyphens in labels of 1 to 63, joined by dots; international names in their xn-- form.",
            n => Words.About(n.DnsNames.Where(name => !IsAddress(name) && !name.Contains('*') && !HostName.IsWellFormed(name.TrimEnd('.'))), list => $"{list} is no host name.")),
        Name("DnsNameTrailingDot", Error, "RFC 5280, 4.2.1.6", "A dNSName has no dot at its end", "Leave the last dot out: with it the name matches no host.",
            n => Words.About(n.DnsNames.Where(name => name.Length > 1 && name[^1] == '.'), list => $"{list} ends with a dot.")),
        Name("DnsNameUnderscore", Warning, "RFC 5280, 4.2.1.6 (RFC 1034, 3.5)", "A dNSName has no underscore", "Use a hyphen: some CAs and clients refuse an underscore.",
            n => Words.About(n.DnsNames.Where(name => name.Contains('_')), list => $"{list} has an underscore.")),
        Name("WildcardInvalid", Error, "RFC 9525, 6.3", "A wildcard is the whole first label", "Write *.example.com: a star anywhere else, or alone, matches nothing.",
            n => Words.About(n.DnsNames.Where(name => name.Contains('*') && !(name.StartsWith("*.", StringComparison.Ordinal) && HostName.IsWellFormed(name.TrimEnd('.')))), list => $"{list} has a star that is not the whole first label.")),
        Name("WildcardTooBroad", Warning, "RFC 9525, 7.1", "A wildcard covers one domain, not all below a top-level one", "Name the hosts, or put the wildcard below a domain of your own.",
            n => Words.About(n.DnsNames.Where(name => name.StartsWith("*.", StringComparison.Ordinal) && HostName.IsWellFormed(name) && name.LastIndexOf('.') == 1), list => $"{list} covers every host directly below a top-level domain.")),
        Name("SanDuplicate", Warning, "CA/Browser Forum BR, 7.1.2.7.12", "An alternative name stands there once", "Leave the repetition out: some CAs refuse it.",
            n => n.San.Count < 2 ? null : Words.About(n.San.GroupBy(name => (name.Kind, name.Value.ToUpperInvariant())).Where(group => group.Count() > 1).Select(group => group.First().Value), list => $"{list} stands more than once among the alternative names.")),
        Name("CommonNameNotInSan", Warning, "RFC 9525, 2", "A server's common name, when it is a host, is an alternative name as well", "Add it to the alternative names, or use a common name that is no host: clients do not look at it.",
            n => n.IsServer && n.San.Count > 0 && n.CommonName is { } common && !IsAddress(common) && HostName.IsWellFormed(common) && !HasName(n, AlternativeNameKind.Dns, common) ? $"The common name '{n.CommonName}' is not among the alternative names ({string.Join(", ", n.San)}), so clients do not find the server by it." : null),
        Name("IpAddressOnlyInCommonName", Warning, "RFC 9525, 2", "A server's IP address stands among the alternative names", "Add it as 'IP:address' (-IPAddress): clients do not look at the common name.",
            n => n.IsServer && n.CommonName is { } common && IsAddress(common) && !HasName(n, AlternativeNameKind.IpAddress, common) ? $"The address '{n.CommonName}' stands in the common name alone." : null),
    ];

    private static PolicyRule Name(string id, Verification.FindingSeverity severity, string source, string title, string fix, Func<NameFacts, string?> check) =>
        new(id, severity, source, title, fix) { Certificate = c => check(c.Names), Request = r => check(r.Names) };

    private static bool IsAddress(string text) => text.Count(c => c is '.' or ':') >= 2 && IPAddress.TryParse(text, out _);

    private static bool HasName(NameFacts names, AlternativeNameKind kind, string value) => names.San.Any(name => name.Kind == kind && (kind == AlternativeNameKind.IpAddress
        ? IPAddress.Parse(name.Value).Equals(IPAddress.Parse(value))
        : name.Value.Equals(value, StringComparison.OrdinalIgnoreCase)));
}
