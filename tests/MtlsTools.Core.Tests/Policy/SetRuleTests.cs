using MtlsTools.Audit;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>What only several certificates show together.</summary>
public sealed class SetRuleTests
{
    private static readonly RawCertificate Client = RawCertificate.Client();

    internal static IEnumerable<string> Tested => ["SharedKey", "DuplicateSerial", "CaNameReused"];

    [Fact]
    public void One_key_under_two_names()
    {
        var finding = Assert.Single(Check(Client, Client with { Subject = "CN=service-b" }, Client with { Subject = "CN=service-c", Algorithm = KeyAlgorithm.EcdsaP521 }));

        Assert.Equal("SharedKey", finding.Id);
        Assert.Contains("2 subjects share one key: 'service-a', 'service-b'.", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_certificate_may_keep_its_key() => Assert.Empty(Check(Client, Client with { To = 80 }, Client));

    [Fact]
    public void A_request_counts_as_well()
    {
        var set = new CertificateSet();
        set.Add(Client.Build());
        set.Add(TestAuthority.Request("CN=service-a,O=Acme"));
        Assert.Empty(set.Check());

        set.Add(TestAuthority.Request("CN=other"));
        Assert.Equal("SharedKey", Assert.Single(Assert.Single(set.Check()).Findings).Id);
    }

    [Fact]
    public void One_serial_number_twice()
    {
        var one = Client with { Serial = [1, 2, 3, 4, 5, 6, 7, 8] };

        var finding = Assert.Single(Check(one, one with { To = 80 }, one with { Serial = [1, 2, 3, 4, 5, 6, 7, 9] }));

        Assert.Equal("DuplicateSerial", finding.Id);
        Assert.Contains("2 certificates have the same issuer and the same serial number", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_serial_number_of_two_issuers_is_no_fault()
    {
        var one = Client with { Serial = [1, 2, 3, 4, 5, 6, 7, 8] };
        var other = one with { Issuer = RawCertificate.Intermediate().Build() };

        Assert.Empty(Check(one, other));
    }

    [Fact]
    public void The_same_certificate_twice_is_no_fault()
    {
        var certificate = Client.Build();
        var set = new CertificateSet();
        set.Add(certificate);
        set.Add(certificate);

        Assert.Empty(set.Check());
    }

    [Fact]
    public void One_name_of_two_cas()
    {
        var finding = Assert.Single(Check(RawCertificate.Root(), RawCertificate.Root() with { Algorithm = KeyAlgorithm.EcdsaP521 }, RawCertificate.Root() with { To = 3000 }));

        Assert.Equal("CaNameReused", finding.Id);
        Assert.Contains("2 CAs have one name", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_can_be_left_out() => Assert.Empty(Check(new PolicyOptions { ExcludedRules = new HashSet<string> { "SharedKey" } }, Client, Client with { Subject = "CN=service-b" }));

    [Fact]
    public void Labels_say_where_the_certificates_lie()
    {
        var set = new CertificateSet();
        set.Add(Client.Build().At("a.crt"));
        set.Add((Client with { Subject = "CN=service-b" }).Build().At("b.crt"));

        var report = Assert.Single(set.Check());

        Assert.Equal("'service-a' (a.crt), 'service-b' (b.crt)", report.Name);
        Assert.Equal(PolicySubjects.Set, report.Kind);
    }

    private static List<PolicyFinding> Check(params RawCertificate[] certificates) => Check(PolicyOptions.Default, certificates);

    private static List<PolicyFinding> Check(PolicyOptions options, params RawCertificate[] certificates)
    {
        var set = new CertificateSet(options);
        foreach (var certificate in certificates)
            set.Add(certificate.Build());
        return set.Check().SelectMany(report => report.Findings).ToList();
    }
}
