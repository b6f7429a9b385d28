using System.Globalization;
using System.Text;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>The extensions of a plan as OpenSSL's configuration files write them (x509v3_config(5)).</summary>
internal static class OpenSslExtensions
{
    /// <summary>The file for <c>-extfile</c>; empty when there is no extension.</summary>
    internal static string Write(CertificatePlan plan)
    {
        var (profile, critical) = (plan.Profile, plan.Profile.Critical);
        var (lines, sections) = (new StringBuilder(), new StringBuilder());
        if (profile.HasBasicConstraints)
            Add("basicConstraints", $"CA:{(profile.IsCa ? "TRUE" : "FALSE")}{(plan.PathLength is { } length ? $", pathlen:{length}" : "")}", critical.HasFlag(CriticalExtensions.BasicConstraints));
        if (UsageNames.ToNames(plan.KeyUsage).ToList() is { Count: > 0 } usages)
            Add("keyUsage", string.Join(", ", usages), critical.HasFlag(CriticalExtensions.KeyUsage));
        if (plan.ExtendedKeyUsage.Count > 0)
            Add("extendedKeyUsage", string.Join(", ", plan.ExtendedKeyUsage.Select(UsageNames.ToName)), critical.HasFlag(CriticalExtensions.ExtendedKeyUsage));
        if (!profile.IsBare)
        {
            // OpenSSL 3 writes the identifiers unless it is told not to.
            Add("subjectKeyIdentifier", profile.HasSubjectKeyIdentifier ? "hash" : "none");
            Add("authorityKeyIdentifier", profile.AuthorityKeyIdentifier switch { AuthorityKeyIdentifierForm.None => "none", AuthorityKeyIdentifierForm.KeyId => "keyid:always", _ => "keyid:always, issuer:always" });
        }

        if (plan.San.Count > 0)
            Add("subjectAltName", "@names", critical: plan.Subject.IsEmpty, WriteNames(plan.San));
        if (profile.NameConstraints is { } constraints)
            Add("nameConstraints", "DER:" + Convert.ToHexString(constraints.ToExtension().RawData), critical: true);
        if (profile.Policies.Count > 0)
            AddPolicies();
        if (plan.Urls.Crl.Count > 0)
            Add("crlDistributionPoints", "@crl", false, "[crl]\n" + Number("URI", plan.Urls.Crl));
        if (plan.Urls.Ocsp.Count + plan.Urls.Issuer.Count > 0)
            Add("authorityInfoAccess", "@access", false, "[access]\n" + Number("OCSP;URI", plan.Urls.Ocsp) + Number("caIssuers;URI", plan.Urls.Issuer));
        if (profile.Netscape is { } netscape)
        {
            if (netscape.Types != NetscapeCertificateTypes.None)
                Add("nsCertType", string.Join(", ", Enum.GetValues<NetscapeCertificateTypes>()[1..].Where(type => netscape.Types.HasFlag(type)).Select(NameOf)));
            if (netscape.Comment is { } comment)
                Add("nsComment", Escape(comment));
        }

        foreach (var copied in plan.Copied)
            Add(copied.Oid!.Value!, "DER:" + Convert.ToHexString(copied.RawData));
        return lines.Append(sections).ToString();

        void Add(string name, string value, bool critical = false, string section = "")
        {
            lines.Append(name).Append(" = ").Append(critical ? "critical, " : "").Append(value).Append('\n');
            if (section.Length > 0)
                sections.Append('\n').Append(section);
        }

        void AddPolicies()
        {
            var references = profile.Policies.Select((policy, index) => policy.CpsUri is null ? policy.Oid : $"@policy{index}");
            var qualified = profile.Policies.Select((policy, index) => policy.CpsUri is null ? "" : $"[policy{index}]\npolicyIdentifier = {policy.Oid}\nCPS.1 = {Escape(policy.CpsUri)}\n");
            Add("certificatePolicies", string.Join(", ", references), critical.HasFlag(CriticalExtensions.CertificatePolicies), string.Concat(qualified));
        }
    }

    /// <summary>The section that <c>@names</c> refers to.</summary>
    private static string WriteNames(IReadOnlyList<AlternativeName> names) =>
        "[names]\n" + string.Concat(names.Select((name, index) => string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(name)}.{index + 1} = {Escape(name.Value)}\n")));

    private static string Number(string key, IEnumerable<string> values) =>
        string.Concat(values.Select((value, index) => string.Create(CultureInfo.InvariantCulture, $"{key}.{index + 1} = {Escape(value)}\n")));

    private static string PrefixOf(AlternativeName name) => name.Kind switch
    {
        AlternativeNameKind.Dns => "DNS",
        AlternativeNameKind.IpAddress => "IP",
        AlternativeNameKind.Email => "email",
        AlternativeNameKind.Uri => "URI",
        _ => throw new NameException(ErrorCode.NameInvalid, $"The name '{name}' can not be given to openssl in a configuration file. Leave it out."),
    };

    private static string NameOf(NetscapeCertificateTypes type) => type switch
    {
        NetscapeCertificateTypes.SslCa => "sslCA",
        NetscapeCertificateTypes.EmailCa => "emailCA",
        NetscapeCertificateTypes.ObjCa => "objCA",
        NetscapeCertificateTypes.ObjSign => "objsign",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>In a configuration file these quote, begin a comment, or name a variable.</summary>
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (c is '\\' or '"' or '\'' or '`' or '#' or '$')
                text.Append('\\');
            text.Append(c is '\n' ? "\\n" : c.ToString());
        }

        return text.ToString();
    }
}
