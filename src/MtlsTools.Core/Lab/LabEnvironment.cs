using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Server;

namespace MtlsTools.Lab;

/// <summary>One set-up of a lab: CAs, certificates with their keys as PEM files, and servers.</summary>
public sealed class LabEnvironment
{
    internal LabEnvironment()
    {
    }

    /// <summary>Which.</summary>
    public required LabScenario Scenario { get; init; }

    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>Every CA, roots first.</summary>
    public required IReadOnlyList<CertificateAuthority> Authorities { get; init; }

    /// <summary>The CA that issued the server's certificate.</summary>
    public required CertificateAuthority ServerCa { get; init; }

    /// <summary>The CA that issues for clients.</summary>
    public required CertificateAuthority ClientCa { get; init; }

    /// <summary>The root that clients have to trust.</summary>
    public MtlsCertificate TrustedCa => TopOf(ServerCa);

    /// <summary>The root that the server trusts for its clients.</summary>
    public MtlsCertificate TrustedClientCa => TopOf(ClientCa);

    /// <summary>The server's certificate, for localhost.</summary>
    public required MtlsCertificate ServerCertificate { get; init; }

    /// <summary>A good client's certificate.</summary>
    public required MtlsCertificate ClientCertificate { get; init; }

    /// <summary>Certificates that every server has to refuse; null unless they were asked for.</summary>
    public BadCertificates? Bad { get; internal set; }

    /// <summary>The file with the revocation lists of every CA above the clients, which names the revoked client; null unless bad certificates were asked for.</summary>
    public string? CrlPath { get; internal set; }

    /// <summary>The server that wants client certificates; null unless servers were asked for.</summary>
    public MtlsServer? Server { get; internal set; }

    /// <summary>The server that asks no client for a certificate; HelloWorld alone has one.</summary>
    public MtlsServer? TlsServer { get; internal set; }

    /// <summary>Every certificate that was made, the bad ones last.</summary>
    public IReadOnlyList<MtlsCertificate> Certificates => [ServerCertificate, ClientCertificate, .. Bad?.All.Select(one => one.Certificate) ?? []];

    /// <summary>The servers.</summary>
    public IReadOnlyList<MtlsServer> Servers => new[] { Server, TlsServer }.OfType<MtlsServer>().ToList();

    /// <summary>Scenario and folder.</summary>
    public override string ToString() => $"{Scenario} in {Path}";

    private static MtlsCertificate TopOf(CertificateAuthority authority) => authority.Certificate.Chain.Count > 0 ? authority.Certificate.Chain[^1] : authority.Certificate;
}
