using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

public sealed class AuthorityIndexTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");
    private readonly CertificateAuthority root;

    public AuthorityIndexTests() => root = TestAuthority.Create(folder, "root", clock);

    private string Index => folder.At("root", "index.txt");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_certificate_is_in_the_index_and_in_a_file()
    {
        var one = root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann,O=Acme,C=FR"));
        var other = root.Issue(CertificateProfile.Server);

        Assert.Equal($"V\t260530120000Z\t\t{one.SerialNumber}\tunknown\t/C=FR/O=Acme/CN=ann", File.ReadAllLines(Index)[0]);
        Assert.Equal([one.SerialNumber, other.SerialNumber], root.GetIssued().Select(entry => entry.SerialNumber));
        Assert.Equal([one.Path, other.Path], root.GetIssued().Select(entry => entry.Path));
        Assert.Equal(folder.At("root", "issued", one.SerialNumber + ".crt"), one.Path);
        Assert.Equal(one.ToPem(), File.ReadAllText(one.Path!));
    }

    [Fact]
    public void Expiry_is_counted_when_the_index_is_read()
    {
        root.Issue(CertificateProfile.Client);

        Assert.Equal(IssuedStatus.Valid, root.GetIssued().Single().Status);
        clock.Now = clock.Now.AddDays(91);
        Assert.Equal(IssuedStatus.Expired, root.GetIssued().Single().Status);
    }

    [Theory]
    [InlineData("V\t260530120000Z\t\t0A\tunknown\t/CN=a", "Valid 0A 2026-05-30 ")]
    [InlineData("V\t260101120000Z\t\t0A\tunknown\t/CN=a", "Expired 0A 2026-01-01 ")]
    [InlineData("E\t260101120000Z\t\t0a\tunknown\t/CN=a", "Expired 0A 2026-01-01 ")]
    [InlineData("R\t260530120000Z\t260201000000Z\t0A\tunknown\t/CN=a", "Revoked 0A 2026-05-30 2026-02-01")]
    [InlineData("R\t260530120000Z\t260201000000Z,keyCompromise\t0A\tunknown\t/CN=a", "Revoked 0A 2026-05-30 2026-02-01")]
    [InlineData("V\t491231235959Z\t\t0A\tunknown\t/CN=a", "Valid 0A 2049-12-31 ")]
    [InlineData("V\t500101000000Z\t\t0A\tunknown\t/CN=a", "Expired 0A 1950-01-01 ")]
    [InlineData("V\t20500101000000Z\t\t0A\tunknown\t/CN=a", "Valid 0A 2050-01-01 ")]
    // no whole entries
    [InlineData("V\t260530120000Z\t\t0A\tunknown", null)]
    [InlineData("X\t260530120000Z\t\t0A\tunknown\t/CN=a", null)]
    [InlineData("V\t2605\t\t0A\tunknown\t/CN=a", null)]
    [InlineData("V\t260530120000Z\t\t../x\tunknown\t/CN=a", null)]
    [InlineData("V\t260530120000Z\t\t\tunknown\t/CN=a", null)]
    [InlineData("", null)]
    public void Reads_the_lines_of_OpenSSL(string line, string? expected)
    {
        File.WriteAllText(Index, line + "\n");

        var entry = root.GetIssued().SingleOrDefault();

        Assert.Equal(expected, entry is null ? null : FormattableString.Invariant($"{entry.Status} {entry.SerialNumber} {entry.NotAfter:yyyy-MM-dd} {entry.RevokedAt:yyyy-MM-dd}"));
    }

    [Theory]
    // lines that a dying process left, alone and after others
    [InlineData(0, "V\t2605301")]
    [InlineData(2, "V\t2605301")]
    [InlineData(2, "V")]
    // whole but for its end, and no certificate was handed out
    [InlineData(2, "V\t260530120000Z\t\t0A\tunknown\t/CN=a")]
    public void A_half_line_is_removed_with_a_warning(int before, string torn)
    {
        for (var count = 0; count < before; count++)
            root.Issue(CertificateProfile.Client);
        var whole = File.ReadAllText(Index);
        File.AppendAllText(Index, torn);
        var warnings = new List<string>();

        var issued = root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add);

        Assert.Contains(Index, Assert.Single(warnings), StringComparison.Ordinal);
        Assert.StartsWith(whole + "V\t", File.ReadAllText(Index), StringComparison.Ordinal);
        Assert.Equal(before + 1, File.ReadAllLines(Index).Length);
        Assert.Equal(issued.SerialNumber, root.GetIssued().Last().SerialNumber);
    }

    [Fact]
    public void A_line_whose_certificate_was_handed_out_is_ended_with_a_warning()
    {
        var first = root.Issue(CertificateProfile.Client);
        var second = root.Issue(CertificateProfile.Client);
        File.WriteAllText(Index, File.ReadAllText(Index).TrimEnd('\n'));
        var warnings = new List<string>();

        var third = root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add);

        Assert.Contains(Index, Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal([first.SerialNumber, second.SerialNumber, third.SerialNumber], root.GetIssued().Select(entry => entry.SerialNumber));
    }

    [Theory]
    [InlineData("0A", "0A", true)]
    [InlineData("0A", "a", true)]
    [InlineData("0A", "0x0a", true)]
    [InlineData("0A1B", "0a:1b", true)]
    [InlineData("000A", "0A", true)]
    [InlineData("0A", "0B", false)]
    [InlineData("0A", "", false)]
    public void Serial_numbers_are_found_in_whatever_form(string written, string wanted, bool found)
    {
        File.WriteAllText(Index, $"V\t260530120000Z\t\t{written}\tunknown\t/CN=a\n");

        Assert.Equal(found, root.GetIssued().Single().HasSerialNumber(wanted));
    }

    [Theory]
    [InlineData("/C=FR/O=Acme/CN=a b", "a b")]
    [InlineData("/CN=first/O=x/CN=last/L=y", "last")]
    [InlineData("/O=x+CN=y+L=z", "y")]
    [InlineData(@"/CN=Zo\xC3\xAB \x22q\x22", "Zoë \"q\"")]
    [InlineData(@"/CN=a\/b\+c", "a/b+c")]
    [InlineData(@"/O=x\/CN=y", null)]
    [InlineData("/O=Acme", null)]
    [InlineData(@"/CN=\x", @"\x")]
    [InlineData("/CN=é", "é")]
    [InlineData("", null)]
    public void Common_names_are_readable(string subject, string? name)
    {
        File.WriteAllText(Index, $"V\t260530120000Z\t\t0A\tunknown\t{subject}\n");

        Assert.Equal(name, root.GetIssued().Single().Name);
    }

    [Fact]
    public void The_index_can_be_read_while_others_issue()
    {
        root.Issue(CertificateProfile.Client);
        root.Issue(CertificateProfile.Client);
        using var reading = root.GetIssued().GetEnumerator();
        Assert.True(reading.MoveNext());

        root.Issue(CertificateProfile.Client);

        Assert.True(reading.MoveNext());
        Assert.Equal(3, root.GetIssued().Count());
    }
}
