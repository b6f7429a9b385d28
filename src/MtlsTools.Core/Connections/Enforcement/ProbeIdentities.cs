using System.Collections.Concurrent;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Lab;
using MtlsTools.Names;

namespace MtlsTools.Connections.Enforcement;

/// <summary>The certificates of the probes that are made up here. None of them is valid anywhere but the good client's own, which only its own probes use.</summary>
internal sealed class ProbeIdentities
{
    private readonly MtlsCertificate? good;
    private readonly BadCertificateMint mint;
    private readonly ConcurrentDictionary<EnforcementProbe, Lazy<MtlsCertificate>> made = [];

    private ProbeIdentities(MtlsCertificate? good, BadCertificateMint mint)
    {
        this.good = good;
        this.mint = mint;
    }

    /// <summary>Decides whom to imitate: the good client's CA, the CA that is given, one that the server announces, or the one that issued the server's own certificate.</summary>
    internal static ProbeIdentities Create(EnforcementOptions options, ConnectionReport scout, DateTimeOffset now)
    {
        var good = options.Connection.Certificate;
        var imitated = good is not null ? ImitatedIssuer.Above(good)
            : options.Ca is { } authority ? ImitatedIssuer.Of(authority.Certificate)
            : Announced(scout) is { } name ? ImitatedIssuer.Named(name)
            : scout.ServerCertificate is { } server ? ImitatedIssuer.Above(server)
            : ImitatedIssuer.Named(DistinguishedName.FromCommonName("Imitated CA"));
        return new ProbeIdentities(good, BadCertificateMint.Imitating(imitated, good?.Subject ?? DistinguishedName.FromCommonName("mtls-probe"), now));
    }

    /// <summary>Whether the good client has intermediates, so that leaving them out means something.</summary>
    internal bool LeavesOutIntermediate => good is { Intermediates.Count: > 0 };

    /// <summary>Whether a probe shows a valid identity, which is meant for the right server alone.</summary>
    internal bool IsValid(EnforcementProbe probe) => probe == EnforcementProbe.GoodClient || (probe == EnforcementProbe.NoIntermediate && LeavesOutIntermediate);

    /// <summary>The certificate of a probe; null for none.</summary>
    /// <exception cref="CryptographicException">The platform does not let it be made.</exception>
    /// <exception cref="ArgumentException">Certificate and key do not belong together.</exception>
    internal MtlsCertificate? Of(EnforcementProbe probe) => probe switch
    {
        EnforcementProbe.NoCertificate => null,
        EnforcementProbe.GoodClient => good,
        EnforcementProbe.NoIntermediate when LeavesOutIntermediate => good!.WithChain([]),
        EnforcementProbe.OtherKey => PairWithOtherKey(),
        _ => made.GetOrAdd(probe, one => new Lazy<MtlsCertificate>(() => mint.Mint(Enum.Parse<BadCertificateKind>(one.ToString())))).Value,
    };

    private static DistinguishedName? Announced(ConnectionReport scout)
    {
        try
        {
            return scout.AcceptableIssuers.Count > 0 ? DistinguishedName.Parse(scout.AcceptableIssuers[0]) : null;
        }
        catch (NameException)
        {
            return null; // A name with an attribute that this tool does not know; the server's own issuer serves as well.
        }
    }

    /// <summary>The platform is asked to use a certificate with a foreign key. Every one refuses; should one not, the server has to.</summary>
    private MtlsCertificate PairWithOtherKey()
    {
        var certificate = good ?? mint.Mint(BadCertificateKind.LookAlikeCa);
        using AsymmetricAlgorithm other = certificate.PublicKey.IsRsa ? RSA.Create(certificate.PublicKey.Bits) : ECDsa.Create(certificate.PublicKey.Bits switch
        {
            384 => ECCurve.NamedCurves.nistP384,
            521 => ECCurve.NamedCurves.nistP521,
            _ => ECCurve.NamedCurves.nistP256,
        });
        using var foreign = PrivateKey.FromAlgorithm(other);
        using var paired = foreign.Attach(certificate.X509);
        return MtlsCertificate.FromX509(paired).WithChain(certificate.Chain);
    }
}
