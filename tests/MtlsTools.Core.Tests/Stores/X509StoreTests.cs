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
public sealed class X509StoreTests : IClassFixture<LivePki>, IDisposable
{
    private readonly LivePki pki;
    private readonly MtlsCertificate leaf;

    public X509StoreTests(LivePki pki)
    {
        this.pki = pki;
        leaf = LivePki.Issue($"store test {Guid.NewGuid():N}", pki.ClientInter, CertificateProfile.Client);
    }

    public void Dispose()
    {
        foreach (var one in leaf.Chain.Prepend(leaf))
        {
            foreach (var name in new[] { "My", "CA", "Root" })
            {
                using var store = new X509Store(name, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
                store.RemoveRange(store.Certificates.Find(X509FindType.FindByThumbprint, one.Thumbprint, validOnly: false));
            }
        }
    }

    [Fact]
    public void Each_certificate_of_a_chain_has_its_store()
    {
        Assert.Equal(
            [(MtlsStoreName.My, leaf), (MtlsStoreName.CA, pki.ClientInter.Certificate), (MtlsStoreName.Root, pki.ClientRoot.Certificate)],
            Plan(leaf).Select(step => (step.Item.StoreName, step.Item.Certificate)));
        Assert.Equal(MtlsStoreName.Root, Assert.Single(Plan(pki.ClientRoot.Certificate)).Item.StoreName);
        Assert.Equal([MtlsStoreName.CA, MtlsStoreName.Root], Plan(pki.ClientInter.Certificate).Select(step => step.Item.StoreName));

        // A self-signed leaf is nobody's root.
        Assert.Equal(MtlsStoreName.My, Assert.Single(Plan(pki.ClientOf("self-signed")!)).Item.StoreName);
    }

    [SkippableFact]
    public void A_chain_goes_where_it_belongs_and_twice_is_once()
    {
        SkipWhereRootsAsk();
        foreach (var alreadyThere in new[] { false, true })
        {
            var items = StoreTransaction.Run(Plan(leaf));

            Assert.Equal([(MtlsStoreName.My, true), (MtlsStoreName.CA, false), (MtlsStoreName.Root, false)], items.Select(item => (item.StoreName, item.HasPrivateKey)));
            Assert.All(items, item => Assert.Equal(alreadyThere, item.AlreadyThere));
        }

        foreach (var planned in Plan(leaf).Select(step => step.Item))
        {
            var item = Assert.Single(Find(planned.StoreName, planned.Certificate));
            Assert.Equal((planned.Certificate, planned.HasPrivateKey, (bool?)null, StoreTarget.DotNetStore, StoreLocation.CurrentUser), (item.Certificate, item.HasPrivateKey, item.AlreadyThere, item.Target, item.Location!.Value));
            Assert.Equal((planned.Name, planned.Role, planned.NotAfter, planned.Thumbprint), (item.Name, item.Role, item.NotAfter, item.Thumbprint));
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
    public void A_certificate_that_lies_there_without_its_key_gets_it_and_undoing_takes_it_away_again()
    {
        using (var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadWrite))
            store.Add(leaf.X509);

        Assert.False(Import(leaf).AlreadyThere);
        Assert.True(Assert.Single(Find(MtlsStoreName.My, leaf)).HasPrivateKey);

        Remove(MtlsStoreName.My, leaf);
        using (var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadWrite))
            store.Add(leaf.X509);
        Assert.Throws<StoreException>(() => StoreTransaction.Run([Plan(leaf)[0], Failing()]));
        Assert.False(Assert.Single(Find(MtlsStoreName.My, leaf)).HasPrivateKey);
    }

    [SkippableFact]
    public void A_failure_on_the_way_undoes_what_was_done_and_says_so()
    {
        SkipWhereRootsAsk();

        var error = Assert.Throws<StoreException>(() => StoreTransaction.Run([.. Plan(leaf), Failing()]));

        Assert.Equal(ErrorCode.ToolFailed, error.Code);
        Assert.EndsWith("What had been done before was undone (3 steps).", error.Message, StringComparison.Ordinal);
        Assert.Empty(leaf.Chain.Prepend(leaf).SelectMany(one => Open().Read().Where(item => item.Certificate.Equals(one))));
    }

    [Fact]
    public void What_was_there_before_a_failure_stays_there()
    {
        Import(leaf);

        Assert.Throws<StoreException>(() => StoreTransaction.Run([Plan(leaf)[0], Failing()]));

        Assert.True(Assert.Single(Find(MtlsStoreName.My, leaf)).HasPrivateKey);
    }

    [Fact]
    public void A_step_whose_work_does_not_show_is_an_error_and_undone()
    {
        var undone = 0;
        var step = new StoreStep(() => false, () => () => undone++) { Item = Plan(leaf)[0].Item, Action = "Do nothing", Reason = "For the test." };

        var error = Assert.Throws<StoreException>(() => StoreTransaction.Run([step]));

        Assert.Equal((ErrorCode.StoreNotVerified, 1), (error.Code, undone));
    }

    [Fact]
    public void What_can_not_be_undone_is_named()
    {
        var done = false;
        var stuck = new StoreStep(() => done, () =>
        {
            done = true;
            return () => throw new StoreException(ErrorCode.StoreAccessDenied, "The disk is full.");
        })
        { Item = Plan(leaf)[0].Item, Action = "Do something", Reason = "For the test." };

        var error = Assert.Throws<StoreException>(() => StoreTransaction.Run([stuck, Failing()]));

        Assert.Contains($"Still there: {stuck.Item}: The disk is full.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_predecessor_of_the_same_names_is_removed_when_asked_and_comes_back_when_undone()
    {
        var name = $"renewed {Guid.NewGuid():N}";
        var old = LivePki.Issue(name, pki.ClientInter, CertificateProfile.Client);
        var other = LivePki.Issue($"{name} not", pki.ClientInter, CertificateProfile.Client);
        var young = LivePki.Issue(name, pki.ClientInter, CertificateProfile.Client, to: 60);
        try
        {
            Import(old);
            Import(other);
            Import(young);
            Assert.Single(Find(MtlsStoreName.My, old));
            Remove(MtlsStoreName.My, young);

            var plan = Open(new StoreOptions { ReplaceOlder = true }).Plan(young.WithChain([]));
            Assert.Equal([young, old], plan.Select(step => step.Item.Certificate));
            Assert.Throws<StoreException>(() => StoreTransaction.Run([.. plan, Failing()]));
            Assert.True(Assert.Single(Find(MtlsStoreName.My, old)).HasPrivateKey);

            Assert.Equal(young, Assert.Single(StoreTransaction.Run(plan)).Certificate);
            Assert.Empty(Find(MtlsStoreName.My, old));
            Assert.Single(Find(MtlsStoreName.My, young));
            Assert.Single(Find(MtlsStoreName.My, other));
        }
        finally
        {
            foreach (var one in new[] { old, young, other })
            {
                if (Find(MtlsStoreName.My, one).Count > 0)
                    Remove(MtlsStoreName.My, one);
            }
        }
    }

    [Fact]
    public void What_is_removed_is_gone()
    {
        Import(leaf);

        Remove(MtlsStoreName.My, leaf);

        Assert.Empty(Find(MtlsStoreName.My, leaf));
        var error = Assert.Throws<StoreException>(() => Remove(MtlsStoreName.My, leaf));
        Assert.Equal(ErrorCode.StoreItemNotFound, error.Code);
        Assert.Contains(leaf.Thumbprint, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Removing_from_one_store_leaves_the_others_alone()
    {
        Import(leaf);
        StoreTransaction.Run([Plan(pki.ClientInter.Certificate)[0]]);

        Assert.Throws<StoreException>(() => Remove(MtlsStoreName.CA, leaf));
        Remove(MtlsStoreName.CA, pki.ClientInter.Certificate);

        Assert.Single(Find(MtlsStoreName.My, leaf));
        Assert.Empty(Find(MtlsStoreName.CA, pki.ClientInter.Certificate));
    }

    // What may not go where, and what means nothing here.
    [Fact]
    public void Only_roots_become_roots()
    {
        var error = Assert.Throws<StoreException>(() => Open(new StoreOptions { StoreName = MtlsStoreName.Root }).Plan(pki.ClientInter.Certificate));
        Assert.Equal(ErrorCode.NotSelfSigned, error.Code);
        Assert.Contains("403.16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_without_its_key_is_of_no_use_in_My() =>
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => Plan(MtlsCertificate.Create(leaf.X509))).Code);

    [SkippableTheory]
    [InlineData(StoreTarget.Windows)]
    [InlineData(StoreTarget.MacOSKeychain)]
    public void A_store_of_another_system_is_refused(StoreTarget target)
    {
        SkipWhereRootsAsk();
        Assert.Equal(ErrorCode.PlatformNotSupported, Assert.Throws<StoreException>(() => CertificateStore.Open(target)).Code);
    }

    public static TheoryData<StoreOptions, ErrorCode> Meaningless => new()
    {
        { new StoreOptions { StorePath = "/tmp/x" }, ErrorCode.StoreOptionNotUsed },
        { new StoreOptions { Alias = "x" }, ErrorCode.StoreOptionNotUsed },
        { new StoreOptions { Applications = ["curl"] }, ErrorCode.StoreOptionNotUsed },
        { new StoreOptions { Location = StoreLocation.LocalMachine }, ErrorCode.PlatformNotSupported },
        { new StoreOptions { StoreName = MtlsStoreName.TrustedPeople }, ErrorCode.PlatformNotSupported },
        { new StoreOptions { StoreName = MtlsStoreName.WebHosting }, ErrorCode.PlatformNotSupported },
        { new StoreOptions { StoreName = MtlsStoreName.ClientAuthIssuers }, ErrorCode.PlatformNotSupported },
    };

    [SkippableTheory]
    [MemberData(nameof(Meaningless))]
    public void What_means_nothing_here_is_refused(StoreOptions options, ErrorCode expected)
    {
        SkipWhereRootsAsk();
        Assert.Equal(expected, Assert.Throws<StoreException>(() => Open(options)).Code);
    }

    private static void SkipWhereRootsAsk() => Skip.IfNot(OperatingSystem.IsLinux(), "Here the system asks a person before it trusts a root.");

    private static CertificateStore Open(StoreOptions? options = null) => CertificateStore.Open(StoreTarget.DotNetStore, options);

    private static IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate) => Open().Plan(certificate);

    private static StoreItem Import(MtlsCertificate certificate) => Assert.Single(StoreTransaction.Run(Plan(certificate.WithChain([]))));

    private static List<StoreItem> Find(MtlsStoreName store, MtlsCertificate certificate) =>
        Open(new StoreOptions { StoreName = store }).Read().Where(item => item.Thumbprint == certificate.Thumbprint).ToList();

    private static void Remove(MtlsStoreName name, MtlsCertificate certificate)
    {
        var store = Open(new StoreOptions { StoreName = name });
        StoreTransaction.Run(store.Find(certificate.Thumbprint.ToLowerInvariant()).Select(store.PlanRemoval));
    }

    private StoreStep Failing() => new(() => false, () => throw new StoreException(ErrorCode.ToolFailed, "The test's step fails."))
    {
        Item = Plan(leaf)[0].Item,
        Action = "Fail",
        Reason = "For the test.",
    };
}
