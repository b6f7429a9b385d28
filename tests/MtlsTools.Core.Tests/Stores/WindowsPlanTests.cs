using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Stores;
using MtlsTools.Stores.X509;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>What an import into the stores of Windows would do, without Windows: every kind of certificate, every store, every setting.</summary>
public sealed class WindowsPlanTests(LivePki pki) : IClassFixture<LivePki>
{
    // Which certificate, for which store: what is done, and with which flags.
    [Theory]
    [InlineData("client", null, "My +key | CA | Root!")]
    [InlineData("server", null, "My +key | CA | Root!")]
    [InlineData("intermediate", null, "CA | Root!")]
    [InlineData("root", null, "Root!")]
    [InlineData("self-signed", null, "My +key")]
    [InlineData("client", MtlsStoreName.WebHosting, "WebHosting +key | CA | Root!")]
    [InlineData("client", MtlsStoreName.TrustedPeople, "TrustedPeople! | CA | Root!")]
    [InlineData("root", MtlsStoreName.ClientAuthIssuers, "ClientAuthIssuers")]
    [InlineData("intermediate", MtlsStoreName.ClientAuthIssuers, "ClientAuthIssuers | Root!")]
    [InlineData("self-signed", MtlsStoreName.Root, "Root!")]
    [InlineData("root", MtlsStoreName.CA, "CA")]
    public void Each_goes_to_its_store(string kind, MtlsStoreName? wanted, string expected) =>
        Assert.Equal(expected, string.Join(" | ", X509Placement.Plan(Certificate(kind), wanted).Select(one => $"{one.StoreName}{(one.ChangesTrust ? "!" : "")}{(one.WithKey ? " +key" : "")}")));

    [Theory]
    [InlineData("client", MtlsStoreName.Root, ErrorCode.NotSelfSigned)]
    [InlineData("intermediate", MtlsStoreName.Root, ErrorCode.NotSelfSigned)]
    [InlineData("intermediate", MtlsStoreName.My, ErrorCode.KeyRequired)]
    [InlineData("without key", null, ErrorCode.KeyRequired)]
    [InlineData("without key", MtlsStoreName.WebHosting, ErrorCode.KeyRequired)]
    public void What_does_not_belong_there_is_refused(string kind, MtlsStoreName? wanted, ErrorCode expected) =>
        Assert.Equal(expected, Assert.ThrowsAny<MtlsException>(() => X509Placement.Plan(Certificate(kind), wanted)).Code);

    [Theory]
    [InlineData(StoreLocation.CurrentUser, false, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.UserKeySet, "UserKeySet, PersistKeySet, the key can not be exported")]
    [InlineData(StoreLocation.CurrentUser, true, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.UserKeySet | X509KeyStorageFlags.Exportable, "UserKeySet, Exportable, PersistKeySet, the key may be exported")]
    [InlineData(StoreLocation.LocalMachine, false, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.MachineKeySet, "MachineKeySet, PersistKeySet, the key can not be exported")]
    [InlineData(StoreLocation.LocalMachine, true, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.MachineKeySet | X509KeyStorageFlags.Exportable, "MachineKeySet, Exportable, PersistKeySet, the key may be exported")]
    public void The_key_is_kept_for_good_and_does_not_leave_unless_asked(StoreLocation location, bool exportable, X509KeyStorageFlags flags, string shown)
    {
        var options = new StoreOptions { Location = location, Exportable = exportable };

        Assert.Equal(flags, X509Placement.KeyFlags(options));
        var plan = X509Placement.Plan(pki.Client, null);
        Assert.Equal(shown, string.Join(", ", plan[0].Flags(windows: true, options)));
        Assert.All(plan.Skip(1), issuer => Assert.Empty(issuer.Flags(windows: true, options)));
    }

    [Fact]
    public void Every_placement_says_what_is_done_and_why()
    {
        Assert.Equal(
            [
                "Add the certificate and its private key: Clients and servers look for certificates with keys in My.",
                $"Add the CA: Intermediates are looked for in CA when '{pki.ClientInter.Certificate.Name}' stands in a chain, and are sent along from there; trust comes from the root alone.",
                "Trust the CA from now on, for everything: It is self-signed, and chains that end at it are trusted.",
            ],
            X509Placement.Plan(pki.Client, null).Select(one => $"{one.Action}: {one.Reason}"));
    }

    [Theory]
    [InlineData("My", MtlsStoreName.My)]
    [InlineData("CA", MtlsStoreName.CA)]
    [InlineData("Root", MtlsStoreName.Root)]
    [InlineData("TrustedPeople", MtlsStoreName.TrustedPeople)]
    [InlineData("WebHosting", MtlsStoreName.WebHosting)]
    [InlineData("ClientAuthIssuer", MtlsStoreName.ClientAuthIssuers)]
    public void Stores_are_opened_by_the_names_that_Windows_has_for_them(string expected, MtlsStoreName name) => Assert.Equal(expected, name.ToPlatform());

    // What a renewal replaces: the same names, an earlier end.
    [Fact]
    public void A_predecessor_has_the_same_names_and_ends_earlier()
    {
        var young = LivePki.Issue("web", pki.ServerInter, CertificateProfile.Server, "DNS:a.test,DNS:b.test", to: 60);

        Assert.True(Succession.Replaces(young, LivePki.Issue("web", pki.ServerInter, CertificateProfile.Server, "DNS:b.test,DNS:a.test")));
        Assert.True(Succession.Replaces(young, LivePki.Issue("web", pki.ClientInter, CertificateProfile.Server, "DNS:a.test,DNS:b.test")));
        Assert.False(Succession.Replaces(young, LivePki.Issue("web", pki.ServerInter, CertificateProfile.Server, "DNS:a.test")));
        Assert.False(Succession.Replaces(young, LivePki.Issue("web2", pki.ServerInter, CertificateProfile.Server, "DNS:a.test,DNS:b.test")));
        Assert.False(Succession.Replaces(young, LivePki.Issue("web", pki.ServerInter, CertificateProfile.Server, "DNS:a.test,DNS:b.test", to: 90)));
        Assert.False(Succession.Replaces(young, young));
    }

    private MtlsCertificate Certificate(string kind) => kind switch
    {
        "client" => pki.Client,
        "server" => pki.Server,
        "intermediate" => pki.ClientInter.Certificate,
        "root" => pki.ClientRoot.Certificate,
        "self-signed" => pki.ClientOf("self-signed")!,
        _ => MtlsCertificate.Create(pki.Client.X509),
    };
}
