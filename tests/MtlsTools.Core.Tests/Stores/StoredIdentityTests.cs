using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Stores;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>Which certificate is meant by a name.</summary>
public sealed class StoredIdentityTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData("CN=alice,O=Acme")]
    [InlineData("alice.test")]
    [InlineData("/O=Acme/CN=alice")]
    public void Common_name_alternative_name_and_subject_find_it(string name)
    {
        var alice = Client("alice", san: "DNS:alice.test");

        Assert.Equal(alice, Choose(name, alice, Client("alice2"), Client("bob"))!.Certificate);
    }

    [Theory]
    [InlineData("alic")]
    [InlineData("CN=alice")]
    [InlineData("CN=")]
    [InlineData("a=b=c")]
    [InlineData("Acme")]
    public void Parts_of_a_name_find_nothing(string name) => Assert.Null(Choose(name, Client("alice")));

    [Fact]
    public void Of_renewed_certificates_the_newest_valid_one_is_meant()
    {
        var older = Client("alice", from: -20);
        var newer = Client("alice", from: -10);
        var expired = Client("alice", from: -9, to: -5);
        var future = Client("alice", from: 5);

        Assert.Equal(newer, Choose("alice", older, newer, expired, future)!.Certificate);
        Assert.Null(Choose("alice", expired, future));
    }

    [Fact]
    public void Without_its_key_a_certificate_is_no_identity()
    {
        var keyless = new StoreItem(StoreTarget.DotNetStore, MtlsStoreName.My, Client("alice"), HasPrivateKey: false);

        Assert.Null(StoredIdentity.Choose([keyless], "alice", Now));
    }

    [Fact]
    public void Several_issuers_are_an_error_that_lists_the_choices()
    {
        var here = Client("alice");
        var there = LivePki.Issue("alice", pki.ServerInter, CertificateProfile.Client);

        var error = Assert.Throws<StoreException>(() => Choose("alice", here, there));

        Assert.Equal(ErrorCode.StoreItemAmbiguous, error.Code);
        foreach (var one in new[] { here, there })
        {
            Assert.Contains(one.Thumbprint, error.Message, StringComparison.Ordinal);
            Assert.Contains(one.Issuer.ToString(), error.Message, StringComparison.Ordinal);
        }
    }

    private static StoreItem? Choose(string name, params MtlsCertificate[] certificates) =>
        StoredIdentity.Choose(certificates.Select(one => new StoreItem(StoreTarget.DotNetStore, MtlsStoreName.My, one, HasPrivateKey: true)), name, Now);

    private MtlsCertificate Client(string name, string san = "", int from = -1, int to = 29) => LivePki.Issue(name, pki.ClientInter, CertificateProfile.Client, san, from, to);
}
