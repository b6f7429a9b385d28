using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>Two CAs with a certificate each, and responses signed by whom a test wants.</summary>
public sealed class OcspForge : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public OcspForge()
    {
        Ca = TestAuthority.Create(folder, "Forge CA", Clock);
        OtherCa = TestAuthority.Create(folder, "Other CA", Clock);
        Leaf = Ca.Issue(CertificateProfile.Client, TestAuthority.Request("CN=leaf"));
        OtherLeaf = OtherCa.Issue(CertificateProfile.Client, TestAuthority.Request("CN=other"));
    }

    public ManualTimeProvider Clock { get; } = ManualTimeProvider.At("2026-03-01T12:00:00Z");

    public DateTimeOffset Now => Clock.Now;

    public CertificateAuthority Ca { get; }

    public CertificateAuthority OtherCa { get; }

    public MtlsCertificate Leaf { get; }

    public MtlsCertificate OtherLeaf { get; }

    public string Write(string name, ReadOnlySpan<byte> content) => folder.Write(name, content.ToArray());

    public string At(string name) => folder.At(name);

    /// <summary>A responder's certificate with the shared key.</summary>
    public static MtlsCertificate Responder(CertificateAuthority issuer, DateTimeOffset from, DateTimeOffset to, bool withUsage = true, bool withNoCheck = true)
    {
        var key = SharedKeys.Of(KeyAlgorithm.EcdsaP384);
        var profile = IssuanceProfile.Of(CertificateProfile.Client) with { ExtendedKeyUsage = withUsage ? [OcspOids.Signing] : [MtlsCertificate.ClientAuthOid] };
        var plan = new CertificatePlan(DistinguishedName.FromCommonName("responder"), [], key.PublicKey, profile, null, from, to, SerialNumbers.Create())
        {
            Copied = withNoCheck ? [new(OcspOids.NoCheck, [5, 0], critical: false)] : [],
        };
        return MtlsCertificate.Decode(CertificateSigner.Sign(plan, IssuerIdentity.Of(issuer.Certificate), issuer.SigningKey), key);
    }

    /// <summary>A response about a certificate.</summary>
    /// <param name="answer">Changes the answer, which is good from a minute ago for an hour.</param>
    /// <param name="signer">Who signs: null is the CA itself.</param>
    /// <param name="nonce">The nonce, or null.</param>
    /// <param name="about">Whose CertID it has: null is the leaf's.</param>
    internal byte[] Response(Func<OcspAnswer, OcspAnswer>? answer = null, MtlsCertificate? signer = null, byte[]? nonce = null, OcspCertId? about = null)
    {
        var good = new OcspAnswer(about ?? Id(), OcspCertStatus.Good, Now.AddMinutes(-1), Now.AddHours(1));
        var writer = signer is null ? new OcspResponseWriter(Ca.SigningKey, null) : new OcspResponseWriter(signer.PrivateKey!, signer.RawData);
        return writer.Sign([answer is null ? good : answer(good)], Now.AddMinutes(-1), nonce);
    }

    internal OcspCertId Id() => OcspCertId.Create(Leaf, Ca.Certificate, System.Security.Cryptography.HashAlgorithmName.SHA1);

    public void Dispose() => folder.Dispose();
}
