using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>What a process that died in the middle has left, state by state.</summary>
public sealed class CrashRecoveryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> warnings = [];

    public CrashRecoveryTests() => TestAuthority.Create(folder, "root").Issue(CertificateProfile.Client);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_certificate_whose_line_stands_goes_into_place()
    {
        var serial = Leave(recorded: true, whole: true, TimeSpan.FromMinutes(2));
        Assert.Equal(folder.At("root", ".pending", serial + ".crt"), Entry(serial)!.Path);

        IssueNext();

        Assert.Equal(folder.At("root", "issued", serial + ".crt"), Entry(serial)!.Path);
        Assert.Contains("1 certificates were recorded and are in place now, 0 were not", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_without_a_line_goes_away()
    {
        var serial = Leave(recorded: false, whole: true, TimeSpan.FromMinutes(2));

        IssueNext();

        Assert.Null(Entry(serial));
        Assert.Empty(Directory.GetFiles(folder.At("root", ".pending")));
        Assert.Contains("0 certificates were recorded and are in place now, 1 were not", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_whose_certificate_never_reached_the_disk_is_reported_without_a_path()
    {
        var serial = Leave(recorded: true, whole: false, TimeSpan.FromMinutes(2));

        IssueNext();

        Assert.Null(Entry(serial)!.Path);
        Assert.Empty(Directory.GetFiles(folder.At("root", ".pending")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_may_belong_to_a_process_at_work_is_left_alone(bool recorded)
    {
        var serial = Leave(recorded, whole: true, TimeSpan.FromSeconds(20));

        IssueNext();

        Assert.True(File.Exists(folder.At("root", ".pending", serial + ".crt")));
        Assert.Empty(warnings);
    }

    private IssuedEntry? Entry(string serial) => CertificateAuthority.Open(folder.At("root")).GetIssued().SingleOrDefault(entry => entry.HasSerialNumber(serial));

    private void IssueNext() => CertificateAuthority.Open(folder.At("root")).Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add);

    private string Leave(bool recorded, bool whole, TimeSpan age)
    {
        var issued = CertificateAuthority.Open(folder.At("root")).Issue(CertificateProfile.Client);
        var left = folder.At("root", ".pending", issued.SerialNumber + ".crt");
        File.Move(issued.Path!, left);
        if (!whole)
            File.WriteAllText(left, "");
        if (!recorded)
            File.WriteAllLines(folder.At("root", "index.txt"), File.ReadAllLines(folder.At("root", "index.txt"))[..^1]);
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow - age);
        return issued.SerialNumber;
    }
}
