using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Renewal;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Renewal;

/// <summary>Certificates are found where servers' configurations name them, and servers go on while they are renewed.</summary>
public sealed class RenewalConfigTests(RenewalFixture fixture) : IClassFixture<RenewalFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_certificate_of_the_CA_is_found_once()
    {
        var shared = fixture.Save(folder, name: "shared");
        var single = fixture.Save(folder, name: "single");
        fixture.Save(folder, fixture.Issue(fixture.Other), "foreign");
        var path = folder.Write("nginx.conf", $$"""
            events { }
            http {
                server { listen 443 ssl; server_name a; ssl_certificate "{{shared}}"; ssl_certificate_key "{{folder.At("shared.key")}}"; }
                server { listen 443 ssl; server_name b; ssl_certificate shared.crt; ssl_certificate_key shared.key; }
                server { listen 443 ssl; server_name c; ssl_certificate "{{single}}"; ssl_certificate_key "{{folder.At("single.key")}}"; }
                server { listen 443 ssl; server_name d; ssl_certificate foreign.crt; ssl_certificate_key foreign.key; }
                server { listen 443 ssl; server_name e; ssl_certificate missing.crt; ssl_certificate_key single.key; }
            }
            """);
        var warnings = new List<string>();

        var found = ConfigTargets.Find(path, fixture.Issuing, new CertificateRenewalOptions(), warn: warnings.Add);

        Assert.Equal([(shared, folder.At("shared.key")), (single, folder.At("single.key"))], found.Select(one => (one.Path!, one.KeyPath!)));
        Assert.Contains(warnings, one => one.Contains(folder.At("missing.crt"), StringComparison.Ordinal));
        Assert.Equal(3, ConfigTargets.Find(path, fixture.Issuing, new CertificateRenewalOptions { ChangeIssuer = true }).Count);
        Assert.Equal(ErrorCode.NothingToRenew, Assert.Throws<InputException>(() => ConfigTargets.Find(path, fixture.Root, new CertificateRenewalOptions())).Code);

        // A key that two certificates share fits one of them only, once it is new.
        CertificateExporter.Save(folder.At("twin.crt"), fixture.Issue(key: PrivateKey.Open(folder.At("shared.key"))), ExportFormat.FullChain);
        File.WriteAllText(path, File.ReadAllText(path).Replace("foreign.crt; ssl_certificate_key foreign.key", "twin.crt; ssl_certificate_key shared.key", StringComparison.Ordinal));
        Assert.Equal(ErrorCode.KeyShared, Assert.Throws<KeyException>(() => ConfigTargets.Find(path, fixture.Issuing, new CertificateRenewalOptions())).Code);
        Assert.Equal(3, ConfigTargets.Find(path, fixture.Issuing, new CertificateRenewalOptions { KeepKey = true }).Count);
    }

    [Fact]
    public void A_file_of_certificate_and_key_is_one_target()
    {
        var old = fixture.Issue();
        var path = folder.Write("site.pem", string.Concat(old.Intermediates.Prepend(old).Select(one => one.ToPem())) + System.Text.Encoding.ASCII.GetString(old.PrivateKey!.ExportPem(null)));
        var configuration = folder.Write("haproxy.cfg", $"frontend f\n    bind :443 ssl crt \"{path}\"\n    default_backend b\nbackend b\n    server s 127.0.0.1:80\n");

        var target = Assert.Single(ConfigTargets.Find(configuration, fixture.Issuing, new CertificateRenewalOptions()));
        var result = fixture.By().Renew(target);

        Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(path));
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(path, target.Path);
    }

    [SkippableFact]
    public async Task Nginx_serves_every_request_while_its_certificate_is_renewed()
    {
        var own = TestAuthority.Create(folder, "own");
        var path = fixture.Save(folder, fixture.Issue(own, CertificateProfile.Server, "CN=localhost", "localhost"));
        using var nginx = NginxServer.StartWithWorker($"ssl_certificate \"{path}\"; ssl_certificate_key \"{folder.At("server.key")}\";");
        using var ended = new CancellationTokenSource();
        var seen = new HashSet<string>();
        var requests = Task.Run(() => AskAsync(nginx.Port(0), own.Certificate, seen, ended.Token));
        var renewal = new CertificateRenewal(own);
        var renewed = new List<string>();

        for (var round = 0; round < 3; round++)
        {
            renewed.Add(renewal.Renew(RenewalTarget.OfFile(path)).Certificate!.SerialNumber);
            nginx.Reload();
            Assert.True(SpinWait.SpinUntil(() => requests.IsCompleted || Contains(seen, renewed[^1]), TimeSpan.FromSeconds(30)), "nginx did not take the new certificate.");
        }

        await ended.CancelAsync();
        Assert.True(await requests > 3);
        Assert.Superset(renewed.ToHashSet(), seen);
    }

    private static bool Contains(HashSet<string> seen, string serial)
    {
        lock (seen)
            return seen.Contains(serial);
    }

    /// <summary>Asks on a new connection each time; the first failure ends it.</summary>
    private static async Task<int> AskAsync(int port, MtlsCertificate trusted, HashSet<string> seen, CancellationToken ended)
    {
        for (var count = 0; ; count++)
        {
            if (ended.IsCancellationRequested)
                return count;
            using var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero };
            handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
            {
                var certificate = MtlsCertificate.Decode(presented!.GetRawCertData());
                lock (seen)
                    seen.Add(certificate.SerialNumber);
                return Signature.IsValid(certificate.RawData, trusted.PublicKey);
            };
            using var client = new HttpClient(handler);
            Assert.Equal("mTLS Hello World!\n", await client.GetStringAsync(new Uri($"https://localhost:{port}/hello-world.txt"), CancellationToken.None));
        }
    }
}
