using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>The client's chain, its signatures checked, held against the CA names that the server announces. The issuer is looked for among everything that this side knows.</summary>
internal static class ClientIssuerCheck
{
    internal static IEnumerable<Finding> Of(ConnectionEvidence evidence, MtlsCertificate certificate)
    {
        var path = PathOf(evidence, certificate);
        var listed = IndexOfAnnounced(evidence, path);
        var missing = path.Skip(1).Take(listed < 0 ? path.Count : listed).Where(link => !link.IsSelfSigned && !certificate.Chain.Contains(link)).ToList();
        if (missing.Count > 0 && (listed > 0 || evidence.AcceptableIssuers.Count == 0))
            return [Incomplete(certificate, missing, listed > 0 ? FindingConfidence.Certain : FindingConfidence.Likely)];
        if (listed >= 0 || evidence.AcceptableIssuers.Count == 0)
            return Namesake(evidence, certificate, path[^1]) is { } namesake ? [Imitated(certificate, path[^1], namesake)] : [];
        return path[^1].IsSelfSigned ? [Untrusted(evidence, certificate, FindingConfidence.Certain)] : Either(evidence, certificate, path[^1]);
    }

    /// <summary>What "unknown CA" means where the server announces none.</summary>
    internal static IEnumerable<Finding> Unannounced(ConnectionEvidence evidence, MtlsCertificate certificate) =>
        PathOf(evidence, certificate)[^1] is { IsSelfSigned: false } top ? Either(evidence, certificate, top) : [Untrusted(evidence, certificate, FindingConfidence.Likely)];

    /// <summary>Whether the server announces a CA of the certificate's chain.</summary>
    internal static bool IsAnnounced(ConnectionEvidence evidence, MtlsCertificate certificate) => IndexOfAnnounced(evidence, PathOf(evidence, certificate)) >= 0;

    /// <summary>Which certificate of the path was issued by a CA that the server announces; -1 when none was.</summary>
    private static int IndexOfAnnounced(ConnectionEvidence evidence, List<MtlsCertificate> path) =>
        path.FindIndex(link => evidence.AcceptableIssuers.Contains(link.Issuer.ToString(), StringComparer.OrdinalIgnoreCase));

    /// <summary>The certificate and its issuers as far as they are known here; each has signed the one before.</summary>
    private static List<MtlsCertificate> PathOf(ConnectionEvidence evidence, MtlsCertificate certificate)
    {
        var report = CertificateVerifier.Verify(certificate, new VerificationOptions { TrustedCas = [.. certificate.Chain, .. evidence.KnownIssuers], AsOf = evidence.Now });
        return report.Chain.Select(link => link.Certificate).ToList();
    }

    /// <summary>A CA known here that has the name at the end of the path and another key: had it the right one, the path would go on. Signatures of other kinds of key can not be checked here and prove nothing.</summary>
    private static MtlsCertificate? Namesake(ConnectionEvidence evidence, MtlsCertificate certificate, MtlsCertificate top) =>
        evidence.KnownIssuers.Concat(certificate.Chain).FirstOrDefault(known => known.Subject.Equals(top.Issuer) && (top.IsSelfSigned ? !known.PublicKey.Equals(top.PublicKey) : known.PublicKey.IsRsa || known.PublicKey.IsEc));

    /// <summary>
    /// The issuer is not known here and not announced: a wrong CA and a missing intermediate look alike from this side.
    /// The certificate's own word on who stands above its issuer settles it; the same organisation as an announced CA's speaks for an intermediate.
    /// </summary>
    private static IEnumerable<Finding> Either(ConnectionEvidence evidence, MtlsCertificate certificate, MtlsCertificate top)
    {
        var above = IssuersIssuer(top);
        if (above is not null && above.Equals(top.Issuer))
            return [Untrusted(evidence, certificate, FindingConfidence.Certain)];
        var announced = above is null ? null : evidence.AcceptableIssuers.FirstOrDefault(name => string.Equals(name, above.ToString(), StringComparison.OrdinalIgnoreCase));
        if (announced is not null)
            return [NotSent(certificate, top, $"it is an intermediate below '{announced}', which the server accepts", FindingConfidence.Certain)];
        var untrusted = Untrusted(evidence, certificate, FindingConfidence.Likely);
        var incomplete = NotSent(certificate, top, "it may be an intermediate below a CA that the server accepts", FindingConfidence.Possible);
        return SharesOrganisation(evidence, top)
            ? [incomplete with { Confidence = FindingConfidence.Likely }, untrusted with { Severity = FindingSeverity.Information, Confidence = FindingConfidence.Possible }]
            : [untrusted, incomplete with { Severity = FindingSeverity.Information }];
    }

    /// <summary>Who issued the issuer, where the authority key identifier says so (openssl's issuer:always); null where it does not.</summary>
    private static DistinguishedName? IssuersIssuer(MtlsCertificate certificate)
    {
        try
        {
            return certificate.AuthorityKeyIdentifier?.Issuer;
        }
        catch (InputException)
        {
            return null; // A damaged hint is none.
        }
    }

    private static bool SharesOrganisation(ConnectionEvidence evidence, MtlsCertificate top) =>
        OrganisationOf(top.Issuer) is { } organisation && Expected(evidence).Any(name => OrganisationOf(name) == organisation);

    /// <summary>Whose clients the server likely takes: the CAs that it announces, else its own.</summary>
    private static IEnumerable<DistinguishedName> Expected(ConnectionEvidence evidence) => evidence.AcceptableIssuers.Count > 0
        ? evidence.AcceptableIssuers.Select(IssuerNames.Read).OfType<DistinguishedName>()
        : new[] { evidence.ServerCertificate?.Issuer }.OfType<DistinguishedName>();

    private static string? OrganisationOf(DistinguishedName name) =>
        name.Parts.SelectMany(part => part).FirstOrDefault(attribute => attribute.Oid == "2.5.4.10")?.Value;

    private static Finding Incomplete(MtlsCertificate certificate, List<MtlsCertificate> missing, FindingConfidence confidence) => new(
        FindingId.ClientChainIncomplete,
        FindingSide.Client,
        FindingSeverity.Error,
        $"{Words.Name(certificate)} was sent without the intermediate {string.Join(" and ", missing.Select(Words.Name))} that stands between it and the CA that the server trusts.",
        $"Put the intermediate after the certificate into one file ({string.Join(", ", missing.Select(link => link.Path ?? $"'{link.Name}'"))}; Export-MtlsCertificate -Format FullChain does) and give that as -Certificate.",
        confidence);

    private static Finding NotSent(MtlsCertificate certificate, MtlsCertificate top, string why, FindingConfidence confidence) => new(
        FindingId.ClientChainIncomplete,
        FindingSide.Client,
        FindingSeverity.Error,
        $"The certificate of '{top.Issuer}' was not sent along with {Words.Name(certificate)}, and {why}.",
        "If it is an intermediate CA, give a full-chain file (certificate, then intermediates) as -Certificate.",
        confidence);

    private static Finding Untrusted(ConnectionEvidence evidence, MtlsCertificate certificate, FindingConfidence confidence) => new(
        FindingId.ClientCertificateUntrusted,
        FindingSide.Client,
        FindingSeverity.Error,
        evidence.AcceptableIssuers.Count > 0
            ? $"The server accepts certificates of {Words.List(evidence.AcceptableIssuers)}; {Words.Name(certificate)} was issued by '{certificate.Issuer}'."
            : $"The server does not trust '{certificate.Issuer}', which issued {Words.Name(certificate)}.",
        $"Use a certificate of a CA that the server trusts, or add '{certificate.Issuer}' to the server's client CAs.",
        confidence);

    private static Finding Imitated(MtlsCertificate certificate, MtlsCertificate top, MtlsCertificate namesake) => new(
        FindingId.ClientCertificateUntrusted,
        FindingSide.Client,
        FindingSeverity.Error,
        $"{Words.Name(certificate)} was issued by a CA named '{top.Issuer}', but with another key than that of the CA of this name that is known here ({Words.Name(namesake)}, key {namesake.PublicKey.Sha256[..16]}…), and likely on the server too.",
        "Use a certificate that the right CA issued; if the CA was renewed with a new key, give the server its new certificate. Make sure that nobody imitates the CA.",
        FindingConfidence.Likely);
}
