using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Renewal;
using MtlsTools.Stores;

namespace MtlsTools.Tests.Renewal;

/// <summary>Certificates in the store of the current user: the test's own, gone afterwards.</summary>
public sealed class RenewalStoreTests(RenewalFixture fixture) : IClassFixture<RenewalFixture>
{
    [Fact]
    public void The_new_one_comes_and_the_predecessor_goes()
    {
        var own = fixture.Issue(fixture.Root, CertificateProfile.Client, $"CN=renewal test {Guid.NewGuid():N}", "");
        var store = CertificateStore.Open(options: new StoreOptions { StoreName = MtlsStoreName.My });
        var item = StoreTransaction.Run(store.Plan(own.WithChain([])))[0];
        fixture.Clock.Now = fixture.Clock.Now.AddDays(61);
        MtlsCertificate? renewed = null;
        try
        {
            var plan = fixture.By(fixture.Root, new CertificateRenewalOptions { IfNeeded = true }).Plan(RenewalTarget.OfStore(item));
            Assert.Contains(item.Place, plan.Description, StringComparison.Ordinal);
            renewed = fixture.By(fixture.Root).Renew(plan).Certificate!;

            var mine = store.Read().Where(one => one.Certificate.Subject.Equals(own.Subject)).ToList();
            Assert.Equal((renewed, true), (Assert.Single(mine).Certificate, mine[0].HasPrivateKey));

            // Its key never leaves the store, and signs the next request there.
            var kept = fixture.By(fixture.Root, new CertificateRenewalOptions { KeepKey = true, Days = 91 }).Renew(RenewalTarget.OfStore(mine[0])).Certificate!;
            Assert.Equal(renewed.PublicKey, kept.PublicKey);
            Assert.Equal(kept, store.Read().Single(one => one.Certificate.Subject.Equals(own.Subject)).Certificate);
        }
        finally
        {
            foreach (var left in store.Read().Where(one => one.Certificate.Subject.Equals(own.Subject)).ToList())
                StoreTransaction.Run([store.PlanRemoval(left)]);
            fixture.Clock.Now = fixture.Clock.Now.AddDays(-61);
        }
    }
}
