using System.Text.Json;
using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Configuration.Targets;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Programs and scripts in every form that their templates have.</summary>
public sealed class CodeServerTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>, IDisposable
{
    /// <summary>What Spring Boot 3.2 documents: docs.spring.io, "Common Application Properties", server and spring.ssl.</summary>
    private static readonly IReadOnlySet<string> SpringProperties = new HashSet<string>
    {
        "server.port", "server.address", "server.ssl.bundle", "server.ssl.client-auth", "spring.ssl.bundle.pem.*.reload-on-update",
        "spring.ssl.bundle.pem.*.keystore.certificate", "spring.ssl.bundle.pem.*.keystore.private-key", "spring.ssl.bundle.pem.*.keystore.private-key-password",
        "spring.ssl.bundle.pem.*.keystore.verify-keys", "spring.ssl.bundle.pem.*.truststore.certificate", "spring.ssl.bundle.pem.*.options.enabled-protocols",
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Gofmt_would_change_nothing()
    {
        Peer.Require("go");
        var files = Variants(ConfigTarget.GoServer).Select((config, i) => folder.Write($"{i}.go", config.Text)).ToArray();

        Assert.Equal(5, files.Length);
        Assert.Equal("", Peer.Require("gofmt").Run(["-l", .. files]).All);
    }

    /// <summary>Of IIS this is all that can be tried where there is no Windows.</summary>
    [SkippableFact]
    public void PowerShell_finds_no_mistake_in_the_scripts()
    {
        var pwsh = Peer.Require("pwsh");
        var iis = new[] { ConfigMode.Mtls, ConfigMode.Optional, ConfigMode.Tls }.Select(mode => Create(ConfigTarget.Iis, mode, crl: mode == ConfigMode.Mtls)).ToList();
        var scripts = iis.Concat(Variants(ConfigTarget.OpenSslServer, ConfigPlatform.Windows)).Select((config, i) => folder.Write($"{i}.ps1", config.Text)).ToList();
        folder.Write("wrong.ps1", "if (");

        var said = pwsh.Run("-NoProfile", "-Command", $$"""
            foreach ($file in Get-ChildItem -LiteralPath '{{folder.Path}}' -Filter *.ps1) {
                $errors = $null
                $null = [Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$null, [ref]$errors)
                "$($file.Name) $($errors.Count)"
            }
            """).Output;

        Assert.Equal(8, scripts.Count);
        Assert.All(scripts, script => Assert.Contains($"{Path.GetFileName(script)} 0\n", said, StringComparison.Ordinal));
        Assert.DoesNotContain("wrong.ps1 0\n", said, StringComparison.Ordinal);
        Assert.All(iis, config => Assert.Contains(config.Mode switch
        {
            ConfigMode.Mtls => "'/sslFlags:Ssl,SslNegotiateCert,SslRequireCert'",
            ConfigMode.Optional => "'/sslFlags:Ssl,SslNegotiateCert'",
            _ => "'/sslFlags:Ssl'",
        }, config.Text, StringComparison.Ordinal));
        Assert.All(iis, config => Assert.Equal(config.Mode != ConfigMode.Tls, config.Text.Contains("'clientcertnegotiation=enable'", StringComparison.Ordinal)));
        Assert.Equal([ConfigMode.Mtls], iis.Where(config => config.Text.Contains("'verifyclientcertrevocation=enable'", StringComparison.Ordinal)).Select(config => config.Mode));
    }

    [SkippableFact]
    public void Spring_is_told_what_it_documents()
    {
        var files = Variants(ConfigTarget.JavaServer).Append(Create(ConfigTarget.JavaServer, ConfigMode.Mtls, folder: "/srv/a b/${x}/%41")).Select((config, i) => folder.Write($"{i}.yaml", config.Text)).ToArray();
        var said = Peer.Require("python3").Run(["-c", """
            import json, sys, yaml
            print(json.dumps([yaml.safe_load(open(path, encoding='utf-8')) for path in sys.argv[1:]]))
            """, .. files]).Output;

        var documents = JsonDocument.Parse(said).RootElement.EnumerateArray().Select(document => Flatten("", document).ToDictionary(one => one.Key, one => one.Value)).ToList();
        Assert.All(documents.SelectMany(document => document.Keys), key => Assert.Contains(key, SpringProperties));
        Assert.Equal(["need", "none", "want"], documents.Select(document => document["server.ssl.client-auth"]).Distinct().Order());
        var location = documents[^1]["spring.ssl.bundle.pem.*.keystore.certificate"];
        Assert.Equal("/srv/a b/${x}/%41/server.crt", new Uri(location).LocalPath);
        Assert.DoesNotContain("${", location, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_encrypted_key_is_opened_with_the_password_of_the_environment()
    {
        var programs = new[] { (ConfigTarget.NodeServer, Peer.Require("node")), (ConfigTarget.PythonServer, Peer.Require("python3")) };
        using var password = Secret.From("secret");
        fixture.Server.PrivateKey!.Save(folder.At("locked.key"), password);
        var locked = CertificateReader.ReadIdentity(folder.Write("locked.crt", File.ReadAllText(fixture.Server.Path!)), folder.At("locked.key"), password);
        foreach (var (target, program) in programs)
        {
            var port = Loopback.FreePorts(1)[0];
            var config = MtlsConfig.Create(fixture.ServerOptions(target) with { Certificate = locked, Directory = folder.Path, Address = System.Net.IPAddress.Loopback, Port = port });
            config.Save();
            Assert.DoesNotContain("secret", config.Text, StringComparison.Ordinal);
            Assert.Equal(folder.At("locked.key"), config.Files.Single(file => file.Role == ConfigFileRole.Key).Path);

            using var process = program.With("TLS_KEY_PASSWORD", "secret").Start(folder.At(config.Files[0].Name));
            Assert.True(SpinWait.SpinUntil(() => process.HasExited || Loopback.Accepts(port), TimeSpan.FromSeconds(60)) && !process.HasExited, process.All);

            var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{port}"), new ConnectionOptions { Certificate = fixture.Client, TrustedCas = fixture.ServerCa });
            Assert.True(report.Success, string.Join('\n', report.Findings));
        }
    }

    /// <summary>Every mode, with lists and without, for the target's system or another.</summary>
    private IEnumerable<MtlsConfig> Variants(ConfigTarget target, ConfigPlatform? platform = null) =>
        from mode in Enum.GetValues<ConfigMode>()
        from crl in Enumerable.Range(0, mode == ConfigMode.Tls || ConfigTargets.Find(target).NoCrl is not null ? 1 : 2)
        select Create(target, mode, crl > 0, platform);

    private MtlsConfig Create(ConfigTarget target, ConfigMode mode, bool crl = false, ConfigPlatform? platform = null, string? folder = null)
    {
        var system = platform ?? ConfigTargets.Find(target).Platforms[0];
        return MtlsConfig.Create(fixture.ServerOptions(target) with
        {
            Mode = mode,
            Platform = system,
            Crls = crl ? fixture.Crls : [],
            TrustedCas = mode == ConfigMode.Tls ? [] : fixture.ClientCa,
            Directory = this.folder.Path,
            InstallPath = folder ?? (system == ConfigPlatform.Windows ? @"C:\it's a folder" : "/srv/it's a \"folder\""),
            Password = Secret.From("secret"),
        });
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(string prefix, JsonElement element) => element.ValueKind != JsonValueKind.Object
        ? [new(prefix.Replace("pem.mtls.", "pem.*.", StringComparison.Ordinal), element.ToString())]
        : element.EnumerateObject().SelectMany(one => Flatten(prefix.Length == 0 ? one.Name : $"{prefix}.{one.Name}", one.Value));
}
