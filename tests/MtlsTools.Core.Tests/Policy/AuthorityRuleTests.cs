using MtlsTools.Audit;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>CA folders, with what was done to them.</summary>
public sealed class AuthorityRuleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal static IEnumerable<string> Tested => ["DuplicateSerial", "NextSerialUsed", "IssuedOutlivesCa", "RevokedButNoCrl", "CrlNotPublished", "RootIssuesLeaves", "CaServesBothRoles"];

    [Fact]
    public void A_new_folder_wants_a_password_and_a_revocation_list_at_most()
    {
        var plain = Judge(Root());
        var locked = Judge(CertificateAuthority.Create(folder.At("locked"), new AuthorityOptions { Subject = MtlsTools.Names.DistinguishedName.Parse("CN=Locked"), Password = Secret.From("word") }));

        Assert.Equal(["Authority", "Certificate", "KeyFile"], plain.Select(report => report.Kind.ToString()));
        Assert.Equal(["CrlNotPublished", "CaKeyUnencrypted"], Ids(plain));
        Assert.Equal(["CrlNotPublished"], Ids(locked));
        Assert.All(plain, report => Assert.True(report.Success));
    }

    [Theory]
    [InlineData("V", "V", false)]
    [InlineData("V", "R", false)]
    [InlineData("V", null, true)]
    public void Serial_numbers_in_the_index(string first, string? second, bool good)
    {
        var ca = Root();
        AppendLine(ca, first, "0A1B2C3D4E5F60718293", 30);
        if (second is not null)
            AppendLine(ca, second, "0a1b2c3d4e5f60718293", 30);

        Assert.Equal(good, !Ids(Judge(ca)).Contains("DuplicateSerial"));
    }

    [Theory]
    [InlineData("0A1B2C3D4E5F60718293\n", true)]
    [InlineData("0a1b2c3d4e5f60718293\n", true)]
    [InlineData("none\n", true)]
    [InlineData("", true)]
    [InlineData("0A1B2C3D4E5F60718294\n", false)]
    [InlineData(null, false)]
    public void The_serial_file(string? content, bool expected)
    {
        var ca = Root();
        AppendLine(ca, "V", "0A1B2C3D4E5F60718293", 30);
        if (content is not null)
            File.WriteAllText(Path.Combine(ca.Path, "serial"), content);

        Assert.Equal(expected, Ids(Judge(ca)).Contains("NextSerialUsed"));
    }

    [Theory]
    [InlineData(3654, true)]
    [InlineData(3652, false)]
    public void What_is_issued_ends_before_the_ca(int days, bool expected)
    {
        var ca = Root();
        AppendLine(ca, "V", "0A1B2C3D4E5F60718293", days);

        Assert.Equal(expected, Ids(Judge(ca)).Contains("IssuedOutlivesCa"));
    }

    [Fact]
    public void Revocation_without_and_with_a_list()
    {
        var ca = Root();
        AppendLine(ca, "R", "0A1B2C3D4E5F60718293", 30);
        Assert.Contains("RevokedButNoCrl", Ids(Judge(ca)));
        Assert.DoesNotContain("CrlNotPublished", Ids(Judge(ca)));

        Publish(ca, daysLeft: 7);
        Assert.DoesNotContain("RevokedButNoCrl", Ids(Judge(ca)));

        Publish(ca, daysLeft: -1);
        var stale = Judge(ca);
        Assert.Contains("CrlExpired", Ids(stale));
        Assert.Contains(stale, report => report.Kind == PolicySubjects.Crl && !report.Success);
    }

    [Fact]
    public void A_root_for_daily_work_and_for_both_sides()
    {
        var root = Root();
        root.Issue(CertificateProfile.Client);
        Assert.Contains("RootIssuesLeaves", Ids(Judge(root)));
        Assert.DoesNotContain("CaServesBothRoles", Ids(Judge(root)));

        root.Issue(CertificateProfile.Server);
        Assert.Contains("CaServesBothRoles", Ids(Judge(root)));

        var below = TestAuthority.Create(folder, "below", issuer: Root("above"));
        below.Issue(CertificateProfile.Server);
        Assert.DoesNotContain("RootIssuesLeaves", Ids(Judge(below)));
        Assert.DoesNotContain("CaServesBothRoles", Ids(Judge(below)));
    }

    [SkippableTheory]
    [InlineData("644")]
    [InlineData("640")]
    public void The_key_of_the_ca_is_judged_as_such(string mode)
    {
        var ca = Root();
        UnixMode.Set(ca.KeyPath, mode);

        var key = Judge(ca).Single(report => report.Kind == PolicySubjects.KeyFile);

        Assert.Equal(["KeyFileReadable", "CaKeyUnencrypted"], key.Findings.Select(finding => finding.Id));
        Assert.Equal(ca.KeyPath, key.Path);
    }

    public void Dispose() => folder.Dispose();

    private static List<PolicyReport> Judge(CertificateAuthority authority) => new PolicyAudit().Judge(authority).ToList();

    private static List<string> Ids(IEnumerable<PolicyReport> reports) => reports.SelectMany(report => report.Findings).Select(finding => finding.Id).ToList();

    private static void AppendLine(CertificateAuthority authority, string status, string serial, int days)
    {
        var end = DateTimeOffset.UtcNow.AddDays(days).ToString("yyMMddHHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        File.AppendAllText(Path.Combine(authority.Path, "index.txt"), $"{status}\t{end}\t{(status == "R" ? "260101000000Z" : "")}\t{serial}\tunknown\t/CN=x\n");
    }

    private static void Publish(CertificateAuthority authority, int daysLeft)
    {
        using var key = PrivateKey.Open(authority.KeyPath);
        using var issuer = key.Attach(authority.Certificate.X509);
        var now = DateTimeOffset.UtcNow;
        File.WriteAllBytes(Path.Combine(authority.Path, "crl", "ca.crl"), new System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder().Build(issuer, 1, now.AddDays(daysLeft), System.Security.Cryptography.HashAlgorithmName.SHA384, thisUpdate: now.AddDays(-2)));
    }

    private CertificateAuthority Root(string name = "root") => TestAuthority.Create(folder, name, change: options => options with { KeyAlgorithm = null });
}
