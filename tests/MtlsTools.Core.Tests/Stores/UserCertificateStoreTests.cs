using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Server;
using MtlsTools.Stores;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>The real stores of the current user: the certificates are the test's own, and gone afterwards.</summary>
public sealed class UserCertificateStoreTests : IClassFixture<LivePki>, IDisposable
{
    private readonly LivePki pki;
    private readonly MtlsCertificate leaf;

    public UserCertificateStoreTests(LivePki pki)
    {
        this.pki = pki;
        leaf = LivePki.Issue($"store test {Guid.NewGuid():N}", pki.ClientInter, CertificateProfile.Client);
    }

    public void Dispose()
    {
        foreach (var step in UserCertificateStore.Plan(leaf))
        {
            using var store = new X509Store(step.StoreName.ToPlatform(), StoreLocation.CurrentUser, OpenFlags.ReadWrite);
            store.RemoveRange(store.Certificates.Find(X509FindType.FindByThumbprint, step.Certificate.Thumbprint, validOnly: false));
        }
    }

    [Fact]
    public void Each_certificate_of_a_chain_has_its_store()
    {
        Assert.Equal(
            [(MtlsStoreName.My, leaf), (MtlsStoreName.CA, pki.ClientInter.Certificate), (MtlsStoreName.Root, pki.ClientRoot.Certificate)],
            UserCertificateStore.Plan(leaf).Select(step => (step.StoreName, step.Certificate)));
        Assert.Equal(MtlsStoreName.Root, Assert.Single(UserCertificateStore.Plan(pki.ClientRoot.Certificate)).StoreName);
        Assert.Equal([MtlsStoreName.CA, MtlsStoreName.Root], UserCertificateStore.Plan(pki.ClientInter.Certificate).Select(step => step.StoreName));

        // A self-signed leaf is nobody's root.
        Assert.Equal(MtlsStoreName.My, Assert.Single(UserCertificateStore.Plan(pki.ClientOf("self-signed")!)).StoreName);
    }

    [SkippableFact]
    public void A_chain_goes_where_it_belongs_and_twice_is_once()
    {
        SkipWhereRootsAsk();
        foreach (var alreadyThere in new[] { false, true })
        {
            var items = UserCertificateStore.Plan(leaf).Select(UserCertificateStore.Import).ToList();

            Assert.Equal([(MtlsStoreName.My, true), (MtlsStoreName.CA, false), (MtlsStoreName.Root, false)], items.Select(item => (item.StoreName, item.HasPrivateKey)));
            Assert.All(items, item => Assert.Equal(alreadyThere, item.AlreadyThere));
        }

        foreach (var step in UserCertificateStore.Plan(leaf))
        {
            var item = Assert.Single(Find(step.StoreName, step.Certificate));
            Assert.Equal((step.Certificate, step.StoreName == MtlsStoreName.My, (bool?)null), (item.Certificate, item.HasPrivateKey, item.AlreadyThere));
            Assert.Equal((step.Certificate.Name, step.Certificate.Role, step.Certificate.NotAfter, step.Certificate.Thumbprint), (item.Name, item.Role, item.NotAfter, item.Thumbprint));
            Assert.Contains(item.Thumbprint, item.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_key_outlives_the_import_and_works()
    {
        Import(leaf);

        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadOnly);
        using var found = Assert.Single(store.Certificates.Find(X509FindType.FindByThumbprint, leaf.Thumbprint, validOnly: false));
        using var key = found.GetECDsaPrivateKey();
        byte[] data = [1, 2, 3];
        using var certified = leaf.X509.GetECDsaPublicKey()!;
        Assert.True(certified.VerifyData(data, key!.SignData(data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));

        var item = Assert.Single(Find(MtlsStoreName.My, leaf));
        Assert.True(item.Certificate.PrivateKey!.Matches(leaf.PublicKey));
    }

    [Fact]
    public async Task A_stored_identity_authenticates_a_client()
    {
        Import(leaf);
        var stored = Assert.Single(Find(MtlsStoreName.My, leaf)).Certificate.WithChain(leaf.Chain);
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate] });

        var report = await ConnectionTester.TestAsync(
            ConnectionTarget.Parse($"localhost:{server.Port}"),
            new ConnectionOptions { Certificate = stored, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) });

        Assert.True(report.Success && report.ClientCertificateAccepted == true, report.ToString());
    }

    [Fact]
    public void A_certificate_without_its_key_gets_it_later_and_does_not_lose_it_again()
    {
        var keyless = MtlsCertificate.Create(leaf.X509);

        var first = Import(keyless);
        var second = Import(leaf);
        var third = Import(keyless);

        Assert.Equal([(false, false), (false, true), (true, true)], new[] { first, second, third }.Select(item => (item.AlreadyThere!.Value, item.HasPrivateKey)));
        Assert.True(Assert.Single(Find(MtlsStoreName.My, leaf)).HasPrivateKey);
    }

    [Fact]
    public void What_is_removed_is_gone()
    {
        Import(leaf);

        UserCertificateStore.Remove(MtlsStoreName.My, leaf.Thumbprint);

        Assert.Empty(Find(MtlsStoreName.My, leaf));
        var error = Assert.Throws<StoreException>(() => UserCertificateStore.Remove(MtlsStoreName.My, leaf.Thumbprint));
        Assert.Equal(ErrorCode.StoreItemNotFound, error.Code);
        Assert.Contains(leaf.Thumbprint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thumbprint_may_be_written_in_small_letters()
    {
        Import(leaf);

        UserCertificateStore.Remove(MtlsStoreName.My, leaf.Thumbprint.ToLowerInvariant());

        Assert.Empty(Find(MtlsStoreName.My, leaf));
    }

    [Fact]
    public void Removing_from_one_store_leaves_the_others_alone()
    {
        Import(leaf);
        UserCertificateStore.Import(new StoreImportStep(MtlsStoreName.CA, pki.ClientInter.Certificate));

        Assert.Throws<StoreException>(() => UserCertificateStore.Remove(MtlsStoreName.CA, leaf.Thumbprint));
        UserCertificateStore.Remove(MtlsStoreName.CA, pki.ClientInter.Certificate.Thumbprint);

        Assert.Single(Find(MtlsStoreName.My, leaf));
        Assert.Empty(Find(MtlsStoreName.CA, pki.ClientInter.Certificate));
    }

    [Fact]
    public void Several_stores_are_read_in_order()
    {
        Import(leaf);
        UserCertificateStore.Import(new StoreImportStep(MtlsStoreName.CA, pki.ClientInter.Certificate));
        string[] ours = [leaf.Thumbprint, pki.ClientInter.Certificate.Thumbprint];

        var read = UserCertificateStore.Read([MtlsStoreName.CA, MtlsStoreName.My]).Where(item => ours.Contains(item.Thumbprint)).Select(item => item.StoreName);

        Assert.Equal([MtlsStoreName.CA, MtlsStoreName.My], read);
    }

    private static void SkipWhereRootsAsk() => Skip.IfNot(OperatingSystem.IsLinux(), "Here the system asks a person before it trusts a root.");

    private static StoreItem Import(MtlsCertificate certificate) => UserCertificateStore.Import(new StoreImportStep(MtlsStoreName.My, certificate));

    private static List<StoreItem> Find(MtlsStoreName store, MtlsCertificate certificate) =>
        UserCertificateStore.Read([store]).Where(item => item.Thumbprint == certificate.Thumbprint).ToList();
}
