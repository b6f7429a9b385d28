using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Revocation;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Two servers that require a client's certificate, of this library and nginx, and what their clients are configured with.</summary>
public sealed class ClientServers : IDisposable
{
    public const string Page = "mTLS Hello World!\n";

    private readonly Lazy<NginxServer> nginx;

    public ClientServers()
    {
        var (certificate, key) = Pki.SavePair("server", Pki.Server);
        Server = MtlsServer.Start(new MtlsServerOptions
        {
            Certificate = Pki.Server,

            // No CA is named: some clients present nothing when theirs is not on the list.
            AcceptableIssuers = [],
            ClientAuth = ClientAuthMode.Required,
            ClientCas = [Pki.ClientRoot.Certificate],
            Content = ServerContent.FromText(Page),
        });
        nginx = new Lazy<NginxServer>(() => NginxServer.Start($"ssl_certificate \"{certificate}\"; ssl_certificate_key \"{key}\"; ssl_protocols TLSv1.2 TLSv1.3; ssl_client_certificate \"{Pki.ClientRoot.CertificatePath}\"; ssl_verify_client on; ssl_verify_depth 3;"));
        Lists = Load(Pki.SaveCrl("root.crl", Pki.ServerRoot), Pki.SaveCrl("inter.crl", Pki.ServerInter));
        RevokingLists = Load(Pki.SaveCrl("root 2.crl", Pki.ServerRoot), Pki.SaveCrl("inter 2.crl", Pki.ServerInter, Pki.Server));
    }

    public LivePki Pki { get; } = new();

    public MtlsServer Server { get; }

    /// <summary>The lists of the server's chain, with nobody on them.</summary>
    public IReadOnlyList<CertificateRevocationList> Lists { get; }

    /// <summary>The same lists with the server's certificate.</summary>
    public IReadOnlyList<CertificateRevocationList> RevokingLists { get; }

    /// <summary>A page of the library's server.</summary>
    public string Url => $"https://localhost:{Server.Port}/hello-world.txt";

    /// <summary>The same page of nginx.</summary>
    public string NginxUrl => $"https://localhost:{nginx.Value.Port(0)}/hello-world.txt";

    /// <summary>Everything that a client of the library's server needs, all of it in files of the folder.</summary>
    public ConfigOptions Options(ConfigTarget target, string folder) => new()
    {
        Target = target,
        Platform = ConfigPlatform.Unix,
        Certificate = Pki.Client,
        TrustedCas = [Pki.ServerRoot.Certificate],
        HostNames = ["localhost"],
        Port = Server.Port,
        Directory = folder,
        InstallPath = folder,
        Password = Secret.From("secret"),
    };

    /// <summary>Puts other files into the places of those that a configuration names, and leaves itself alone.</summary>
    public static void Replace(TemporaryFolder folder, ConfigOptions options)
    {
        foreach (var file in MtlsConfig.Create(options).Files.Where(file => file.Role != ConfigFileRole.Configuration))
        {
            // The thousands of rounds that protect a PFX cost Java seconds at each start; one start with all of them is enough.
            var content = file.Role == ConfigFileRole.Pfx ? CertificateExporter.TransientPfx(options.Certificate!, options.Password!, "client") : file.Content!;
            File.WriteAllBytes(folder.At(file.Name), content);
        }
    }

    public void Dispose()
    {
        Server.Dispose();
        if (nginx.IsValueCreated)
            nginx.Value.Dispose();
        Pki.Dispose();
    }

    private static List<CertificateRevocationList> Load(params string[] files) => files.SelectMany(file => CertificateRevocationList.ReadFile(file)).ToList();
}
