using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Lab;

/// <summary>Makes certificates that a server has to refuse, each with one fault.</summary>
internal sealed class BadCertificateMint
{
    private const string Stranger = "Unknown CA";

    private readonly MintingAuthority issuer;
    private readonly MintingAuthority root;
    private readonly ImitatedIssuer imitated;
    private readonly Func<BadCertificateKind, DistinguishedName> nameOf;
    private readonly DateTimeOffset now;

    private BadCertificateMint(MintingAuthority issuer, MintingAuthority root, ImitatedIssuer imitated, Func<BadCertificateKind, DistinguishedName> nameOf, DateTimeOffset now)
    {
        this.issuer = issuer;
        this.root = root;
        this.imitated = imitated;
        this.nameOf = nameOf;
        this.now = now;
    }

    /// <summary>With a CA whose key is at hand: what is expired is expired, and nothing else is wrong with it.</summary>
    /// <param name="issuer">The CA that issues for clients.</param>
    /// <param name="root">The root above it, or the same.</param>
    /// <param name="nameOf">The subject for each kind.</param>
    /// <param name="now">The time.</param>
    internal static BadCertificateMint Of(MintingAuthority issuer, MintingAuthority root, Func<BadCertificateKind, DistinguishedName> nameOf, DateTimeOffset now) =>
        new(issuer, root, ImitatedIssuer.Of(issuer.Certificate), nameOf, now);

    /// <summary>With a look-alike of a CA alone: no certificate of it is a valid identity anywhere, whatever the kind.</summary>
    /// <param name="imitated">The CA.</param>
    /// <param name="subject">Whom the certificates pretend to be.</param>
    /// <param name="now">The time.</param>
    internal static BadCertificateMint Imitating(ImitatedIssuer imitated, DistinguishedName subject, DateTimeOffset now)
    {
        var issuer = imitated.Create(now);
        return new BadCertificateMint(issuer, MintingAuthority.CreateRoot(imitated.Names[0], now, imitated.RootKeyId), imitated, _ => subject, now);
    }

    /// <summary>A certificate with its key.</summary>
    internal MtlsCertificate Mint(BadCertificateKind kind) => kind switch
    {
        BadCertificateKind.SelfSigned => MintingAuthority.SelfSign(nameOf(kind), CertificateProfile.Client, Start, End),
        BadCertificateKind.OtherCa => Issue(MintingAuthority.CreateRoot(DistinguishedName.FromCommonName(Stranger), now), kind),
        BadCertificateKind.LookAlikeCa => Issue(imitated.Create(now), kind),
        BadCertificateKind.Expired => issuer.Issue(nameOf(kind), CertificateProfile.Client, now.AddDays(-30), now.AddDays(-1)),
        BadCertificateKind.NotYetValid => issuer.Issue(nameOf(kind), CertificateProfile.Client, now.AddDays(1), now.AddDays(30)),
        BadCertificateKind.ServerOnly => issuer.Issue(nameOf(kind), CertificateProfile.Server, Start, End),
        BadCertificateKind.CaCertificate => root.Certificate,
        BadCertificateKind.NoIntermediate => Issue(root.CreateIntermediate(DistinguishedName.FromCommonName($"{root.Certificate.Name} Intermediate"), now), kind).WithChain([]),
        BadCertificateKind.WeakKey => issuer.Issue(nameOf(kind), CertificateProfile.Client, Start, End, PrivateKey.FromAlgorithm(RSA.Create(1024))),
        BadCertificateKind.WeakSignature => issuer.Issue(nameOf(kind), CertificateProfile.Client, Start, End, hash: HashAlgorithmName.SHA1),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not made here: it takes the good certificate itself, or the CA's index."),
    };

    private DateTimeOffset Start => now.AddDays(-1);

    private DateTimeOffset End => now.AddDays(1);

    private MtlsCertificate Issue(MintingAuthority authority, BadCertificateKind kind) => authority.Issue(nameOf(kind), CertificateProfile.Client, Start, End);
}
