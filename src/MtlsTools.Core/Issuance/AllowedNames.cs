using System.IO.Enumeration;
using System.Net;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>The names that a profile certifies. A kind of name that has no entry is not certified at all.</summary>
public sealed record AllowedNames
{
    /// <summary>Host names: <c>api.example.com</c> exactly, <c>.example.com</c> all below it, <c>web-*.example.com</c> a pattern in which <c>*</c> stands for a part of one label.</summary>
    public IReadOnlyList<string> Dns { get; internal init; } = [];

    /// <summary>Networks: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, or one address.</summary>
    public IReadOnlyList<string> Ip { get; internal init; } = [];

    /// <summary>Mail domains: <c>example.com</c> for its mailboxes, <c>.example.com</c> for those of the domains below it, or one address.</summary>
    public IReadOnlyList<string> Email { get; internal init; } = [];

    /// <summary>Beginnings of URIs: <c>spiffe://example.org/</c>.</summary>
    public IReadOnlyList<string> Uri { get; internal init; } = [];

    /// <summary>Attributes of the subject, with a pattern for the value where it matters: <c>CN</c>, <c>O=Acme</c>, <c>OU=*-team</c>. Null is any subject.</summary>
    public IReadOnlyList<string>? Subject { get; internal init; }

    /// <summary>Which name is not allowed, and what would be; null when all are.</summary>
    internal string? FindViolation(DistinguishedName subject, IReadOnlyList<AlternativeName> san)
    {
        foreach (var attribute in subject.Parts.SelectMany(part => part))
        {
            if (Subject is not null && !Subject.Any(rule => Allows(rule, attribute)))
                return Say($"'{attribute}' in the subject", Subject);
        }

        foreach (var name in san)
        {
            var (rules, allows) = RulesFor(name.Kind);
            if (!rules.Any(rule => allows(rule, name.Value)))
                return Say($"'{name}'", rules);
        }

        return null;
    }

    private (IReadOnlyList<string> Rules, Func<string, string, bool> Allows) RulesFor(AlternativeNameKind kind) => kind switch
    {
        AlternativeNameKind.Dns => (Dns, AllowsHost),
        AlternativeNameKind.IpAddress => (Ip, AllowsAddress),
        AlternativeNameKind.Email => (Email, AllowsMail),
        AlternativeNameKind.Uri => (Uri, AllowsUri),
        _ => ([], (_, _) => false),
    };

    private static string Say(string name, IReadOnlyList<string> rules) =>
        rules.Count == 0 ? $"{name} is of a kind that is not certified" : $"{name} is none of {string.Join(", ", rules)}";

    private static bool Allows(string rule, AttributeTypeAndValue attribute)
    {
        var equals = rule.IndexOf('=', StringComparison.Ordinal);
        return AttributeTypeAndValue.OidOf((equals < 0 ? rule : rule[..equals]).Trim()) == attribute.Oid
            && (equals < 0 || FileSystemName.MatchesSimpleExpression(rule.AsSpan(equals + 1).Trim(), attribute.Value, ignoreCase: true));
    }

    /// <summary>A wildcard name stands for many hosts: it is allowed where all of them are.</summary>
    private static bool AllowsHost(string rule, string host)
    {
        if (rule.StartsWith('.'))
            return host.EndsWith(rule, StringComparison.OrdinalIgnoreCase) && host.Length > rule.Length;
        var (patterns, labels) = (rule.Split('.'), host.Split('.'));
        return patterns.Length == labels.Length
            && patterns.Zip(labels).All(pair => FileSystemName.MatchesSimpleExpression(pair.First, pair.Second, ignoreCase: true));
    }

    private static bool AllowsAddress(string rule, string address)
    {
        var ip = IPAddress.Parse(address);
        return rule.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(rule).Contains(ip) : IPAddress.Parse(rule).Equals(ip);
    }

    private static bool AllowsMail(string rule, string mailbox)
    {
        if (rule.Contains('@', StringComparison.Ordinal))
            return mailbox.Equals(rule, StringComparison.OrdinalIgnoreCase);
        var domain = mailbox[(mailbox.IndexOf('@', StringComparison.Ordinal) + 1)..];
        return rule.StartsWith('.') ? domain.EndsWith(rule, StringComparison.OrdinalIgnoreCase) : domain.Equals(rule, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What is allowed ends where a part of the URI ends, so that example.org does not allow example.org.evil.example; and a dot segment would lead out of it again.</summary>
    private static bool AllowsUri(string rule, string uri) =>
        uri.StartsWith(rule, StringComparison.Ordinal)
        && (uri.Length == rule.Length || rule[^1] is '/' or ':' || uri[rule.Length] is '/' or '?' or '#')
        && !uri.Split('/', '?', '#').Any(segment => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..");
}
