using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Verification;

/// <summary>Judges a certificate: its chain up to a trusted CA by the platform's engine (RFC 5280, 6), then purpose, host and key by our own stricter reading.</summary>
public static class CertificateVerifier
{
    /// <summary>Verifies a certificate. Nothing is downloaded and revocation is not looked up.</summary>
    /// <param name="certificate">The certificate; when it has a private key, the pair is checked by construction.</param>
    /// <param name="options">What it is verified against.</param>
    /// <param name="clock">What "now" is when the options name no day.</param>
    public static CertificateReport Verify(MtlsCertificate certificate, VerificationOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(options);
        var asOf = (options.AsOf ?? (clock ?? TimeProvider.System).GetUtcNow()).ToUniversalTime();
        using var chain = new X509Chain { ChainPolicy = ToPolicy(certificate, options, asOf) };
        var built = chain.Build(certificate.X509);
        var findings = new List<Finding>();
        var links = ReadLinks(chain, certificate);
        foreach (var (link, flags) in links)
            findings.AddRange(ChainFindings.Of(link, flags, asOf));
        findings.AddRange(EndOfChain(chain, links, certificate, options));
        findings.AddRange(PurposeFindings(certificate, options.Purpose));
        if (options.HostName is { } host && !HostName.Matches(certificate.San, host))
            findings.Add(HostNameFinding(certificate, host));
        if (options.Key is { } key && !key.Equals(certificate.PublicKey))
            findings.Add(new Finding(FindingId.KeyMismatch, FindingSide.Unknown, FindingSeverity.Error, $"The key is not that of '{certificate.Name}': its public half is {key} {key.Sha256[..16]}…, the certificate's is {certificate.PublicKey} {certificate.PublicKey.Sha256[..16]}….", "Find the key that was made with the request, or request a new certificate."));

        // The platform said no and every reason was passed over: never turn that into a yes.
        if (!built && findings.Count == 0)
            findings.Add(new Finding(FindingId.ChainInvalid, FindingSide.Unknown, FindingSeverity.Error, $"The platform refuses the chain of '{certificate.Name}': {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}.", "Issue the certificate again."));
        return new CertificateReport(certificate, options, links.Select(link => link.Link).ToList(), findings, asOf);
    }

    private static X509ChainPolicy ToPolicy(MtlsCertificate certificate, VerificationOptions options, DateTimeOffset asOf)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = asOf.LocalDateTime,
            TrustMode = options.TrustedCas is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
        };
        foreach (var trusted in options.TrustedCas ?? [])
            policy.CustomTrustStore.Add(trusted.X509);
        foreach (var other in certificate.Chain.Concat(options.Intermediates).Concat(options.TrustedCas?.SelectMany(trusted => trusted.Chain) ?? []))
            policy.ExtraStore.Add(other.X509);
        if (PurposeOid(options.Purpose) is { } oid)
            policy.ApplicationPolicy.Add(new Oid(oid));
        return policy;
    }

    private static List<(ChainLink Link, X509ChainStatusFlags Flags)> ReadLinks(X509Chain chain, MtlsCertificate leaf)
    {
        var links = new List<(ChainLink, X509ChainStatusFlags)>();
        foreach (var element in chain.ChainElements)
        {
            // Elements die with the chain; our copy must not.
            var certificate = links.Count == 0 ? leaf : MtlsCertificate.Decode(element.Certificate.RawDataMemory);
            var flags = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
            links.Add((new ChainLink(links.Count, certificate, flags == X509ChainStatusFlags.NoError ? "Ok" : flags.ToString()), flags));
        }

        return links;
    }

    /// <summary>Why the chain does not reach a trusted CA, naming what is missing.</summary>
    private static IEnumerable<Finding> EndOfChain(X509Chain chain, List<(ChainLink Link, X509ChainStatusFlags Flags)> links, MtlsCertificate leaf, VerificationOptions options)
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if ((flags & (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot)) == 0)
            yield break;
        var last = links.Count > 0 ? links[^1].Link.Certificate : leaf;
        if (last.IsSelfSigned && options.TrustedCas?.FirstOrDefault(trusted => trusted.Subject.Equals(last.Subject)) is { } namesake)
        {
            yield return new Finding(FindingId.IssuerKeyDiffers, FindingSide.Unknown, FindingSeverity.Error, $"The chain of '{leaf.Name}' ends at a '{last.Subject}' that is not the trusted CA of that name: the name is the same, the {(last.PublicKey.Equals(namesake.PublicKey) ? "certificate" : "key")} is another.", "Trust the CA certificate that belongs to this chain, if it is an older or newer one of the same CA; make sure that nobody imitates the CA.");
            yield break;
        }

        if (last.IsSelfSigned)
        {
            yield return new Finding(FindingId.RootNotTrusted, FindingSide.Unknown, FindingSeverity.Error, $"The chain of '{leaf.Name}' ends at '{last.Subject}', which is not among the trusted CAs{ListTrusted(options)}.", "Trust that CA, if it is the right one; else use a certificate of a CA that is trusted.");
            yield break;
        }

        var known = certificatesOf(options).Concat(leaf.Chain).FirstOrDefault(candidate => candidate.Subject.Equals(last.Issuer));
        if (known is not null && !Signature.IsValid(last.RawData, known.PublicKey))
            yield return new Finding(FindingId.IssuerKeyDiffers, FindingSide.Unknown, FindingSeverity.Error, $"'{last.Name}' was not signed by the '{known.Subject}' that is known here: the name is the same, the key is another.", "Use the CA certificate that belongs to the key which signed it (an older or newer one of that name), and make sure nobody imitates the CA.");
        else
            yield return new Finding(FindingId.IssuerNotFound, FindingSide.Unknown, FindingSeverity.Error, $"'{last.Name}' was issued by '{last.Issuer}', which is neither among the trusted CAs{ListTrusted(options)} nor among the intermediates.", "If it is an intermediate, add it (-Intermediate, or a full-chain file); if it is a root, trust it.");

        static IEnumerable<MtlsCertificate> certificatesOf(VerificationOptions options) => (options.TrustedCas ?? []).Concat(options.Intermediates);
    }

    private static string ListTrusted(VerificationOptions options) => options.TrustedCas switch
    {
        null => " of this system",
        { Count: 0 } => " (there are none)",
        { Count: <= 5 } some => $" ({string.Join("; ", some.Select(trusted => $"'{trusted.Subject}'"))})",
        var many => $" ({many.Count} of them)",
    };

    private static IEnumerable<Finding> PurposeFindings(MtlsCertificate certificate, CertificatePurpose purpose)
    {
        if (purpose == CertificatePurpose.Any)
            yield break;
        var wanted = purpose == CertificatePurpose.Server ? "a TLS server (serverAuth)" : "a TLS client (clientAuth)";
        var remedy = $"Issue one with the profile {purpose}.";
        if (certificate.IsCa)
            yield return Wrong($"'{certificate.Name}' is a CA's certificate, not that of {wanted}.");
        else if (!CoversPurpose(certificate.Role, purpose))
            yield return Wrong($"'{certificate.Name}' is made for {Describe(certificate.Role)}, not for {wanted}.");
        else if (certificate.Content.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.DigitalSignature))
            yield return Wrong($"'{certificate.Name}' may not make signatures (keyUsage lacks digitalSignature), and TLS needs one to prove who holds the key.");

        Finding Wrong(string cause) => new(FindingId.WrongPurpose, FindingSide.Unknown, FindingSeverity.Error, cause, remedy);
    }

    private static bool CoversPurpose(CertificateRole role, CertificatePurpose purpose) => role switch
    {
        CertificateRole.Peer or CertificateRole.AnyPurpose => true,
        CertificateRole.Server => purpose == CertificatePurpose.Server,
        CertificateRole.Client => purpose == CertificatePurpose.Client,
        _ => false,
    };

    private static string Describe(CertificateRole role) => role switch
    {
        CertificateRole.Server => "TLS servers",
        CertificateRole.Client => "TLS clients",
        _ => "other purposes",
    };

    private static Finding HostNameFinding(MtlsCertificate certificate, string host) => new(
        FindingId.HostNameMismatch,
        FindingSide.Unknown,
        FindingSeverity.Error,
        $"'{host}' is not among the names of '{certificate.Name}': {(certificate.San.Count == 0 ? "it has no subject alternative name at all, and the common name does not count" : string.Join(", ", certificate.San.Take(20)))}.",
        certificate.San.Count == 0 ? $"Issue a certificate with -DnsName {host}." : "Call the server by one of these names, or issue a certificate that has this one too.");

    private static string? PurposeOid(CertificatePurpose purpose) => purpose switch
    {
        CertificatePurpose.Server => MtlsCertificate.ServerAuthOid,
        CertificatePurpose.Client => MtlsCertificate.ClientAuthOid,
        _ => null,
    };
}
