using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>What is wrong with the server's own certificate.</summary>
public enum ServerFault
{
    None,
    MissingIntermediate,
    OtherHost,
    Expired,
}

/// <summary>A server's certificate with what it sends along, and its key, as files.</summary>
/// <param name="Certificate">The certificate, its intermediate after it.</param>
/// <param name="Key">The key, PKCS#8.</param>
/// <param name="Both">Certificates and key in one file.</param>
public sealed record ServerPair(string Certificate, string Key, string Both);

/// <summary>The files that every peer server is configured with: a certificate for each fault, the clients' root, and revocation lists of the whole chain.</summary>
public sealed class ServerFiles : IDisposable
{
    public static readonly IReadOnlyList<ServerFault> Faults = Enum.GetValues<ServerFault>();

    private readonly List<ServerPair> pairs;

    public ServerFiles()
    {
        Revoked = LivePki.Issue("revoked", Pki.ClientInter, CertificateProfile.Client);
        ClientCa = Pki.Save("client-ca.crt", Pki.ClientRoot.Certificate);
        Pki.ClientInter.Revoke([Revoked], RevocationReason.KeyCompromise);
        RootCrl = Pki.ClientRoot.PublishCrl().Path;
        InterCrl = Pki.ClientInter.PublishCrl().Path;
        var bundle = new CrlBundle();
        bundle.Add(Pki.ClientRoot);
        bundle.Add(Pki.ClientInter);
        Crls = bundle.Save(Pki.At("all.crl"))[0];
        ClientCaAndCrls = Pki.At("client-ca and crls.pem");
        File.WriteAllText(ClientCaAndCrls, File.ReadAllText(ClientCa) + File.ReadAllText(Crls));
        pairs = Faults.Select(Save).ToList();
    }

    public LivePki Pki { get; } = new();

    /// <summary>A client whose certificate the lists name.</summary>
    public MtlsCertificate Revoked { get; }

    public string ClientCa { get; }

    public string RootCrl { get; }

    public string InterCrl { get; }

    /// <summary>Both lists in one file.</summary>
    public string Crls { get; }

    /// <summary>The root and both lists in one file.</summary>
    public string ClientCaAndCrls { get; }

    public ServerPair Of(ServerFault fault) => pairs[(int)fault];

    /// <summary>The client of a cause, null for none.</summary>
    public MtlsCertificate? Client(string cause) => cause == "revoked" ? Revoked : Pki.ClientOf(cause);

    public void Dispose() => Pki.Dispose();

    private ServerPair Save(ServerFault fault)
    {
        var certificate = fault switch
        {
            ServerFault.MissingIntermediate => Pki.Server.WithChain([]),
            ServerFault.OtherHost => LivePki.Issue("www.example.com", Pki.ServerInter, CertificateProfile.Server, "www.example.com"),
            ServerFault.Expired => LivePki.Issue("server", Pki.ServerInter, CertificateProfile.Server, "localhost,127.0.0.1", -10, -1),
            _ => Pki.Server,
        };
        var (file, key) = Pki.SavePair($"server {fault}", certificate);
        var both = Pki.At($"server {fault}.pem");
        File.WriteAllText(both, File.ReadAllText(file) + File.ReadAllText(key));
        return new ServerPair(file, key, both);
    }
}
