using System.Collections;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>Turns the fields of a profile file into a profile; whatever RFC 5280 forbids is refused here, not when a certificate is issued.</summary>
internal static class ProfileReader
{
    private static readonly CertificateProfile[] Bases = [CertificateProfile.Server, CertificateProfile.Client, CertificateProfile.Peer, CertificateProfile.Intermediate, CertificateProfile.Bare];
    private static readonly CriticalExtensions[] Criticals = [CriticalExtensions.BasicConstraints, CriticalExtensions.KeyUsage, CriticalExtensions.ExtendedKeyUsage, CriticalExtensions.CertificatePolicies];
    private static readonly NetscapeCertificateTypes[] NetscapeTypes = Enum.GetValues<NetscapeCertificateTypes>()[1..];

    internal static IssuanceProfile Read(IDictionary source, string? path)
    {
        ArgumentNullException.ThrowIfNull(source);
        var fields = new ProfileFields(source, path);
        var profile = IssuanceProfile.Of(fields.Choice("basedOn", Bases) ?? throw fields.Invalid("basedOn", $"it is missing. Write one of {string.Join(", ", Bases)}."));
        profile = profile with { Path = path, Name = ReadName(fields, path) };
        profile = ReadUsage(fields, profile);
        profile = ReadLifetime(fields, profile);
        profile = ReadPresence(fields, profile);
        profile = profile with
        {
            Keys = ReadKeys(fields, profile, out var algorithm),
            KeyAlgorithm = algorithm,
            NeedsSan = fields.Flag("sanRequired") ?? profile.NeedsSan,
            Names = ReadNames(fields.Section("allowedNames")),
            CrlUrls = ReadUrls(fields, "crlUrls"),
            OcspUrls = ReadUrls(fields, "ocspUrls"),
            IssuerUrls = ReadUrls(fields, "issuerUrls"),
            Policies = ReadPolicies(fields),
            NameConstraints = ReadConstraints(fields, profile),
            Netscape = ReadNetscape(fields.Section("netscape")),
        };
        fields.End();
        return profile;
    }

    private static string ReadName(ProfileFields fields, string? path)
    {
        var name = fields.Text("name") ?? (path is null ? throw fields.Invalid("name", "it is missing. Give the profile a name.") : Path.GetFileNameWithoutExtension(path));
        return Enum.GetNames<CertificateProfile>().Contains(name, StringComparer.OrdinalIgnoreCase)
            ? throw fields.Invalid("name", $"'{name}' is a built-in profile. Choose another name.")
            : name;
    }

    private static IssuanceProfile ReadUsage(ProfileFields fields, IssuanceProfile profile)
    {
        var names = string.Join(", ", UsageNames.KeyUsages.Select(one => one.Name));
        if (fields.Texts("keyUsage") is { } texts)
        {
            var usage = texts.Aggregate(X509KeyUsageFlags.None, (all, text) => all | (UsageNames.ToKeyUsage(text) ?? throw fields.Invalid("keyUsage", $"'{text}' is none of these: {names}. Correct it.")));
            if (usage.HasFlag(X509KeyUsageFlags.KeyCertSign) != profile.IsCa)
                throw fields.Invalid("keyUsage", profile.IsCa ? "a CA signs certificates (RFC 5280, 4.2.1.3). Add keyCertSign." : "keyCertSign is for CAs alone (RFC 5280, 4.2.1.3). Leave it out, or write basedOn Intermediate.");
            if ((usage & (X509KeyUsageFlags.EncipherOnly | X509KeyUsageFlags.DecipherOnly)) != 0 && !usage.HasFlag(X509KeyUsageFlags.KeyAgreement))
                throw fields.Invalid("keyUsage", "encipherOnly and decipherOnly mean nothing without keyAgreement (RFC 5280, 4.2.1.3). Add it, or leave them out.");
            profile = profile with { KeyUsage = usage, AddsKeyEncipherment = false };
        }

        var allowed = string.Join(", ", UsageNames.ExtendedKeyUsages.Select(one => one.Name)) + ", or an object identifier such as 1.3.6.1.4.1.311.10.3.4";
        return profile with { ExtendedKeyUsage = fields.Texts("extendedKeyUsage", UsageNames.ToOid, allowed)?.Distinct().ToList() ?? profile.ExtendedKeyUsage };
    }

    private static IssuanceProfile ReadLifetime(ProfileFields fields, IssuanceProfile profile)
    {
        var (days, maximum) = (fields.Number("lifetimeDays", 1, 36525), fields.Number("maximumDays", 1, 36525));
        if (days > maximum)
            throw fields.Invalid("lifetimeDays", $"{days} is more than maximumDays, which is {maximum}. Write {maximum} or less.");
        var length = fields.Number("pathLength", 0, 100);
        if (length is not null && !profile.IsCa)
            throw fields.Invalid("pathLength", "it is for CAs alone (RFC 5280, 4.2.1.9). Leave it out, or write basedOn Intermediate.");
        return profile with { Days = days ?? Math.Min(profile.Days, maximum ?? int.MaxValue), MaximumDays = maximum, PathLength = length ?? profile.PathLength };
    }

    private static IssuanceProfile ReadPresence(ProfileFields fields, IssuanceProfile profile)
    {
        profile = profile with
        {
            HasBasicConstraints = fields.Flag("basicConstraints") ?? profile.HasBasicConstraints,
            HasSubjectKeyIdentifier = fields.Flag("subjectKeyIdentifier") ?? profile.HasSubjectKeyIdentifier,
            AuthorityKeyIdentifier = fields.Choice<AuthorityKeyIdentifierForm>("authorityKeyIdentifier") ?? profile.AuthorityKeyIdentifier,
            Critical = fields.Choices("critical", Criticals) ?? profile.Critical,
        };
        if (!profile.IsCa)
            return profile;
        if (!profile.HasBasicConstraints || !profile.Critical.HasFlag(CriticalExtensions.BasicConstraints))
            throw fields.Invalid(profile.HasBasicConstraints ? "critical" : "basicConstraints", "a CA has critical basicConstraints (RFC 5280, 4.2.1.9). Leave the field out, or add BasicConstraints.");
        if (!profile.HasSubjectKeyIdentifier)
            throw fields.Invalid("subjectKeyIdentifier", "a CA names its key (RFC 5280, 4.2.1.2). Leave the field out.");
        if (profile.AuthorityKeyIdentifier == AuthorityKeyIdentifierForm.None)
            throw fields.Invalid("authorityKeyIdentifier", "a CA names its issuer's key (RFC 5280, 4.2.1.1). Write KeyId.");
        return profile;
    }

    private static KeyRules ReadKeys(ProfileFields fields, IssuanceProfile profile, out KeyAlgorithm algorithm)
    {
        algorithm = profile.KeyAlgorithm;
        if (fields.Section("keys") is not { } keys)
            return KeyRules.Default;
        string[] kinds = [KeyRules.Rsa, nameof(KeyAlgorithm.EcdsaP256), nameof(KeyAlgorithm.EcdsaP384), nameof(KeyAlgorithm.EcdsaP521)];
        var rules = new KeyRules
        {
            Algorithms = keys.Texts("algorithms", text => Array.Find(kinds, kind => kind.Equals(text, StringComparison.OrdinalIgnoreCase)), string.Join(", ", kinds)) ?? [],
            MinimumRsaBits = keys.Number("minimumRsaBits", 2048, 4096) ?? KeyRules.Default.MinimumRsaBits,
            Reuse = keys.Choice<KeyReuse>("reuse") ?? KeyRules.Default.Reuse,
        };
        algorithm = rules.Choose(keys.Choice<KeyAlgorithm>("default") ?? algorithm);
        if (keys.Choice<KeyAlgorithm>("default") is { } wanted && wanted != algorithm)
            throw keys.Invalid("default", $"{wanted} is not among the keys that the profile certifies. Write one that is.");
        keys.End();
        return rules;
    }

    private static AllowedNames? ReadNames(ProfileFields? fields)
    {
        if (fields is null)
            return null;
        var names = new AllowedNames
        {
            Dns = fields.Texts("dns", text => IsHostPattern(text) ? text : null, "a host name (api.example.com), a suffix (.example.com), a pattern (web-*.example.com); other alphabets in their xn-- form") ?? [],
            Ip = fields.Texts("ip", text => IsNetwork(text) ? text : null, "an address (10.0.0.1), a network (10.0.0.0/8, 2001:db8::/32) without bits after its prefix") ?? [],
            Email = fields.Texts("email", text => IsMailPattern(text) ? text : null, "a domain (example.com), a suffix (.example.com), an address (ann@example.com)") ?? [],
            Uri = fields.Texts("uri", text => IsUriBeginning(text) ? text : null, "the beginning of a URI (spiffe://example.org/, https://example.org/app)") ?? [],
            Subject = fields.Texts("subject", text => AttributeTypeAndValue.OidOf(text.Split('=')[0].Trim()) is null ? null : text, "an attribute (CN), an attribute with a pattern for its value (O=Acme, OU=*-team)"),
        };
        fields.End();
        return names;
    }

    private static IReadOnlyList<string>? ReadUrls(ProfileFields fields, string field) =>
        fields.Texts(field, text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "ldap" && text.All(char.IsAscii) ? text : null, "a URL that begins with http://, https:// or ldap://");

    private static List<CertificatePolicy> ReadPolicies(ProfileFields fields) =>
        fields.Sections("certificatePolicies")?.Select(one =>
        {
            var oid = one.Text("oid") is { } text && UsageNames.IsOid(text) ? text : throw one.Invalid("oid", "it takes an object identifier, such as 1.3.6.1.4.1.99999.1. Correct it.");
            var policy = new CertificatePolicy(oid, one.Text("cpsUri") switch
            {
                null => null,
                var uri when Uri.TryCreate(uri, UriKind.Absolute, out _) && uri.All(char.IsAscii) => uri,
                _ => throw one.Invalid("cpsUri", "it takes a URL. Correct it."),
            });
            one.End();
            return policy;
        }).ToList() ?? [];

    private static NameConstraints? ReadConstraints(ProfileFields fields, IssuanceProfile profile)
    {
        if (fields.Section("nameConstraints") is not { } section)
            return null;
        if (!profile.IsCa)
            throw fields.Invalid("nameConstraints", "they are for CAs alone (RFC 5280, 4.2.1.10). Leave them out, or write basedOn Intermediate; allowedNames limits what this profile certifies.");
        IReadOnlyList<NameConstraint> Read(string field) => section.Texts(field)?.Select(text => Parse(section, field, () => NameConstraint.Parse(text))).ToList() ?? [];
        var (permitted, excluded) = (Read("permitted"), Read("excluded"));
        section.End();
        return Parse(fields, "nameConstraints", () => NameConstraints.Create(permitted, excluded));
    }

    private static NetscapeExtensions? ReadNetscape(ProfileFields? fields)
    {
        if (fields is null)
            return null;
        var netscape = new NetscapeExtensions(fields.Choices("certType", NetscapeTypes) ?? NetscapeCertificateTypes.None, fields.Text("comment"));
        if (netscape.Comment is { } comment && !comment.All(char.IsAscii))
            throw fields.Invalid("comment", "it takes ASCII alone. Write it without accents.");
        if (netscape is { Types: NetscapeCertificateTypes.None, Comment: null })
            throw fields.Invalid("certType", "neither it nor comment is there. Give one, or leave the section out.");
        fields.End();
        return netscape;
    }

    private static T Parse<T>(ProfileFields fields, string field, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (NameException wrong)
        {
            throw fields.Invalid(field, wrong.Message);
        }
    }

    private static bool IsHostPattern(string text) => HostName.IsWellFormed(text.TrimStart('.').Replace("*", "x", StringComparison.Ordinal)) && !text.StartsWith("..", StringComparison.Ordinal);

    private static bool IsNetwork(string text) => text.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(IPAddress.Parse(text.Split('/')[0]))
        : IPAddress.TryParse(text, out _);

    private static bool IsMailPattern(string text) => text.Split('@') is { Length: <= 2 } parts && parts[0].Length > 0 && HostName.IsWellFormed(parts[^1].TrimStart('.'));

    private static bool IsUriBeginning(string text) => text.All(char.IsAscii) && text.IndexOf(':', StringComparison.Ordinal) > 0 && !(text.Contains("//", StringComparison.Ordinal) && text[^1] == ':');
}
