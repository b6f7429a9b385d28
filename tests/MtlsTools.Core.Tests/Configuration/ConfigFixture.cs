using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Revocation;
using MtlsTools.Tests.Peers.Servers;

namespace MtlsTools.Tests.Configuration;

/// <summary>What configuration is made of, as files, made once for a class of tests.</summary>
public sealed class ConfigFixture : IDisposable
{
    public ConfigFixture()
    {
        var pair = Files.Of(ServerFault.None);
        Server = CertificateReader.ReadIdentity(pair.Certificate, pair.Key, null);
        var (certificate, key) = Files.Pki.SavePair("client", Files.Pki.Client);
        Client = CertificateReader.ReadIdentity(certificate, key, null);
        ClientCa = CertificateReader.ReadFile(Files.ClientCa);
        ServerCa = [Files.Pki.ServerRoot.Certificate];
        Crls = CertificateRevocationList.ReadFile(Files.Crls);
    }

    public ServerFiles Files { get; } = new();

    /// <summary>The server's certificate, from a file that holds its chain, and its key's file.</summary>
    public MtlsCertificate Server { get; }

    public MtlsCertificate Client { get; }

    public IReadOnlyList<MtlsCertificate> ClientCa { get; }

    public IReadOnlyList<MtlsCertificate> ServerCa { get; }

    /// <summary>The lists of the clients' root and intermediate.</summary>
    public IReadOnlyList<CertificateRevocationList> Crls { get; }

    /// <summary>A server with mutual TLS.</summary>
    public ConfigOptions ServerOptions(ConfigTarget target = ConfigTarget.Nginx) => new() { Target = target, Certificate = Server, TrustedCas = ClientCa };

    public void Dispose() => Files.Dispose();
}
