using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Revocation;

namespace MtlsTools.Tests.Support;

/// <summary>Two organisations and a stranger, for all tests of a class: servers and clients are certified by intermediates below different roots.</summary>
public sealed class LivePki : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, MtlsCertificate> made = [];

    public LivePki()
    {
        ServerRoot = TestAuthority.Create(folder, "Server Root", change: Old);
        ServerInter = TestAuthority.Create(folder, "Server Inter", issuer: ServerRoot, change: Old);
        ClientRoot = TestAuthority.Create(folder, "Client Root", change: Old);
        ClientInter = TestAuthority.Create(folder, "Client Inter", issuer: ClientRoot, change: Old);
        OtherRoot = TestAuthority.Create(folder, "Other Root", change: Old);
        Impostor = CertificateAuthority.Create(folder.At("impostor"), new AuthorityOptions { Subject = ClientRoot.Certificate.Subject, KeyAlgorithm = KeyAlgorithm.EcdsaP256, NotBefore = Start });
        Server = Issue("server", ServerInter, CertificateProfile.Server, "localhost,127.0.0.1");
        Client = Issue("client", ClientInter, CertificateProfile.Client);
    }

    /// <summary>Old enough to have issued what has expired since.</summary>
    private static DateTimeOffset Start => DateTimeOffset.UtcNow.AddDays(-60);

    public CertificateAuthority ServerRoot { get; }

    public CertificateAuthority ServerInter { get; }

    public CertificateAuthority ClientRoot { get; }

    public CertificateAuthority ClientInter { get; }

    /// <summary>A CA that nobody trusts.</summary>
    public CertificateAuthority OtherRoot { get; }

    /// <summary>Another key under the client root's name.</summary>
    public CertificateAuthority Impostor { get; }

    /// <summary>For localhost and 127.0.0.1, with its intermediate.</summary>
    public MtlsCertificate Server { get; }

    /// <summary>A good client, with its intermediate.</summary>
    public MtlsCertificate Client { get; }

    /// <summary>The same client without its intermediate.</summary>
    public MtlsCertificate ClientWithoutChain => Client.WithChain([]);

    /// <summary>What each of the faulty clients is called in tables; "none" is null.</summary>
    public MtlsCertificate? ClientOf(string kind) => kind switch
    {
        "none" => null,
        "good" => Client,
        "no intermediate" => ClientWithoutChain,
        "other CA" => Once(kind, OtherRoot, CertificateProfile.Client),
        "impostor" => Once(kind, Impostor, CertificateProfile.Client),
        "expired" => Once(kind, ClientInter, CertificateProfile.Client, from: -10, to: -1),
        "not yet valid" => Once(kind, ClientInter, CertificateProfile.Client, from: 1, to: 10),
        "server only" => Once(kind, ClientInter, CertificateProfile.Server, "localhost"),
        "self-signed" => Once(kind),
        "a CA" => ClientRoot.Certificate.WithKey(PrivateKey.Open(folder.At("Client Root", "private", "ca.key"))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not in the table."),
    };

    /// <summary>A certificate with the shared key.</summary>
    public static MtlsCertificate Issue(string name, CertificateAuthority authority, CertificateProfile profile, string san = "", int from = -1, int to = 30)
    {
        var now = DateTimeOffset.UtcNow;
        return authority.Issue(TestAuthority.Request($"CN={name},O=Acme", san), new IssuanceOptions { Profile = profile, NotBefore = now.AddDays(from), NotAfter = now.AddDays(to) });
    }

    /// <summary>Writes a CA's revocation list with some of its certificates.</summary>
    public string SaveCrl(string name, CertificateAuthority authority, params MtlsCertificate[] revoked)
    {
        using var key = PrivateKey.Open(authority.KeyPath);
        var now = DateTimeOffset.UtcNow;
        var entries = revoked.Select(one => new RevokedCertificate(one.SerialNumber, now, RevocationReason.Unspecified));
        return folder.Write(name, PemBlock.Write("X509 CRL", CrlBuilder.Sign(authority.Certificate, key, 1, now.AddDays(-1), now.AddDays(7), entries)));
    }

    /// <summary>Writes certificates one after another into a file.</summary>
    public string Save(string name, params MtlsCertificate[] certificates) => folder.Write(name, string.Concat(certificates.Select(one => one.ToPem())));

    /// <summary>Writes a certificate with its intermediates, and its key, into two files.</summary>
    public (string Certificate, string Key) SavePair(string name, MtlsCertificate certificate)
    {
        var key = folder.At(name + ".key");
        certificate.PrivateKey!.Save(key, overwrite: true);
        return (Save(name + ".crt", [certificate, .. certificate.Intermediates]), key);
    }

    public string At(string name) => folder.At(name);

    public void Dispose() => folder.Dispose();

    private static AuthorityOptions Old(AuthorityOptions options) => options with { NotBefore = Start };

    private MtlsCertificate Once(string kind, CertificateAuthority authority, CertificateProfile profile, string san = "", int from = -1, int to = 30)
    {
        lock (made)
            return made.TryGetValue(kind, out var there) ? there : made[kind] = Issue(kind, authority, profile, san, from, to);
    }

    private static MtlsCertificate Once(string kind)
    {
        var request = TestAuthority.Request($"CN={kind}");
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var now = DateTimeOffset.UtcNow;
        var plan = new CertificatePlan(request.Subject, [], request.PublicKey, IssuanceProfile.Of(CertificateProfile.Client), null, now.AddDays(-1), now.AddDays(30), SerialNumbers.Create());
        return MtlsCertificate.Decode(CertificateSigner.SelfSign(plan, key), SharedKeys.Of(KeyAlgorithm.EcdsaP256));
    }
}
