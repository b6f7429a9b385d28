using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Inventory;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Inventory;

/// <summary>The certificates of a small company on a fixed day: made once, and only read.</summary>
public sealed class Estate : IDisposable
{
    public static readonly DateTimeOffset Today = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = new(Today.AddDays(-400));
    private readonly Lazy<IReadOnlyList<InventoryItem>> items;

    public Estate()
    {
        foreach (var name in new[] { "etc", "etc/ssl", "etc/nginx", "etc/nginx/sites-enabled", "clients", "k8s" })
            Directory.CreateDirectory(folder.At(name));
        Root = TestAuthority.Create(folder, "Example Root CA", clock);
        Servers = TestAuthority.Create(folder, "Example Server CA", clock, Root);
        Clients = TestAuthority.Create(folder, "Example Client CA", clock, Root);
        Issue(Servers, CertificateProfile.Server, "www.example.com", "etc/ssl/www.crt", 20);
        Issue(Servers, CertificateProfile.Server, "api.example.com", "etc/ssl/api.crt", 70);
        Issue(Servers, CertificateProfile.Server, "shop.example.com", "etc/ssl/shop.crt", 94);
        Issue(Servers, CertificateProfile.Server, "mail.example.com", "etc/ssl/mail.crt", 55);
        Issue(Servers, CertificateProfile.Server, "db-1.internal.example.com", "etc/ssl/db-1.crt", 40);
        Issue(Servers, CertificateProfile.Server, "db-2.internal.example.com", "etc/ssl/db-2.crt", 33);
        var grafana = Issue(Servers, CertificateProfile.Server, "grafana.internal.example.com", null, 12);
        Issue(Clients, CertificateProfile.Client, "billing", "clients/billing.crt", 18);
        var orders = Issue(Clients, CertificateProfile.Client, "orders", "clients/orders.crt", 26);
        Issue(Clients, CertificateProfile.Client, "partner", "clients/partner.crt", 3, orders.PrivateKey);
        Issue(Clients, CertificateProfile.Client, "reports", "clients/reports.crt", 5);
        var gateway = Issue(Clients, CertificateProfile.Client, "mobile-gateway", "clients/mobile-gateway.crt", 30);
        Issue(Clients, CertificateProfile.Client, "batch", null, 120);
        Issue(Clients, CertificateProfile.Client, "batch", "clients/batch.crt", 40);
        var stock = Issue(Clients, CertificateProfile.Client, "stock", null, 45);
        folder.Write("clients/stock.pfx", CertificateExporter.TransientPfx(stock, Secret.From("pfx-secret"), "stock"));
        CertificateExporter.Save(folder.At("k8s/grafana.yaml"), grafana, ExportFormat.KubernetesSecret);
        Clients.Revoke([gateway], RevocationReason.KeyCompromise);
        folder.Write("etc/ssl/clients.crl", Crl(Clients, Today.AddDays(-1), Today.AddDays(6)));
        folder.Write("etc/ssl/servers.crl", Crl(Servers, Today.AddDays(-9), Today.AddDays(-2)));
        folder.Write("etc/ssl/broken.pem", File.ReadAllText(folder.At("etc/ssl/www.crt")).Remove(80, 9));
        folder.Write("etc/nginx/nginx.conf", "events { }\nhttp { include sites-enabled/*; }\n");
        folder.Write("etc/nginx/sites-enabled/www", $$"""
            server {
                listen 443 ssl;
                server_name www.example.com;
                ssl_certificate "{{folder.At("etc/ssl/www.crt")}}";
                ssl_certificate_key "{{folder.At("etc/ssl/www.key")}}";
                ssl_client_certificate "{{folder.At("Example Client CA/ca.crt")}}";
                ssl_verify_client on;
            }
            """);
        items = new(() => Read(new InventoryOptions { Passwords = [Secret.From("wrong"), Secret.From("pfx-secret")] }));
    }

    public CertificateAuthority Root { get; }

    public CertificateAuthority Servers { get; }

    public CertificateAuthority Clients { get; }

    /// <summary>Everything that is there.</summary>
    public IReadOnlyList<InventoryItem> Items => items.Value;

    public string At(string name) => folder.At(name);

    public void Dispose() => folder.Dispose();

    /// <summary>The item of a file.</summary>
    public InventoryItem Of(string file) => Assert.Single(Items, item => item.Path == folder.At(file));

    /// <summary>An inventory of it on the fixed day.</summary>
    internal IReadOnlyList<InventoryItem> Read(InventoryOptions options) =>
        CertificateInventory.Read(options with { Paths = options.Paths.Count == 0 ? [folder.Path] : options.Paths, Depth = 9, AsOf = Today }).ToList();

    /// <summary>A revocation list of .NET, signed by a CA, that revokes some serial numbers.</summary>
    internal static byte[] Crl(CertificateAuthority authority, DateTimeOffset from, DateTimeOffset until, params string[] serials)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var serial in serials)
            builder.AddEntry(Convert.FromHexString(serial), from);
        authority.Unlock(null);
        using var signer = authority.Certificate.WithKey(PrivateKey.Open(authority.KeyPath)).ToX509WithKey();
        return builder.Build(signer, BigInteger.One, until, HashAlgorithmName.SHA256, thisUpdate: from);
    }

    private MtlsCertificate Issue(CertificateAuthority authority, CertificateProfile profile, string name, string? file, int daysAgo, PrivateKey? key = null)
    {
        key ??= PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName(name), [], key);
        var issued = authority.Issue(request, new IssuanceOptions { Profile = IssuanceProfile.Of(profile), NotBefore = Today.AddDays(-daysAgo), NotAfter = Today.AddDays(90 - daysAgo) });
        if (file is null)
            return issued;
        CertificateExporter.Save(folder.At(file), issued, ExportFormat.FullChain);
        key.Save(Path.ChangeExtension(folder.At(file), ".key"));
        return issued;
    }
}
