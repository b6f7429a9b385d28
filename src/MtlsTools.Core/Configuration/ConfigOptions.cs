using System.Net;
using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Configuration.Targets;
using MtlsTools.Lab;
using MtlsTools.Revocation;
using MtlsTools.Server;

namespace MtlsTools.Configuration;

/// <summary>What a configuration is made of.</summary>
public sealed record ConfigOptions
{
    /// <summary>The program.</summary>
    public required ConfigTarget Target { get; init; }

    /// <summary>Whom a server lets in. Mutual TLS by default.</summary>
    public ConfigMode Mode { get; init; }

    /// <summary>The system; null means that of this process where the program runs on it, and its usual one otherwise.</summary>
    public ConfigPlatform? Platform { get; init; }

    /// <summary>The own certificate with its key and issuers: the server's for a server, the client's for a client.</summary>
    public MtlsCertificate? Certificate { get; init; }

    /// <summary>The CAs that the other side's certificate may come from: the clients' for a server, the server's for a client.</summary>
    public IReadOnlyList<MtlsCertificate> TrustedCas { get; init; } = [];

    /// <summary>Revocation lists of these CAs.</summary>
    public IReadOnlyList<CertificateRevocationList> Crls { get; init; } = [];

    /// <summary>The names that clients call the server by, the usual one first; for a server those of its certificate by default.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>The server's port, 1 to 65535; the program's usual one by default.</summary>
    public int? Port { get; init; }

    /// <summary>The address that a server listens on; all of them by default.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>What a proxy passes requests on to, such as http://127.0.0.1:8080; null answers by itself where the program can.</summary>
    public Uri? Backend { get; init; }

    /// <summary>Tells the backend in headers who the client is, and takes such headers away from clients that write them themselves.</summary>
    public bool ForwardHeaders { get; init; }

    /// <summary>The namespace of a Kubernetes object.</summary>
    public string? Namespace { get; init; }

    /// <summary>The folder that the files are written to, as a full path; null when nothing is written.</summary>
    public string? Directory { get; init; }

    /// <summary>Where that folder will be on the machine that it is made for; null when it stays.</summary>
    public string? InstallPath { get; init; }

    /// <summary>Protects PKCS#12 files.</summary>
    public SecureString? Password { get; init; }

    private bool IsForServer => ConfigTargets.Find(Target).Side == ConfigSide.Server;

    /// <summary>What is not given here, from a lab.</summary>
    public ConfigOptions CompleteFrom(LabEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var completed = this with
        {
            Certificate = Certificate ?? (IsForServer ? environment.ServerCertificate : environment.ClientCertificate),
            TrustedCas = TrustedCas.Count > 0 ? TrustedCas : [IsForServer ? environment.TrustedClientCa : environment.TrustedCa],
        };
        return environment.Server is { } server && !IsForServer ? completed.At(server)
            : completed with { HostNames = HostNames.Count > 0 ? HostNames : ["localhost"] };
    }

    /// <summary>What is not given here, from a server that runs: for a server another one like it, for a client the way to it.</summary>
    public ConfigOptions CompleteFrom(MtlsServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return IsForServer
            ? this with { Certificate = Certificate ?? server.Certificate, TrustedCas = TrustedCas.Count > 0 ? TrustedCas : server.ClientCas }
            : (this with { TrustedCas = TrustedCas.Count > 0 ? TrustedCas : server.Certificate.Chain.Where(issuer => issuer.IsSelfSigned).ToList() }).At(server);
    }

    private ConfigOptions At(MtlsServer server) => this with
    {
        HostNames = HostNames.Count > 0 ? HostNames : [server.Uri.Host],
        Port = Port ?? server.Port,
    };
}
