using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Inventory;
using MtlsTools.Issuance;
using MtlsTools.Server;
using MtlsTools.Stores;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Inventory;

public sealed class InventoryTests(Estate estate) : IClassFixture<Estate>
{
    [Theory]
    [InlineData("etc/ssl/www.crt", InventoryStatus.Ok, 70, false)]
    [InlineData("etc/ssl/mail.crt", InventoryStatus.RenewSoon, 35, false)]
    [InlineData("etc/ssl/api.crt", InventoryStatus.Due, 20, true)]
    [InlineData("etc/ssl/shop.crt", InventoryStatus.Expired, -4, true)]
    [InlineData("clients/mobile-gateway.crt", InventoryStatus.Revoked, 60, false)]
    [InlineData("etc/ssl/clients.crl", InventoryStatus.Ok, 6, false)]
    [InlineData("etc/ssl/servers.crl", InventoryStatus.CrlStale, -2, false)]
    [InlineData("clients/stock.pfx", InventoryStatus.Ok, 45, false)]
    [InlineData("etc/ssl/broken.pem", InventoryStatus.Unreadable, null, false)]
    public void Each_item_says_how_urgent_it_is(string file, InventoryStatus status, int? daysLeft, bool needsRenewal)
    {
        var item = estate.Of(file);
        Assert.Equal((status, daysLeft, needsRenewal), (item.Status, item.DaysLeft, item.NeedsRenewal));
        Assert.Equal(status >= InventoryStatus.Due, item.NeedsAttention);
        Assert.Equal(item.NeedsAttention, item.Findings.Any(finding => finding.Severity > FindingSeverity.Information));
    }

    [Fact]
    public void An_item_says_what_renewal_and_people_need()
    {
        var item = estate.Of("etc/ssl/api.crt");
        Assert.Equal((InventoryKind.Certificate, InventorySource.File, CertificateRole.Server, "api.example.com"), (item.Kind, item.Source, item.Role, item.Name));
        Assert.Equal("api.example.com", Assert.Single(item.San).Value);
        Assert.Equal(estate.Servers.Certificate.Subject.ToString(), item.Issuer);
        Assert.Equal(estate.At("etc/ssl/api.key"), item.KeyPath);
        Assert.True(item.HasPrivateKey);
        Assert.Equal(item.Certificate!.RenewAfter, item.RenewAfter);
        Assert.Equal((item.Certificate.Sha256, item.Certificate.SpkiSha256, item.Certificate.SerialNumber), (item.Sha256, item.SpkiSha256, item.SerialNumber));
        Assert.False(item.Certificate.HasPrivateKey);
        Assert.Equal("RenewalDue", Assert.Single(item.Findings).Id);
    }

    [Fact]
    public void What_is_due_soon_can_be_chosen() =>
        Assert.Equal(InventoryStatus.RenewSoon, Assert.Single(estate.Read(new InventoryOptions { Paths = [estate.At("etc/ssl/www.crt")], Soon = TimeSpan.FromDays(41) }), item => item.Role == CertificateRole.Server).Status);

    [Fact]
    public void What_uses_a_file_is_told_with_the_line()
    {
        var site = estate.At("etc/nginx/sites-enabled/www");
        Assert.Equal($"{site}:4", Assert.Single(estate.Of("etc/ssl/www.crt").UsedBy));
        Assert.Contains($"{site}:6", estate.Of("Example Client CA/ca.crt").UsedBy);
    }

    [Fact]
    public void What_a_configuration_names_elsewhere_is_looked_at_as_well()
    {
        var items = estate.Read(new InventoryOptions { Paths = [estate.At("etc/nginx")] });
        Assert.Equal(["Example Client CA", "www.example.com"], items.Where(item => !item.ComesAlong).Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_that_share_a_key_are_told()
    {
        var (orders, partner) = (estate.Of("clients/orders.crt"), estate.Of("clients/partner.crt"));
        Assert.Equal((partner.Name, orders.Name), (Assert.Single(orders.SharesKeyWith), Assert.Single(partner.SharesKeyWith)));
        Assert.Contains(orders.Findings, finding => finding.Id == "KeyShared" && finding.Cause.Contains("'partner'", StringComparison.Ordinal));
        Assert.Equal(orders.SpkiSha256, partner.SpkiSha256);
        Assert.DoesNotContain(estate.Items, item => item.SharesKeyWith.Count > 0 && item.Name is not ("orders" or "partner"));
    }

    [Fact]
    public void A_CA_folder_gives_its_records_and_history_is_no_alarm()
    {
        var records = estate.Items.Where(item => item.Source == InventorySource.Authority).ToLookup(item => item.Name);
        Assert.Equal(InventoryStatus.Revoked, Assert.Single(records["mobile-gateway"]).Status);
        Assert.Equal([InventoryStatus.Superseded, InventoryStatus.Ok], records["batch"].Select(item => item.Status));
        Assert.Equal(InventoryStatus.Expired, Assert.Single(records["shop.example.com"]).Status);
        Assert.Equal(InventoryStatus.Due, Assert.Single(records["api.example.com"]).Status);
        Assert.DoesNotContain(records.SelectMany(group => group), item => item.NeedsAttention || item.NeedsRenewal);
        Assert.Single(estate.Items, item => item.Name == "stock" && item.Source == InventorySource.Pfx);
    }

    [Fact]
    public void What_is_due_and_lies_nowhere_else_needs_attention_in_the_records()
    {
        var record = Assert.Single(estate.Read(new InventoryOptions { Paths = [estate.At("Example Server CA")] }), item => item.Name == "api.example.com");
        Assert.Equal((InventorySource.Authority, InventoryStatus.Due, true, false), (record.Source, record.Status, record.NeedsAttention, record.NeedsRenewal));
    }

    [Fact]
    public void An_index_line_without_its_certificate_is_an_item()
    {
        using var folder = new TemporaryFolder();
        var authority = TestAuthority.Create(folder, "ca", new ManualTimeProvider(Estate.Today.AddDays(-10)));
        File.Delete(authority.Issue(CertificateProfile.Client).Path!);
        var item = Assert.Single(CertificateInventory.Read(new InventoryOptions { Paths = [folder.At("ca")], AsOf = Estate.Today }), item => item.Source == InventorySource.Authority);
        Assert.Equal(("api.example.com", InventoryStatus.Ok, 80, null), (item.Name, item.Status, item.DaysLeft, item.Certificate));
    }

    [Fact]
    public void An_issuer_in_chains_is_one_item()
    {
        var item = Assert.Single(estate.Items, item => item.Sha256 == estate.Servers.Certificate.Sha256 && item.Source != InventorySource.Authority && item.Source != InventorySource.Kubernetes);
        Assert.Equal(estate.Servers.CertificatePath, item.Path);
        Assert.Contains(estate.At("etc/ssl/www.crt"), item.AlsoAt);
        var alone = Assert.Single(estate.Read(new InventoryOptions { Paths = [estate.At("etc/ssl")] }), item => item.Sha256 == estate.Servers.Certificate.Sha256);
        Assert.True(alone.ComesAlong);
        Assert.False(alone.NeedsRenewal);
        Assert.Equal(6, alone.AlsoAt.Count);
    }

    [Fact]
    public void Secrets_of_manifests_are_items_with_their_line()
    {
        var item = Assert.Single(estate.Items, item => item is { Source: InventorySource.Kubernetes, Role: CertificateRole.Server });
        Assert.Matches(@"grafana\.yaml:\d+ \(grafana\.internal\.example\.com/tls\.crt\)$", item.Place);
        Assert.Equal((estate.At("k8s/grafana.yaml"), true, false), (item.Path, item.HasPrivateKey, item.NeedsRenewal));
    }

    [Fact]
    public void Sound_blocks_beside_a_damaged_one_are_read()
    {
        using var folder = new TemporaryFolder();
        var sound = File.ReadAllText(estate.At("etc/ssl/www.crt"));
        var path = folder.Write("bundle.pem", sound.Remove(80, 9) + File.ReadAllText(estate.At("etc/ssl/api.crt")));
        var items = estate.Read(new InventoryOptions { Paths = [path] });
        Assert.Contains("the block at line 1 (CERTIFICATE) is damaged", Assert.Single(items, item => item.Kind == InventoryKind.Unreadable).Findings[0].Cause, StringComparison.Ordinal);
        Assert.Equal(InventoryStatus.Due, Assert.Single(items, item => item.Name == "api.example.com").Status);
    }

    [Fact]
    public void A_revocation_list_revokes_what_its_CA_issued_and_a_false_one_does_not()
    {
        using var folder = new TemporaryFolder();
        var www = estate.Of("etc/ssl/www.crt");
        File.Copy(www.Path!, folder.At("www.crt"));
        File.Copy(estate.Servers.CertificatePath, folder.At("ca.crt"));
        folder.Write("ca.crl", Estate.Crl(estate.Servers, Estate.Today.AddDays(-1), Estate.Today.AddDays(6), www.SerialNumber!));
        InventoryItem Server() => Assert.Single(estate.Read(new InventoryOptions { Paths = [folder.Path] }), item => item.Role == CertificateRole.Server);
        Assert.Equal(InventoryStatus.Revoked, Server().Status);

        using var impostor = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(Convert.FromHexString(www.SerialNumber!));
        var generator = X509SignatureGenerator.CreateForECDsa(impostor);
        folder.Write("ca.crl", builder.Build(estate.Servers.Certificate.X509.SubjectName, generator, 2, Estate.Today.AddDays(6), HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new byte[20]), Estate.Today.AddDays(-1)));
        Assert.Equal(InventoryStatus.Ok, Server().Status);
        Assert.Contains(estate.Read(new InventoryOptions { Paths = [folder.Path] }), item => item.Findings.Any(finding => finding.Id == "CrlSignatureInvalid"));
        File.Delete(folder.At("ca.crt"));
        Assert.Contains(estate.Read(new InventoryOptions { Paths = [folder.At("ca.crl")] }), item => item.Findings.Any(finding => finding.Id == "CrlIssuerUnknown"));
    }

    [Fact]
    public void Certificates_of_the_public_web_that_clients_use_are_found()
    {
        using var folder = new TemporaryFolder();
        folder.Write("web.crt", Web(clientAuth: true));
        folder.Write("plain.crt", Web(clientAuth: false));
        folder.Write("proxy.conf", "http { server { listen 80; location / { proxy_pass https://x;\n proxy_ssl_certificate web.crt;\n } } }");
        var items = estate.Read(new InventoryOptions { Paths = [folder.Path] });
        var item = Assert.Single(items, item => item.Findings.Any(finding => finding.Id == "ClientAuthEnding"));
        Assert.Equal((folder.At("web.crt"), FindingSeverity.Error), (item.Path, item.Findings[0].Severity));
        Assert.Equal($"{folder.At("proxy.conf")}:2", Assert.Single(item.UsedBy));
        Assert.DoesNotContain(estate.Items, one => one.Findings.Any(finding => finding.Id == "ClientAuthEnding"));

        static byte[] Web(bool clientAuth)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={(clientAuth ? "web" : "plain")}.example.org", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), .. clientAuth ? new[] { new Oid("1.3.6.1.5.5.7.3.2") } : []], critical: false));
            request.CertificateExtensions.Add(new X509Extension("2.5.29.32", [0x30, 0x0A, 0x30, 0x08, 0x06, 0x06, 0x67, 0x81, 0x0C, 0x01, 0x02, 0x01], critical: false));
            using var made = request.CreateSelfSigned(Estate.Today.AddDays(-10), Estate.Today.AddDays(80));
            return made.RawData;
        }
    }

    [Fact]
    public void Endpoints_are_called_in_parallel_and_one_that_is_down_is_an_item()
    {
        var www = CertificateReader.ReadIdentity(estate.At("etc/ssl/mail.crt"));
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = www.WithChain([estate.Servers.Certificate]), ClientAuth = ClientAuthMode.None, AllowUntrusted = true });
        using var folder = new TemporaryFolder();
        File.Copy(estate.At("etc/ssl/mail.crt"), folder.At("mail.crt"));
        var down = Loopback.FreePorts(1)[0];
        var targets = Enumerable.Repeat($"localhost:{server.Port}", 3).Append($"127.0.0.1:{down}").Select(target => ConnectionTarget.Parse(target)).ToList();
        var items = estate.Read(new InventoryOptions { Paths = [folder.Path], Endpoints = targets, ThrottleLimit = 2 });
        Assert.Equal(3, items.Count(item => item is { Source: InventorySource.Endpoint, Role: CertificateRole.Server, Status: InventoryStatus.RenewSoon }));
        var unreachable = Assert.Single(items, item => item.Kind == InventoryKind.Unreadable);
        Assert.Equal(($"127.0.0.1:{down}", InventorySource.Endpoint), (unreachable.Place, unreachable.Source));
        Assert.Equal($"localhost:{server.Port}", Assert.Single(Assert.Single(items, item => item.Source == InventorySource.File && item.Role == CertificateRole.Server).UsedBy));
        Assert.Single(items, item => item.Role == CertificateRole.IntermediateCa);
    }

    [Fact]
    public void A_server_that_was_not_reloaded_after_a_renewal_is_found()
    {
        var old = CertificateReader.ReadIdentity(estate.At("etc/ssl/db-1.crt"));
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = old, ClientAuth = ClientAuthMode.None, AllowUntrusted = true });
        using var folder = new TemporaryFolder();
        var renewed = TestAuthority.Create(folder, "ca", new ManualTimeProvider(Estate.Today)).Issue(CertificateProfile.Server, TestAuthority.Request("CN=db-1.internal.example.com"));
        CertificateExporter.Save(folder.At("db-1.crt"), renewed, ExportFormat.Pem);
        var items = estate.Read(new InventoryOptions { Paths = [folder.At("db-1.crt")], Endpoints = [ConnectionTarget.Parse($"localhost:{server.Port}")] });
        Assert.Contains(folder.At("db-1.crt"), Assert.Single(Assert.Single(items, item => item is { Source: InventorySource.Endpoint, Role: CertificateRole.Server }).Findings, finding => finding.Id == "NewerNotServed").Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_outlives_its_CA_is_told()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Short CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = request.CreateSelfSigned(Estate.Today.AddDays(-10), Estate.Today.AddDays(30));
        var generator = X509SignatureGenerator.CreateForECDsa(key);
        using var leaf = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256).Create(ca.SubjectName, generator, Estate.Today.AddDays(-1), Estate.Today.AddDays(60), [7]);
        folder.Write("ca.crt", ca.RawData);
        folder.Write("leaf.crt", leaf.RawData);
        Assert.Contains(Assert.Single(estate.Read(new InventoryOptions { Paths = [folder.Path] }), item => item.Name == "leaf").Findings, finding => finding.Id == "IssuerEndsFirst");
    }

    [Fact]
    public void Stores_are_read_and_one_that_is_not_there_is_an_item()
    {
        var target = OperatingSystem.IsWindows() ? StoreTarget.LinuxTrust : StoreTarget.Windows;
        var items = CertificateInventory.Read(new InventoryOptions { Stores = [StoreTarget.Auto, target], AsOf = Estate.Today }).ToList();
        Assert.Equal((target.ToString(), InventoryStatus.Unreadable), (Assert.Single(items, item => item.Kind == InventoryKind.Unreadable).Place, InventoryStatus.Unreadable));
        Assert.All(items.Where(item => item.Kind == InventoryKind.Certificate), item => Assert.Equal(InventorySource.Store, item.Source));
    }

    [Fact]
    public void Names_and_depth_narrow_it_down()
    {
        Assert.Equal(["api.example.com"], estate.Read(new InventoryOptions { Paths = [estate.At("etc")], Include = ["api.*"] }).Where(item => item.Role == CertificateRole.Server).Select(item => item.Name).Except(["www.example.com"]));
        Assert.DoesNotContain(estate.Read(new InventoryOptions { Exclude = ["ssl", "* CA"] }), item => item.Path?.Contains("ssl", StringComparison.Ordinal) == true && item.UsedBy.Count == 0);
        Assert.Empty(CertificateInventory.Read(new InventoryOptions { Paths = [estate.At("etc")], Depth = 0, AsOf = Estate.Today }));
    }

    [Fact]
    public void It_stops_at_once()
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var _ in CertificateInventory.Read(new InventoryOptions { Paths = [estate.At("")], Depth = 9 }, cancellation: stop.Token))
            {
                seen++;
                stop.Cancel();
            }
        });
        Assert.Equal(1, seen);
    }
}
