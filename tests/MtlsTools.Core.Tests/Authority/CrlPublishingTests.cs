using System.Numerics;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Authority;

/// <summary>What is published, when, and under which number.</summary>
public sealed class CrlPublishingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2030-03-01T12:00:00Z");
    private readonly List<string> warnings = [];
    private readonly CertificateAuthority ca;

    public CrlPublishingTests() => ca = TestAuthority.Create(folder, "ca", clock);

    private string NumberFile => folder.At("ca", "crlnumber");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_list_says_what_the_index_says()
    {
        var issued = Enumerable.Range(0, 4).Select(number => Issue($"client {number}")).ToList();
        ca.Revoke([issued[1]], RevocationReason.KeyCompromise);
        ca.Revoke([issued[2]]);

        var published = ca.PublishCrl();

        var list = Assert.Single(CertificateRevocationList.ReadFile(folder.At("ca", "crl", "ca.crl")));
        Assert.Equal(list.RawData.ToArray(), published.Lists[0].RawData.ToArray());
        Assert.Equal((BigInteger.One, clock.Now.AddMinutes(-5), clock.Now.AddDays(7)), (list.Number!.Value, list.ThisUpdate, list.NextUpdate!.Value));
        Assert.Equal([(issued[1].SerialNumber, RevocationReason.KeyCompromise), (issued[2].SerialNumber, RevocationReason.Unspecified)], list.Entries.Select(entry => (entry.SerialNumber, entry.Reason)));
        Assert.Equal(ca.Certificate.SubjectKeyIdentifier, list.AuthorityKeyIdentifier!.KeyIdentifier);
        Assert.True(list.IsSignedBy(ca.Certificate));
        Assert.Equal("02\n", File.ReadAllText(NumberFile));
    }

    /// <summary>UTCTime ends with 2049.</summary>
    [Fact]
    public void Times_from_2050_on_are_generalized()
    {
        clock.Now = new DateTimeOffset(2049, 12, 30, 0, 0, 0, TimeSpan.Zero);
        using var key = PrivateKey.Open(ca.KeyPath);

        var list = CertificateRevocationList.Read(CrlBuilder.Sign(ca.Certificate, key, 1, clock.Now, clock.Now.AddDays(7), [new RevokedCertificate("0A", clock.Now.AddDays(3), RevocationReason.Superseded)]))[0];

        Assert.Equal((clock.Now, clock.Now.AddDays(7), clock.Now.AddDays(3)), (list.ThisUpdate, list.NextUpdate, list.Entries.Single().RevokedOn));
        Assert.True(list.RawData.Span.IndexOf("491230000000Z"u8) > 0 && list.RawData.Span.IndexOf("20500106000000Z"u8) > 0);
    }

    /// <summary>The file of the next number, the number of a list that is there, and the one that is taken.</summary>
    [Theory]
    [InlineData("01\n", null, 1, "02\n")]
    [InlineData("FF\r\n", null, 255, "0100\n")]
    [InlineData("1000", 5000, 5001, "138A\n")]
    [InlineData(null, null, 1, "02\n")]
    [InlineData(null, 41, 42, "2B\n")]
    [InlineData("0A\n", 3, 10, "0B\n")]
    public void A_number_is_higher_than_every_one_before(string? file, int? there, int expected, string next)
    {
        if (file is null)
            File.Delete(NumberFile);
        else
            File.WriteAllText(NumberFile, file);
        if (there is { } number)
        {
            using var key = PrivateKey.Open(ca.KeyPath);
            Directory.CreateDirectory(folder.At("ca", "crl"));
            folder.Write("ca/crl/by another.crl", PemBlock.Write("X509 CRL", CrlBuilder.Sign(ca.Certificate, key, number, clock.Now.AddDays(-1), clock.Now.AddDays(1), [])));
        }

        Assert.Equal((BigInteger?)expected, ca.PublishCrl().Number);
        Assert.Equal(next, File.ReadAllText(NumberFile));
    }

    [Fact]
    public void A_damaged_number_file_is_named_with_the_number_to_write()
    {
        ca.PublishCrl();
        File.WriteAllText(NumberFile, "what?\n");

        var error = Assert.Throws<InputException>(() => ca.PublishCrl());

        Assert.Equal((ErrorCode.ContentDamaged, NumberFile), (error.Code, error.Path));
        Assert.EndsWith("last list's: 2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_publishes_what_is_new_or_due_and_nothing_else()
    {
        var issued = Issue("alice");
        var needed = new CrlOptions { IfNeeded = true };
        Assert.True(ca.PublishCrl(needed).IsNew);
        Assert.False(ca.PublishCrl(needed).IsNew);

        ca.Revoke([issued], RevocationReason.CertificateHold);
        Assert.True(ca.PublishCrl(needed).IsNew);
        ca.Revoke([issued], RevocationReason.KeyCompromise);
        Assert.Equal((true, RevocationReason.KeyCompromise), (ca.PublishCrl(needed) is { IsNew: true } changed, ca.PublishCrl(needed).Lists[0].Entries.Single().Reason));

        clock.Now = clock.Now.AddDays(3.4);
        Assert.False(ca.PublishCrl(needed).IsNew);
        Assert.True(ca.PublishCrl(needed with { Overlap = TimeSpan.FromDays(4) }).IsNew);
        clock.Now = clock.Now.AddDays(3.6);
        Assert.True(ca.PublishCrl(needed).IsNew);
        Assert.Equal(new BigInteger(5), ca.PublishCrl(needed).Number);
    }

    [Fact]
    public void A_lifted_hold_leaves_the_list()
    {
        var issued = Issue("alice");
        ca.Revoke([issued], RevocationReason.CertificateHold);
        Assert.Equal(RevocationReason.CertificateHold, ca.PublishCrl().Lists[0].Entries.Single().Reason);

        ca.Revoke([issued], RevocationReason.RemoveFromCrl);

        var list = ca.PublishCrl(new CrlOptions { IfNeeded = true });
        Assert.Equal((true, 0), (list.IsNew, list.Count));
    }

    /// <summary>RFC 5280, 3.3: an entry stays until one list after the end of the certificate has had it.</summary>
    [Fact]
    public void An_expired_certificate_is_listed_once_more_and_then_no_longer()
    {
        var issued = Issue("alice", days: 10);
        ca.Revoke([issued]);
        Assert.Equal(1, ca.PublishCrl().Count);
        clock.Now = clock.Now.AddDays(11);
        Assert.Equal(1, ca.PublishCrl().Count);
        Assert.False(ca.PublishCrl(new CrlOptions { IfNeeded = true }).IsNew);
        clock.Now = clock.Now.AddDays(1);
        Assert.Equal(0, ca.PublishCrl().Count);
        Assert.Equal(0, ca.PublishCrl().Count);
        Assert.False(ca.PublishCrl(new CrlOptions { IfNeeded = true }).IsNew);
    }

    [Fact]
    public void A_certificate_that_is_revoked_after_its_end_is_listed_once()
    {
        var issued = Issue("alice", days: 10);
        clock.Now = clock.Now.AddDays(30);
        ca.PublishCrl();
        clock.Now = clock.Now.AddDays(1);

        Assert.Equal(RevocationOutcome.Revoked, ca.Revoke([issued], RevocationReason.KeyCompromise)[0].Outcome);

        Assert.Equal(issued.SerialNumber, ca.PublishCrl().Lists[0].Entries.Single().SerialNumber);
        clock.Now = clock.Now.AddDays(1);
        Assert.Equal(0, ca.PublishCrl().Count);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(7, 7)]
    [InlineData(7, -1)]
    public void A_list_lives_longer_than_its_overlap(int days, int? overlap)
    {
        var error = Assert.Throws<AuthorityException>(() => ca.PublishCrl(new CrlOptions { ValidFor = TimeSpan.FromDays(days), Overlap = overlap is { } left ? TimeSpan.FromDays(left) : null }));

        Assert.Equal(ErrorCode.LifetimeInvalid, error.Code);
        Assert.Equal("01\n", File.ReadAllText(NumberFile));
    }

    [Fact]
    public void A_CA_without_cRLSign_signs_no_list()
    {
        using var key = PrivateKey.Open(ca.KeyPath);
        var plan = new CertificatePlan(ca.Certificate.Subject, [], key.PublicKey, IssuanceProfile.Of(CertificateProfile.Root) with { KeyUsage = System.Security.Cryptography.X509Certificates.X509KeyUsageFlags.KeyCertSign }, null, clock.Now, clock.Now.AddDays(30), SerialNumbers.Create());
        File.WriteAllText(ca.CertificatePath, MtlsCertificate.Decode(CertificateSigner.SelfSign(plan, key)).ToPem());

        Assert.Equal(ErrorCode.CrlSigningNotAllowed, Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(ca.Path, clock: clock).PublishCrl()).Code);
    }

    [Fact]
    public void A_damaged_list_is_replaced_and_a_clock_that_was_set_back_is_told_of()
    {
        Directory.CreateDirectory(folder.At("ca", "crl"));
        folder.Write("ca/crl/ca.crl", "-----BEGIN X509 CRL-----\n");
        ca.PublishCrl(warn: warnings.Add);
        Assert.EndsWith("It is replaced.", Assert.Single(warnings), StringComparison.Ordinal);

        warnings.Clear();
        clock.Now = clock.Now.AddDays(-30);
        var list = ca.PublishCrl(new CrlOptions { IfNeeded = true }, warnings.Add);

        Assert.Contains("one of the two is wrong", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal((true, new BigInteger(2), clock.Now.AddMinutes(-5)), (list.IsNew, list.Number!.Value, list.ThisUpdate));
    }

    /// <summary>After a change of key the certificates of the old one are judged by a list that it signed.</summary>
    [Fact]
    public void Each_key_that_still_counts_signs_a_list_of_its_own()
    {
        var root = ca;
        var below = TestAuthority.Create(folder, "below", clock, root);
        var old = below.Issue(CertificateProfile.Client, TestAuthority.Request("CN=old"));
        var revoked = below.Issue(CertificateProfile.Client, TestAuthority.Request("CN=revoked"));
        below.Revoke([revoked], RevocationReason.KeyCompromise);
        below = below.Renew(new RenewalOptions { Issuer = root, NewKey = true });
        var fresh = below.Issue(CertificateProfile.Client, TestAuthority.Request("CN=fresh"));

        var published = below.PublishCrl(warn: warnings.Add);

        Assert.Empty(warnings);
        Assert.Equal([BigInteger.One, 2], published.Lists.Select(list => list.Number!.Value));
        Assert.True(published.Lists[0].IsSignedBy(below.Certificate) && published.Lists[1].IsSignedBy(below.Former.Single()));
        Assert.False(below.PublishCrl(new CrlOptions { IfNeeded = true }).IsNew);
        var lists = CertificateRevocationList.ReadFile(published.Path).Concat(root.PublishCrl().Lists).ToList();
        var options = new VerificationOptions { TrustedCas = [root.Certificate], Crls = lists, CrlScope = CrlScope.Chain, AsOf = clock.Now };
        Assert.True(CertificateVerifier.Verify(old, options).Success);
        Assert.True(CertificateVerifier.Verify(fresh, options).Success);
        Assert.Equal([FindingId.CertificateRevoked], CertificateVerifier.Verify(revoked, options).Findings.Select(finding => finding.Id));
        Assert.Equal(RevocationOutcome.Revoked, below.Revoke([old])[0].Outcome);

        // A key that is gone: its last list stays as long as it is good.
        File.Delete(Directory.GetFiles(folder.At("below", "private")).Single(file => Path.GetFileName(file) != "ca.key"));
        var without = below.PublishCrl(warn: warnings.Add);
        Assert.Contains("so there is no new list for what it signed", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal([3, 2], without.Lists.Select(list => (int)list.Number!.Value));
        clock.Now = clock.Now.AddDays(8);
        Assert.Single(below.PublishCrl().Lists);
    }

    [Fact]
    public void Lists_of_a_chain_are_combined_and_what_would_lock_everybody_out_is_not()
    {
        var below = TestAuthority.Create(folder, "below", clock, ca);
        var stranger = TestAuthority.Create(folder, "stranger", clock);
        below.PublishCrl();
        var bundle = new CrlBundle(clock);
        bundle.Add(below);

        Assert.Equal([ca.Certificate.Subject], bundle.Missing.Select(one => one.Subject));
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => bundle.Add(ca)).Code);
        var file = ca.PublishCrl().Path;
        bundle.AddFile(file);
        bundle.AddFile(file);
        Assert.Equal(ErrorCode.CrlSignatureInvalid, Assert.Throws<InputException>(() => bundle.AddFile(stranger.PublishCrl().Path)).Code);
        Assert.Empty(bundle.Missing);
        bundle.Save(folder.At("all.crl"));
        Assert.Equal(2, CertificateRevocationList.ReadFile(folder.At("all.crl")).Count);
        Assert.Equal(ErrorCode.CrlFormatInvalid, Assert.Throws<InputException>(() => bundle.Save(folder.At("all.der"), CrlFormat.Der)).Code);
        Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => bundle.Save(ca.CertificatePath)).Code);

        clock.Now = clock.Now.AddDays(8);
        Assert.Equal(ErrorCode.CrlStale, Assert.Throws<InputException>(() => new CrlBundle(clock).Add(below)).Code);
    }

    [Fact]
    public void What_was_published_is_in_the_audit_log()
    {
        ca.Revoke([Issue("alice")], RevocationReason.KeyCompromise);
        ca.PublishCrl();

        var told = ca.GetAudit().TakeLast(2).ToList();
        Assert.Equal([(AuditEvent.Revoked, "KeyCompromise", null), (AuditEvent.CrlPublished, null, "1")], told.Select(entry => (entry.Event, entry.Reason, entry.CrlNumber)));
        Assert.Empty(ca.VerifyAudit().Findings);
    }

    private MtlsCertificate Issue(string name, int days = 90) => ca.Issue(TestAuthority.Request($"CN={name}"), new IssuanceOptions { Profile = CertificateProfile.Client, Days = days });
}
