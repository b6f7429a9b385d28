using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>A revocation is a line of the index that openssl reads, and touches no other.</summary>
public sealed class RevocationRecordTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CertificateAuthority root;

    public RevocationRecordTests() => root = TestAuthority.Create(folder, "root");

    private string IndexPath => folder.At("root", "index.txt");

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(RevocationReason.Unspecified)]
    [InlineData(RevocationReason.KeyCompromise)]
    [InlineData(RevocationReason.CaCompromise)]
    [InlineData(RevocationReason.CessationOfOperation)]
    public void OpenSSL_lists_what_was_revoked_and_why(RevocationReason reason)
    {
        var openssl = Peer.Require("openssl");
        var issued = Enumerable.Range(0, 3).Select(number => Issue($"CN=client {number}")).ToList();
        var before = File.ReadAllLines(IndexPath);

        root.Revoke([issued[1]], reason);

        Assert.Equal([IssuedStatus.Valid, IssuedStatus.Revoked, IssuedStatus.Valid], root.GetIssued().Select(entry => entry.Status));
        Assert.Equal((before[0], before[2]), (File.ReadAllLines(IndexPath)[0], File.ReadAllLines(IndexPath)[2]));
        openssl.Run("ca", "-config", Configuration(), "-gencrl", "-crldays", "1", "-out", folder.At("crl"));
        var list = Assert.Single(CertificateRevocationList.ReadFile(folder.At("crl")));
        Assert.Equal((1, reason), (list.Count, list.Find(issued[1].SerialNumber)!.Reason));
        Assert.Equal(root.GetIssued().ElementAt(1).RevokedAt, list.Find(issued[1].SerialNumber)!.RevokedOn);
    }

    [Fact]
    public void Revoking_twice_changes_nothing()
    {
        var issued = Issue("CN=client");
        root.Revoke([issued], RevocationReason.KeyCompromise);
        var once = File.ReadAllText(IndexPath);

        root.Revoke([issued], RevocationReason.Superseded);

        Assert.Equal(once, File.ReadAllText(IndexPath));
    }

    [Fact]
    public void Another_CAs_certificate_is_an_error_and_nothing_is_written()
    {
        var issued = Issue("CN=client");
        var foreign = TestAuthority.Create(folder, "other").Issue(CertificateProfile.Client);
        var before = File.ReadAllText(IndexPath);

        var failure = Assert.Throws<AuthorityException>(() => root.Revoke([issued, foreign], RevocationReason.Unspecified));

        Assert.Equal(ErrorCode.CertificateOfAnotherAuthority, failure.Code);
        Assert.Contains(foreign.SerialNumber, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(IndexPath));
    }

    [Fact]
    public void Lines_of_others_stay_byte_for_byte()
    {
        File.WriteAllBytes(IndexPath, [.. "V\t301121000000Z\t\t0A\tunknown\t/CN=Zo\xEB\r\nnot a line at all\n"u8]);
        var before = File.ReadAllBytes(IndexPath);
        var issued = Issue("CN=client");

        root.Revoke([issued], RevocationReason.Unspecified);

        Assert.Equal(before, File.ReadAllBytes(IndexPath)[..before.Length]);
        Assert.EndsWith("\n", File.ReadAllText(IndexPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issuing_at_the_same_time_loses_nothing()
    {
        var other = CertificateAuthority.Open(root.Path);
        var victims = Enumerable.Range(0, 10).Select(number => Issue($"CN=victim {number}")).ToList();

        var issuing = Task.Run(() => Enumerable.Range(0, 20).Select(number => other.Issue(CertificateProfile.Client, TestAuthority.Request($"CN=client {number}"))).ToList());
        foreach (var victim in victims)
            root.Revoke([victim], RevocationReason.Unspecified);
        var issued = await issuing;

        var entries = root.GetIssued().ToDictionary(entry => entry.SerialNumber, entry => entry.Status);
        Assert.Equal(30, entries.Count);
        Assert.All(victims, victim => Assert.Equal(IssuedStatus.Revoked, entries[victim.SerialNumber]));
        Assert.All(issued, one => Assert.Equal(IssuedStatus.Valid, entries[one.SerialNumber]));
    }

    private MtlsCertificate Issue(string subject) => root.Issue(CertificateProfile.Client, TestAuthority.Request(subject));

    private string Configuration() => folder.Write("openssl.cnf", $"""
        [ca]
        default_ca = d
        [d]
        database = {IndexPath}
        new_certs_dir = {folder.At("root", "issued")}
        crlnumber = {folder.At("root", "crlnumber")}
        certificate = {root.CertificatePath}
        private_key = {folder.At("root", "private", "ca.key")}
        default_md = sha256
        """);
}
