using System.Collections;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Issuance;

public sealed class AllowedNamesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    // host names: exact, suffix, pattern
    [InlineData("dns", "api.example.com", "API.example.com", true)]
    [InlineData("dns", "api.example.com", "x.api.example.com", false)]
    [InlineData("dns", ".example.com", "a.b.example.com", true)]
    [InlineData("dns", ".example.com", "*.example.com", true)]
    [InlineData("dns", ".example.com", "example.com", false)]
    [InlineData("dns", ".example.com", "badexample.com", false)]
    [InlineData("dns", "*.example.com", "a.example.com", true)]
    [InlineData("dns", "*.example.com", "*.example.com", true)]
    [InlineData("dns", "*.example.com", "a.b.example.com", false)]
    [InlineData("dns", "web-*.example.com", "web-1.example.com", true)]
    [InlineData("dns", "web-*.example.com", "*.example.com", false)]
    [InlineData("dns", "web-*.example.com", "db-1.example.com", false)]
    // addresses
    [InlineData("ip", "10.0.0.0/8", "IP:10.255.0.1", true)]
    [InlineData("ip", "10.0.0.0/8", "IP:11.0.0.1", false)]
    [InlineData("ip", "10.0.0.1", "IP:10.0.0.1", true)]
    [InlineData("ip", "2001:db8::/32", "IP:2001:db8:1::5", true)]
    [InlineData("ip", "2001:db8::/32", "IP:10.0.0.1", false)]
    // mail
    [InlineData("email", "example.com", "email:ann@example.com", true)]
    [InlineData("email", "example.com", "email:ann@x.example.com", false)]
    [InlineData("email", ".example.com", "email:ann@x.example.com", true)]
    [InlineData("email", "ann@example.com", "email:bob@example.com", false)]
    // URIs end where a part of them ends
    [InlineData("uri", "spiffe://example.org/", "URI:spiffe://example.org/a/b", true)]
    [InlineData("uri", "spiffe://example.org", "URI:spiffe://example.org.evil.com/a", false)]
    [InlineData("uri", "spiffe://example.org", "URI:spiffe://example.org@evil.com/a", false)]
    [InlineData("uri", "spiffe://example.org/ns", "URI:spiffe://example.org/ns/a", true)]
    [InlineData("uri", "spiffe://example.org/ns", "URI:spiffe://example.org/nsx", false)]
    [InlineData("uri", "spiffe://example.org/ns/", "URI:spiffe://example.org/ns/../admin", false)]
    [InlineData("uri", "spiffe://example.org/ns/", "URI:spiffe://example.org/ns/%2e%2E/admin", false)]
    // a kind without an entry is not certified
    [InlineData("dns", "api.example.com", "IP:10.0.0.1", false)]
    [InlineData("dns", "api.example.com", "email:a@api.example.com", false)]
    public void Alternative_names(string kind, string rule, string name, bool allowed)
    {
        var profile = Profile(new Hashtable { [kind] = rule });

        Assert.Equal(allowed, Issues(profile, "CN=x", name));
    }

    [Theory]
    [InlineData("CN", "CN=anyone", true)]
    [InlineData("CN", "CN=anyone,O=Acme", false)]
    [InlineData("CN,O=Acme", "CN=anyone,O=acme", true)]
    [InlineData("CN,O=Acme", "CN=anyone,O=Evil", false)]
    [InlineData("CN=till-*,O=*", "CN=till-12,O=x", true)]
    [InlineData("CN=till-*,O=*", "CN=boss,O=x", false)]
    public void Subjects(string rules, string subject, bool allowed) =>
        Assert.Equal(allowed, Issues(Profile(new Hashtable { ["subject"] = rules.Split(',') }), subject, ""));

    [Fact]
    public void The_name_that_a_server_takes_from_its_common_name_is_judged_too()
    {
        var profile = IssuanceProfile.FromFields(new Hashtable { ["name"] = "web", ["basedOn"] = "Server", ["allowedNames"] = new Hashtable { ["dns"] = ".example.com" } });

        Assert.True(Issues(profile, "CN=www.example.com", ""));
        Assert.False(Issues(profile, "CN=www.example.org", "www.example.com"));
    }

    [Theory]
    [InlineData("serverAuth", false)]
    [InlineData("clientAuth", true)]
    public void A_common_name_is_a_host_where_the_certificate_may_serve(string usage, bool expected)
    {
        var profile = IssuanceProfile.FromFields(new Hashtable { ["name"] = "web", ["basedOn"] = "Client", ["extendedKeyUsage"] = usage, ["allowedNames"] = new Hashtable { ["dns"] = ".example.com" } });

        Assert.Equal(expected, Issues(profile, "CN=www.example.org", ""));
        Assert.True(Issues(profile, "CN=www.example.com", ""));
        Assert.True(Issues(profile, "CN=Web server", ""));
    }

    [Fact]
    public void A_refusal_names_the_rule_and_the_remedy()
    {
        var root = TestAuthority.Create(folder, "root");

        var refused = Assert.Throws<IssuanceException>(() => root.Issue(TestAuthority.Request("CN=x", "evil.example.org"), new IssuanceOptions { Profile = Profile(new Hashtable { ["dns"] = ".example.com" }) }));

        Assert.Equal(ErrorCode.NameNotAllowed, refused.Code);
        Assert.Contains("'DNS:evil.example.org' is none of .example.com", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("or add it to allowedNames.", refused.Message, StringComparison.Ordinal);
        Assert.Empty(root.GetIssued());
    }

    private static IssuanceProfile Profile(Hashtable names) =>
        IssuanceProfile.FromFields(new Hashtable { ["name"] = "limited", ["basedOn"] = "Client", ["allowedNames"] = names });

    private bool Issues(IssuanceProfile profile, string subject, string san)
    {
        var root = TestAuthority.Create(folder, Guid.NewGuid().ToString("N"));
        try
        {
            root.Issue(TestAuthority.Request(subject, san), new IssuanceOptions { Profile = profile });
            return true;
        }
        catch (IssuanceException refused) when (refused.Code == ErrorCode.NameNotAllowed)
        {
            return false;
        }
    }
}
