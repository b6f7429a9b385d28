using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Revocation;
using MtlsTools.Server;

namespace MtlsTools.Lab;

/// <summary>Makes the CAs and certificates of one scenario.</summary>
internal sealed class LabBuilder
{
    private static readonly Dictionary<LabScenario, string> FolderOf = new()
    {
        [LabScenario.HelloWorld] = "hello-world",
        [LabScenario.Workshop] = "workshop",
        [LabScenario.Production] = "production",
    };

    private readonly LabScenario scenario;
    private readonly string folder;
    private readonly TimeProvider clock;

    private LabBuilder(LabScenario scenario, string folder, TimeProvider clock)
    {
        this.scenario = scenario;
        this.folder = folder;
        this.clock = clock;
    }

    /// <summary>The names of all folders that a lab makes.</summary>
    internal static IEnumerable<string> Folders => FolderOf.Values;

    /// <summary>The scenarios that are meant, each with its folder.</summary>
    internal static IEnumerable<(LabScenario Scenario, string Folder)> Select(LabScenario wanted) =>
        FolderOf.Where(one => wanted == LabScenario.All || wanted == one.Key).Select(one => (one.Key, one.Value));

    internal static LabEnvironment Build(LabScenario scenario, string folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        var builder = new LabBuilder(scenario, folder, clock);
        return scenario switch
        {
            LabScenario.HelloWorld => builder.HelloWorld(),
            LabScenario.Workshop => builder.Workshop(),
            LabScenario.Production => builder.Production(),
            _ => throw new ArgumentOutOfRangeException(nameof(scenario), scenario, "Not one scenario."),
        };
    }

    /// <summary>Starts the servers that belong to the scenario.</summary>
    internal static void Start(LabEnvironment made, Func<MtlsServerOptions, MtlsServer> start)
    {
        var isHello = made.Scenario == LabScenario.HelloWorld;
        var mutual = new MtlsServerOptions
        {
            Certificate = made.ServerCertificate,
            ClientCas = [made.TrustedClientCa],
            Crls = made.CrlPath is null ? null : CertificateRevocationList.ReadFile(made.CrlPath),
            Content = isHello ? ServerContent.FromText("mTLS Hello World!\n") : ServerContent.DescribeClient(),
        };
        made.Server = start(mutual);
        if (isHello)
            made.TlsServer = start(mutual with { ClientAuth = ClientAuthMode.None, ClientCas = [], Crls = null, Content = ServerContent.FromText("TLS Hello World!\n") });
    }

    private LabEnvironment HelloWorld()
    {
        var (servers, clients) = (Authority("server-ca", "CN=Server CA,O=Hello World"), Authority("client-ca", "CN=Client CA,O=Hello World"));
        return Environment([servers, clients], servers, clients, ("server", "CN=localhost,O=Hello World", []), ("client", "CN=client,O=Hello World"));
    }

    private LabEnvironment Workshop()
    {
        var rootC = Authority("client-c-root", "CN=Client C Root CA,OU=IT Department,O=Client C Organization,C=FR");
        var issuerC = Authority("client-c-intermediate", "CN=Client C Intermediate CA,OU=Certificate Authority,O=Client C Organization,C=FR", rootC);
        var rootB = Authority("client-b-root", "CN=Client B Root CA,OU=IT Department,O=Client B Organization,C=FR");
        var issuerB = Authority("client-b-intermediate", "CN=Client B Intermediate CA,OU=Certificate Authority,O=Client B Organization,C=FR", rootB);
        return Environment([rootC, rootB, issuerC, issuerB], issuerC, issuerC, ("client-c-server", "CN=client-c.local,OU=Server Services,O=Client C Organization,C=FR", ["client-c.local"]), ("client-b", "CN=client-b.local,OU=Client Services,O=Client B Organization,C=FR"));
    }

    private LabEnvironment Production()
    {
        var root = Authority("root-ca", "CN=MyOrg Root CA,O=MyOrg,ST=California,C=US");
        var issuer = Authority("issuing-ca", "CN=MyOrg Issuing CA,O=MyOrg,ST=California,C=US", root);
        return Environment([root, issuer], issuer, issuer, ("server", "CN=api.example.com,O=MyOrg,ST=California,C=US", ["api.example.com"]), ("service-a", "CN=service-a,O=MyOrg,ST=California,C=US"));
    }

    private LabEnvironment Environment(IReadOnlyList<CertificateAuthority> authorities, CertificateAuthority serverCa, CertificateAuthority clientCa, (string File, string Subject, string[] Hosts) server, (string File, string Subject) client) => new()
    {
        Scenario = scenario,
        Path = folder,
        Authorities = authorities,
        ServerCa = serverCa,
        ClientCa = clientCa,
        ServerCertificate = Issue(serverCa, server.File, server.Subject, CertificateProfile.Server, [.. server.Hosts.Append("localhost").Select(AlternativeName.Dns), AlternativeName.Ip("127.0.0.1"), AlternativeName.Ip("::1")]),
        ClientCertificate = Issue(clientCa, client.File, client.Subject, CertificateProfile.Client, []),
    };

    /// <summary>Old enough to have issued what has expired since.</summary>
    private CertificateAuthority Authority(string name, string subject, CertificateAuthority? issuer = null) =>
        CertificateAuthority.Create(Path.Combine(folder, name), new AuthorityOptions { Subject = DistinguishedName.Parse(subject), Issuer = issuer, NotBefore = clock.GetUtcNow().AddDays(issuer is null ? -61 : -60) }, clock);

    private MtlsCertificate Issue(CertificateAuthority authority, string name, string subject, CertificateProfile profile, IReadOnlyList<AlternativeName> san)
    {
        var request = CertificateSigningRequest.Create(DistinguishedName.Parse(subject), san, PrivateKey.Generate(KeyAlgorithm.EcdsaP256));
        return LabFiles.Save(folder, name, authority.Issue(request, new IssuanceOptions { Profile = profile }));
    }
}
