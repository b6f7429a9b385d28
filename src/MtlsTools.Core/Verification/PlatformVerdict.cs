using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Verification;

/// <summary>What the platform says of one certificate of the chain that it built.</summary>
/// <param name="Name">The certificate's name.</param>
/// <param name="Status">The platform's own word for what is wrong with it, or NoError.</param>
public sealed record PlatformChainStatus(string Name, X509ChainStatusFlags Status);

/// <summary>What the platform's own engine says of the chain and the purpose: it is what other programs of this machine go by.</summary>
public sealed class PlatformVerdict
{
    private readonly string? failure;

    private PlatformVerdict(bool success, IReadOnlyList<PlatformChainStatus> chain, X509ChainStatusFlags status, string? failure = null)
    {
        this.failure = failure;
        Success = success;
        Chain = chain;
        Status = status;
    }

    /// <summary>Whether the platform accepts the chain.</summary>
    public bool Success { get; }

    /// <summary>The chain that it built, leaf first, with what it says of each certificate.</summary>
    public IReadOnlyList<PlatformChainStatus> Chain { get; }

    /// <summary>What it says of the whole chain.</summary>
    public X509ChainStatusFlags Status { get; }

    /// <summary>The verdict in words.</summary>
    public override string ToString() => Success ? "accepted" : $"refused: {failure ?? string.Join(", ", Words(Status))}";

    /// <summary>Asks the platform. Nothing is downloaded and revocation is not looked up.</summary>
    internal static PlatformVerdict Of(MtlsCertificate certificate, VerificationOptions options, DateTimeOffset asOf)
    {
        using var chain = new X509Chain { ChainPolicy = ToPolicy(certificate, options, asOf) };
        try
        {
            return Read(chain, chain.Build(certificate.X509));
        }
        catch (CryptographicException confused)
        {
            // The platform throws where its own library says something that it has no word for, such as curves by their own equation.
            return new PlatformVerdict(false, [], X509ChainStatusFlags.NoError, $"it can not judge the chain ({confused.Message.TrimEnd('.')})");
        }
    }

    private static PlatformVerdict Read(X509Chain chain, bool built)
    {
        var links = chain.ChainElements.Select(element => new PlatformChainStatus(
            element.Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
            Merge(element.ChainElementStatus))).ToList();
        return new PlatformVerdict(built, links, Merge(chain.ChainStatus));
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
        if (options.Purpose != CertificatePurpose.Any)
            policy.ApplicationPolicy.Add(new Oid(options.Purpose == CertificatePurpose.Server ? MtlsCertificate.ServerAuthOid : MtlsCertificate.ClientAuthOid));
        return policy;
    }

    private static X509ChainStatusFlags Merge(X509ChainStatus[] status) => status.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);

    private static IEnumerable<string> Words(X509ChainStatusFlags status) =>
        Enum.GetValues<X509ChainStatusFlags>().Where(flag => flag != X509ChainStatusFlags.NoError && status.HasFlag(flag)).Select(flag => flag switch
        {
            X509ChainStatusFlags.NotTimeValid => "a certificate has expired or is not valid yet",
            X509ChainStatusFlags.NotSignatureValid => "a signature is wrong",
            X509ChainStatusFlags.NotValidForUsage => "the purpose is not allowed",
            X509ChainStatusFlags.UntrustedRoot => "it ends at a root that is not trusted",
            X509ChainStatusFlags.PartialChain => "it found no path to a trusted root (it takes self-signed roots alone)",
            X509ChainStatusFlags.InvalidBasicConstraints => "a CA may not sign, or not at this depth",
            X509ChainStatusFlags.InvalidNameConstraints or X509ChainStatusFlags.HasNotPermittedNameConstraint or X509ChainStatusFlags.HasExcludedNameConstraint => "a name is not permitted",
            X509ChainStatusFlags.HasNotSupportedNameConstraint or X509ChainStatusFlags.HasNotDefinedNameConstraint => "name constraints of a kind that it can not judge",
            X509ChainStatusFlags.HasNotSupportedCriticalExtension => "a critical extension that it does not know",
            X509ChainStatusFlags.HasWeakSignature => "a signature is weak",
            X509ChainStatusFlags.ExplicitDistrust => "a certificate is distrusted on this system",
            X509ChainStatusFlags.InvalidPolicyConstraints or X509ChainStatusFlags.NoIssuanceChainPolicy => "certificate policies are not met",
            _ => flag.ToString(),
        }).Distinct();
}
