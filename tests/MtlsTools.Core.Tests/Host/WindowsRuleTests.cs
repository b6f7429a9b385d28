using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Host;
using MtlsTools.Stores;
using static MtlsTools.Tests.Host.HostPki;

namespace MtlsTools.Tests.Host;

/// <summary>
/// What Windows alone has, on values as they stand in its registry and in applicationHost.config.
/// The names and bits of a binding are those of the registry exports in public tools that were checked against netsh on Windows Server 2019, 2022 and 2025,
/// and of http.h (HTTP_SERVICE_CONFIG_SSL_FLAG_*); KB2472211 has the path, the Schannel pages of learn.microsoft.com the modes.
/// </summary>
public sealed class WindowsRuleTests
{
    private const string Iis = """
        <?xml version="1.0" encoding="UTF-8"?>
        <configuration>
          <configSections><sectionGroup name="system.applicationHost" /></configSections>
          <system.applicationHost>
            <applicationPools>
              <add name="DefaultAppPool" />
              <add name="Orders" managedRuntimeVersion=""><processModel identityType="SpecificUser" userName="ACME\svc-orders$" password="" /></add>
              <applicationPoolDefaults managedRuntimeVersion="v4.0"><processModel identityType="ApplicationPoolIdentity" /></applicationPoolDefaults>
            </applicationPools>
            <sites>
              <site name="Default Web Site" id="1">
                <application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" /></application>
                <bindings>
                  <binding protocol="http" bindingInformation="*:80:" />
                  <binding protocol="https" bindingInformation="*:443:" sslFlags="0" />
                </bindings>
              </site>
              <site name="Orders" id="2">
                <bindings><binding protocol="https" bindingInformation="192.0.2.7:8443:orders.acme.example" sslFlags="1" /></bindings>
              </site>
            </sites>
          </system.applicationHost>
          <system.webServer><security><access sslFlags="None" /></security></system.webServer>
          <location path="Default Web Site/partners">
            <system.webServer><security><access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" /></security></system.webServer>
          </location>
        </configuration>
        """;

    private static readonly MtlsCertificate GoodClient = Client();

    private static readonly Guid IisId = new("4dc3e181-e14b-4a21-b022-59fc669b0914");

    public static IEnumerable<string> Tested => ["IssuerListTooLong", "IssuerListSent", "ClientAuthTrustModeChanged", "ClientCertificateNotNegotiated", "BindingKeyMissing", "KeyNotReadableByPool", "KeyFileOrphaned"];

    [Fact]
    public void A_site_that_asks_for_certificates_needs_a_binding_that_does()
    {
        var finding = Assert.Single(Ask(Server(Binding("0.0.0.0:443")), "ClientCertificateNotNegotiated"));

        Assert.Equal("0.0.0.0:443", finding.Subject);
        Assert.Equal("IIS asks clients of 'Default Web Site/partners' for certificates, and TLS 1.3 is on, but the binding does not ask for a certificate in the handshake.", finding.Cause);
        Assert.Equal("Run netsh http update sslcert ipport=0.0.0.0:443 certhash=0102030405060708090a0b0c0d0e0f1011121314 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}' certstorename=MY verifyclientcertrevocation=enable verifyrevocationwithcachedclientcertonly=disable usagecheck=enable dsmapperusage=disable clientcertnegotiation=enable", finding.RepairPlan);
    }

    // Nothing to find: it asks; TLS 1.3 is off for it; another port; a host name that is not the site's.
    [Theory]
    [InlineData("0.0.0.0:443", false, 0x2)]
    [InlineData("0.0.0.0:443", false, 0x40)]
    [InlineData("0.0.0.0:8172", false, 0x0)]
    [InlineData("other.acme.example:443", true, 0x0)]
    [InlineData("orders.acme.example:8443", true, 0x0)]
    public void Other_bindings_are_left_alone(string endpoint, bool byName, int flags) =>
        Assert.Empty(Ask(Server(Binding(endpoint, byName, ("DefaultFlags", flags))), "ClientCertificateNotNegotiated"));

    [Theory]
    [InlineData("DefaultFlags", 0x1)]
    [InlineData("DefaultSslCtlStoreName", "ClientAuthIssuer")]
    public void A_binding_may_say_itself_that_it_wants_certificates(string name, object value) =>
        Assert.StartsWith("The binding maps certificates", Assert.Single(Ask(Server(Binding("other.acme.example:443", true, (name, value))), "ClientCertificateNotNegotiated")).Cause, StringComparison.Ordinal);

    [Fact]
    public void Before_TLS_1_3_the_server_could_ask_later()
    {
        var facts = Server(Binding("0.0.0.0:443"));
        facts.Schannel = new SchannelSettings();

        Assert.Empty(Ask(facts, "ClientCertificateNotNegotiated"));
    }

    [Fact]
    public void All_settings_of_a_binding_survive_the_change()
    {
        var binding = Binding("orders.acme.example:8443", true,
            ("DefaultFlags", 0x1 | 0x8 | 0x10 | 0x20 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | 0x1000 | 0x4000),
            ("DefaultSslCertCheckMode", 0x1 | 0x2 | 0x4 | 0x10000),
            ("DefaultSslRevocationFreshnessTime", 3600),
            ("DefaultSslRevocationUrlRetrievalTimeout", 5000),
            ("DefaultSslCtlIdentifier", "partners"),
            ("DefaultSslCtlStoreName", "ClientAuthIssuer"));

        Assert.Empty(binding.Unknown);
        Assert.Equal(
            [
                "http", "update", "sslcert", "hostnameport=orders.acme.example:8443", "certhash=0102030405060708090a0b0c0d0e0f1011121314", "appid={4dc3e181-e14b-4a21-b022-59fc669b0914}", "certstorename=MY",
                "verifyclientcertrevocation=disable", "verifyrevocationwithcachedclientcertonly=enable", "usagecheck=disable", "revocationfreshnesstime=3600", "urlretrievaltimeout=5000", "sslctlidentifier=partners", "sslctlstorename=ClientAuthIssuer",
                "dsmapperusage=enable", "clientcertnegotiation=enable", "reject=enable", "disablehttp2=enable", "disablequic=enable", "disableocspstapling=enable", "enabletokenbinding=enable", "logextendedevents=enable", "disablelegacytls=enable",
                "enablesessionticket=enable", "disabletls12=enable", "disablesessionid=enable",
            ],
            binding.UpdateArguments());
    }

    [Theory]
    [InlineData("DefaultFlags", 0x2000, "DefaultFlags 0x2000")]
    [InlineData("DefaultFlags", 0x4, "no raw filter")]
    [InlineData("DefaultSslCertCheckMode", 0x8, "DefaultSslCertCheckMode 0x8")]
    [InlineData("PropertiesOfTomorrow", 1, "PropertiesOfTomorrow")]
    public void A_binding_with_settings_that_would_be_lost_is_not_changed(string name, object value, string said)
    {
        var finding = Assert.Single(Ask(Server(Binding("0.0.0.0:443", false, (name, value))), "ClientCertificateNotNegotiated"));

        Assert.False(finding.Repairable);
        Assert.Contains(said, finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_of_IIS_is_read()
    {
        var iis = IisConfiguration.Parse(Iis);

        Assert.Equal(["Default Web Site", "Orders"], iis.Sites.Select(site => site.Name));
        Assert.Equal([new IisBinding("*", 443, "", false)], iis.Sites[0].Bindings);
        Assert.Equal([new IisBinding("192.0.2.7", 8443, "orders.acme.example", true)], iis.Sites[1].Bindings);
        Assert.Equal([("DefaultAppPool", "ApplicationPoolIdentity", null), ("Orders", "SpecificUser", @"ACME\svc-orders$")], iis.Pools.Select(pool => (pool.Name, pool.IdentityType, pool.UserName)));
        Assert.Equal(["Default Web Site/partners"], iis.Sites[0].AskingPaths);
        Assert.Empty(iis.Sites[1].AskingPaths);

        // What is asked of all sites is asked of each.
        Assert.Equal([""], IisConfiguration.Parse(Iis.Replace("\"None\"", "\"SslNegotiateCert\"", StringComparison.Ordinal)).Sites[1].AskingPaths);
    }

    [Theory]
    [InlineData("[::]:443", false, "*:443:", "0", true)]
    [InlineData("192.0.2.7:443", false, "192.0.2.7:443:", "0", true)]
    [InlineData("192.0.2.8:443", false, "192.0.2.7:443:", "0", false)]
    [InlineData("0.0.0.0:443", false, "192.0.2.7:443:a.example", "0", true)]
    [InlineData("0.0.0.0:443", false, "*:443:a.example", "1", false)]
    [InlineData("A.example:443", true, "*:443:a.example", "1", true)]
    [InlineData("[2001:db8::7]:443", false, "[2001:db8::7]:443:", null, true)]
    public void Bindings_and_sites_find_each_other(string endpoint, bool byName, string information, string? flags, bool serves) =>
        Assert.Equal(serves, Binding(endpoint, byName).Serves(new IisSite("x", [IisBinding.Parse(information, flags)], [])));

    [Theory]
    [InlineData(null, 400, null, null)]
    [InlineData(0, 400, null, null)]
    [InlineData(1, 250, "IssuerListSent", "The names of all 250 trusted roots")]
    [InlineData(1, 400, "IssuerListTooLong", "the names of 400 CAs in LocalMachine\\Root, where 16384 are the limit")]
    public void The_list_of_issuers_matters_when_it_is_sent(int? value, int roots, string? id, string? cause)
    {
        var facts = Facts([.. Enumerable.Range(0, roots).Select(i => In(MtlsStoreName.Root, Root($"Certification Authority {i:D4}")))]);
        facts.Schannel = new SchannelSettings { SendTrustedIssuerList = value };

        var findings = Ask(facts, "IssuerListTooLong").Concat(Ask(facts, "IssuerListSent")).ToList();

        Assert.Equal(id is null ? [] : [id], findings.Select(finding => finding.Id));
        Assert.All(findings, finding =>
        {
            Assert.Contains(cause!, finding.Cause, StringComparison.Ordinal);
            Assert.Equal(@"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\SendTrustedIssuerList", finding.Subject);
            Assert.Equal(@"Set HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\SendTrustedIssuerList from 1 to 0 (DWORD)", finding.RepairPlan);
        });
    }

    [Fact]
    public void A_list_of_ones_own_is_meant_to_be_sent()
    {
        var facts = Facts(In(MtlsStoreName.ClientAuthIssuers, Root("Partners")), In(MtlsStoreName.Root, Root()));
        facts.Schannel = new SchannelSettings { SendTrustedIssuerList = 1 };

        Assert.Empty(Ask(facts, "IssuerListSent"));
        Assert.Empty(Ask(facts, "IssuerListTooLong"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0, null)]
    [InlineData(1, "Exclusive Root Trust")]
    [InlineData(2, "Exclusive CA Trust")]
    [InlineData(3, "none of the modes 0, 1 and 2")]
    public void The_mode_of_trust_is_told(int? value, string? cause)
    {
        var facts = Facts();
        facts.Schannel = new SchannelSettings { ClientAuthTrustMode = value };

        var findings = Ask(facts, "ClientAuthTrustModeChanged");

        Assert.Equal(cause is null ? 0 : 1, findings.Count);
        Assert.All(findings, finding => Assert.Contains(cause!, finding.Cause, StringComparison.Ordinal));
    }

    [Fact]
    public void The_certificate_of_a_binding_is_there_with_a_key_that_the_system_can_read()
    {
        string? Cause(params StoredCertificate[] stored) => Fault(stored, "S-1-5-18");
        string? Fault(StoredCertificate[] stored, string account)
        {
            var facts = Facts(stored);
            facts.Bindings.Add(HttpBinding.Read("0.0.0.0:443", false, new Dictionary<string, object> { ["SslCertHash"] = Convert.FromHexString(GoodClient.Thumbprint), ["SslCertStoreName"] = "My" }));
            facts.KeyReaders.AddRange(stored.Select(one => new KeyReaders(one, @"C:\ProgramData\Microsoft\Crypto\Keys\k", new HashSet<string> { account })));
            return Ask(facts, "BindingKeyMissing").SingleOrDefault()?.Cause;
        }

        Assert.Null(Cause(In(MtlsStoreName.My, GoodClient, hasKey: true)));
        Assert.Contains("is not in its store", Cause(In(MtlsStoreName.CA, GoodClient, hasKey: true)), StringComparison.Ordinal);
        Assert.Contains("is not in its store", Cause(In(MtlsStoreName.My, GoodClient, hasKey: true, StoreLocation.CurrentUser)), StringComparison.Ordinal);
        Assert.Contains("has no private key", Cause(In(MtlsStoreName.My, GoodClient)), StringComparison.Ordinal);
        Assert.Contains("the system may not read its key", Fault([In(MtlsStoreName.My, GoodClient, hasKey: true)], "S-1-5-21-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pools_that_can_not_read_a_clients_key_are_named()
    {
        var stored = In(MtlsStoreName.My, GoodClient, hasKey: true);
        var facts = Server();
        facts.Stored.Add(stored);
        facts.Iis = facts.Iis with { Pools = [new IisPool("Can", "", null) { Sid = "S-1-5-82-1" }, new IisPool("CanNot", "", null) { Sid = "S-1-5-82-2" }, new IisPool("System", "", null) { Sid = "S-1-5-18" }, new IisPool("Unknown", "", null)] };
        facts.KeyReaders.Add(new KeyReaders(stored, "k", new HashSet<string> { "S-1-5-82-1" }));

        Assert.Contains("by the application pools 'CanNot'.", Assert.Single(Ask(facts, "KeyNotReadableByPool")).Cause, StringComparison.Ordinal);

        facts.KeyReaders[0] = facts.KeyReaders[0] with { Accounts = new HashSet<string> { "S-1-5-32-568" } };
        Assert.Empty(Ask(facts, "KeyNotReadableByPool"));
    }

    [Fact]
    public void Orphaned_keys_are_counted_and_never_deleted()
    {
        var facts = Facts();
        facts.OrphanedKeyFiles.AddRange(Enumerable.Range(0, 12).Select(i => Path.Combine("Keys", $"{i:D2}")));

        var finding = Assert.Single(Ask(facts, "KeyFileOrphaned"));

        Assert.StartsWith("12 key files", finding.Cause, StringComparison.Ordinal);
        Assert.EndsWith("09, …", finding.Evidence, StringComparison.Ordinal);
        Assert.False(finding.Repairable);
    }

    private static HttpBinding Binding(string endpoint, bool byName = false, params (string Name, object Value)[] values) => HttpBinding.Read(endpoint, byName, values.Append(("SslCertHash", Enumerable.Range(1, 20).Select(i => (byte)i).ToArray())).Append(("AppId", IisId.ToByteArray())).Append(("SslCertStoreName", "MY")).ToDictionary(one => one.Item1, one => one.Item2));

    private static HostFacts Server(params HttpBinding[] bindings)
    {
        var facts = Facts();
        facts.Schannel = new SchannelSettings { ServesTls13 = true };
        facts.Iis = IisConfiguration.Parse(Iis);
        facts.Bindings.AddRange(bindings);
        return facts;
    }
}
