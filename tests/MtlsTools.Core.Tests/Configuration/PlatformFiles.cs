using System.Text.Json;
using MtlsTools.Configuration;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Every configuration for a platform, written once and read by another implementation once.</summary>
public sealed class PlatformFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, IReadOnlyList<JsonElement>> documents = [];
    private readonly Dictionary<string, MtlsConfig> configurations = [];

    public PlatformFiles()
    {
        var server = new ConfigOptions { Target = ConfigTarget.Kubernetes, Certificate = Pki.Server, TrustedCas = [Pki.ClientRoot.Certificate] };
        Crls = [.. CertificateRevocationList.ReadFile(Pki.SaveCrl("root.crl", Pki.ClientRoot)), .. CertificateRevocationList.ReadFile(Pki.SaveCrl("inter.crl", Pki.ClientInter))];
        var authority = Pki.ServerInter.Certificate.WithKey(PrivateKey.Open(Path.Combine(Pki.ServerInter.Path, "private", "ca.key")));
        Save("kubernetes", server with { Namespace = "shop", HostNames = ["localhost"], Backend = new Uri("http://web:8081"), ForwardHeaders = true, Crls = Crls });
        Save("kubernetes optional", server with { Mode = ConfigMode.Optional });
        Save("istio", new ConfigOptions { Target = ConfigTarget.Istio, Namespace = "shop" });
        Save("istio gateway", server with { Target = ConfigTarget.Istio, Namespace = "shop", Mode = ConfigMode.Optional, HostNames = ["shop.example.com"], Crls = Crls });
        Save("istio gateway strict", server with { Target = ConfigTarget.Istio });
        Save("linkerd", new ConfigOptions { Target = ConfigTarget.Linkerd, Namespace = "shop", Port = 9090 });
        Save("linkerd permissive", new ConfigOptions { Target = ConfigTarget.Linkerd, Mode = ConfigMode.Optional });
        Save("consul", server with { Target = ConfigTarget.Consul, InstallPath = "/etc/consul.d/\"tls\"" });
        Save("consul permissive", new ConfigOptions { Target = ConfigTarget.Consul, Mode = ConfigMode.Optional });
        Save("cert-manager", new ConfigOptions { Target = ConfigTarget.CertManager, Certificate = authority, Namespace = "shop", HostNames = ["api.shop.svc", "10.0.0.1"] });
        Save("compose", server with { Target = ConfigTarget.DockerCompose, Crls = Crls, InstallPath = "/srv/$mtls" });
        Read();
    }

    public LivePki Pki { get; } = new();

    /// <summary>The lists of the clients' root and intermediate.</summary>
    public IReadOnlyList<CertificateRevocationList> Crls { get; }

    public MtlsConfig Config(string name) => configurations[name];

    /// <summary>The documents of a file of a configuration: "istio/gateway.yaml".</summary>
    public IReadOnlyList<JsonElement> Documents(string name) => documents[name];

    public string At(params string[] names) => folder.At(names);

    public void Dispose()
    {
        folder.Dispose();
        Pki.Dispose();
    }

    private void Save(string name, ConfigOptions options)
    {
        configurations[name] = MtlsConfig.Create(options with { Directory = folder.At(name) });
        configurations[name].Save();
    }

    private void Read()
    {
        if (!Peer.Exists("python3"))
            return;
        var files = configurations.Keys.SelectMany(name => Directory.GetFiles(folder.At(name)).Select(file => $"{name}/{Path.GetFileName(file)}")).Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal)).ToList();
        foreach (var (file, read) in files.Zip(YamlPeer.Read(files.Select(file => folder.At(file)).ToArray())))
            documents[file] = read;
    }
}
