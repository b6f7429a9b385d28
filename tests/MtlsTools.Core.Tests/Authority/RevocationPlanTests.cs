using System.Globalization;
using System.Numerics;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>What people name is found, what is ambiguous is refused with the choices, and what belongs along comes along.</summary>
public sealed class RevocationPlanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2030-03-01T12:00:00Z");
    private readonly CertificateAuthority ca;

    public RevocationPlanTests() => ca = TestAuthority.Create(folder, "ca", clock);

    public void Dispose() => folder.Dispose();

    /// <summary>Written, and the certificate it means: the one with the number 0x1234, or the one with decimal 5678 (0x162E).</summary>
    [Theory]
    [InlineData("0x1234", "hex")]
    [InlineData("12:34", "hex")]
    [InlineData("001234", "hex")]
    [InlineData("1234", "hex")]
    [InlineData("5678", "dec")]
    [InlineData(" 162e ", "dec")]
    [InlineData("0X162E", "dec")]
    [InlineData("4660", "hex")]
    public void A_serial_number_is_found_in_every_form(string written, string name)
    {
        Issue("hex", serial: "1234");
        Issue("dec", serial: "162E");

        Assert.Equal(name, Assert.Single(Plan(RevocationTarget.OfSerialNumber(written)).Revocations).Name);
    }

    [Fact]
    public void A_serial_number_that_means_two_certificates_is_refused_with_both()
    {
        Issue("hex", serial: "1234");
        Issue("dec", serial: "04D2");

        var error = OnlyFailure(RevocationTarget.OfSerialNumber("1234"));

        Assert.Equal(ErrorCode.SerialNumberAmbiguous, error.Code);
        Assert.Contains("'hex' in hexadecimal and 'dec' in decimal. Write 0x1234 or 0x04D2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_decimal_serial_number_is_one_that_others_print()
    {
        var issued = Issue("client");
        var written = new BigInteger(issued.Content.SerialNumber.Span, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);

        Assert.Equal(issued.SerialNumber, Assert.Single(Plan(RevocationTarget.OfSerialNumber(written)).Revocations).SerialNumber);
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("FF112233445566778899AABBCCDDEEFF0011223344")]
    public void What_is_no_serial_number_is_refused(string written) =>
        Assert.Equal(ErrorCode.SerialNumberInvalid, Assert.Throws<IssuanceException>(() => RevocationTarget.OfSerialNumber(written)).Code);

    [Fact]
    public void Thumbprints_are_found_in_the_files_of_the_certificates()
    {
        var issued = Enumerable.Range(0, 3).Select(number => Issue($"client {number}")).ToList();

        var plan = Plan(RevocationTarget.OfThumbprint(issued[1].Thumbprint.ToLowerInvariant()), RevocationTarget.OfThumbprint(string.Join(':', issued[2].Sha256.Chunk(2).Select(pair => new string(pair)))));

        Assert.Equal(["client 1", "client 2"], plan.Revocations.Select(one => one.Name));
        Assert.Equal(ErrorCode.CertificateNotIssued, OnlyFailure(RevocationTarget.OfThumbprint(new string('A', 40))).Code);
        Assert.Equal(ErrorCode.ThumbprintInvalid, Assert.Throws<AuthorityException>(() => RevocationTarget.OfThumbprint("AB")).Code);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData("CN=alice,O=Acme")]
    [InlineData("/O=Acme/CN=alice")]
    public void A_name_means_the_common_name_or_the_whole_subject(string written)
    {
        Issue("alice");
        Issue("malice");

        Assert.Equal("alice", Assert.Single(Plan(RevocationTarget.OfName(written)).Revocations).Name);
    }

    [Fact]
    public void A_name_of_several_valid_certificates_is_refused_with_their_serial_numbers_or_means_all()
    {
        var issued = new[] { Issue("alice"), Issue("alice") };

        var error = OnlyFailure(RevocationTarget.OfName("alice"));
        var all = ca.PlanRevocation([RevocationTarget.OfName("alice")], new RevokeOptions { All = true });

        Assert.Equal(ErrorCode.SeveralCertificates, error.Code);
        Assert.All(issued, one => Assert.Contains(one.SerialNumber, error.Message, StringComparison.Ordinal));
        Assert.Equal(issued.Select(one => one.SerialNumber), all.Revocations.Select(one => one.SerialNumber));
    }

    [Fact]
    public void A_name_passes_over_what_is_revoked_or_past_its_end_as_long_as_one_is_valid()
    {
        var old = Issue("alice", days: 10);
        clock.Now = clock.Now.AddDays(20);
        Assert.Equal(old.SerialNumber, Assert.Single(Plan(RevocationTarget.OfName("alice")).Revocations).SerialNumber);
        var revoked = Issue("alice");
        ca.Revoke([revoked]);
        var valid = Issue("alice");

        Assert.Equal(valid.SerialNumber, Assert.Single(Plan(RevocationTarget.OfName("alice")).Revocations).SerialNumber);
    }

    [Fact]
    public void Another_CAs_certificate_is_told_by_its_signature_not_by_its_serial_number()
    {
        Issue("ours", serial: "77");
        var other = TestAuthority.Create(folder, "other", clock);
        var sameNumber = other.Issue(TestAuthority.Request("CN=theirs"), new IssuanceOptions { Profile = CertificateProfile.Client, SerialNumber = "77" });
        var namesake = CertificateAuthority.Create(folder.At("namesake"), new AuthorityOptions { Subject = ca.Certificate.Subject, KeyAlgorithm = MtlsTools.Keys.KeyAlgorithm.EcdsaP256 }, clock);
        var forged = namesake.Issue(TestAuthority.Request("CN=forged"), new IssuanceOptions { Profile = CertificateProfile.Client, SerialNumber = "77" });

        Assert.All(
            [RevocationTarget.Of(sameNumber), RevocationTarget.Of(forged), RevocationTarget.Of(other.GetIssued().Single())],
            target => Assert.Equal(ErrorCode.CertificateOfAnotherAuthority, OnlyFailure(target).Code));
    }

    [Fact]
    public void One_bad_target_does_not_keep_the_others()
    {
        var good = Issue("good");

        var plan = Plan(RevocationTarget.OfSerialNumber("99"), RevocationTarget.Of(good), RevocationTarget.OfName("nobody"));

        Assert.Equal(good.SerialNumber, Assert.Single(plan.Revocations).SerialNumber);
        Assert.Equal(["99", "nobody"], plan.Failures.Select(one => one.Target.ToString()));
        Assert.All(plan.Failures, one => Assert.Equal(ErrorCode.CertificateNotIssued, one.Error.Code));
    }

    [Fact]
    public void Superseded_certificates_are_the_older_ones_with_the_same_names()
    {
        var older = Issue("web", san: "a.example.com,b.example.com");
        var otherInstance = Issue("web", san: "c.example.com");
        var current = Issue("web", san: "b.example.com,a.example.com");
        var newer = Issue("web", san: "a.example.com,b.example.com");

        var plan = ca.PlanRevocation([RevocationTarget.Of(current)], new RevokeOptions { Reason = RevocationReason.KeyCompromise, IncludeSuperseded = true });

        Assert.Equal(
            [(current.SerialNumber, RevocationReason.KeyCompromise, RevocationCause.Requested), (older.SerialNumber, RevocationReason.Superseded, RevocationCause.Superseded)],
            plan.Revocations.Select(one => (one.SerialNumber, one.Reason, one.Cause)));
        Assert.Equal(2, plan.Warnings.Count);
        Assert.Contains(plan.Warnings, warning => warning.Contains(newer.SerialNumber, StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains(otherInstance.SerialNumber, StringComparison.Ordinal));
    }

    [Fact]
    public void Certificates_of_the_same_key_are_found_whatever_they_are_called()
    {
        var issued = Issue("alice");
        var twin = Issue("alice's tablet");
        var otherKey = ca.Issue(CertificateProfile.Client, TestAuthority.Request("CN=bob", algorithm: MtlsTools.Keys.KeyAlgorithm.EcdsaP384));

        var plan = ca.PlanRevocation([RevocationTarget.OfSerialNumber(issued.SerialNumber)], new RevokeOptions { Reason = RevocationReason.KeyCompromise, SameKey = true });

        Assert.Equal([(issued.SerialNumber, RevocationCause.Requested), (twin.SerialNumber, RevocationCause.SameKey)], plan.Revocations.Select(one => (one.SerialNumber, one.Cause)));
        Assert.DoesNotContain(plan.Revocations, one => one.SerialNumber == otherKey.SerialNumber);
        Assert.All(plan.Revocations, one => Assert.Equal(RevocationReason.KeyCompromise, one.Reason));
    }

    [Fact]
    public void What_the_CA_signed_without_its_index_is_added_to_it()
    {
        var issued = Issue("by hand");
        File.WriteAllText(folder.At("ca", "index.txt"), "");

        var plan = Plan(RevocationTarget.Of(issued));
        var done = Assert.Single(ca.Revoke(plan.Revocations));

        Assert.Contains("is not in its index", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.Equal((issued.SerialNumber, RevocationOutcome.Revoked, clock.Now), (done.SerialNumber, done.Outcome, done.RevokedAt));
        Assert.Equal(IssuedStatus.Revoked, Assert.Single(ca.GetIssued()).Status);
    }

    /// <summary>The reason that stands, the one that is wanted, and what comes of it.</summary>
    [Theory]
    [InlineData(null, RevocationReason.KeyCompromise, RevocationOutcome.Revoked)]
    [InlineData(null, RevocationReason.RemoveFromCrl, RevocationOutcome.NotOnHold)]
    [InlineData(RevocationReason.Unspecified, RevocationReason.KeyCompromise, RevocationOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.KeyCompromise, RevocationReason.CertificateHold, RevocationOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.KeyCompromise, RevocationReason.RemoveFromCrl, RevocationOutcome.NotOnHold)]
    [InlineData(RevocationReason.CertificateHold, RevocationReason.CertificateHold, RevocationOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.CertificateHold, RevocationReason.KeyCompromise, RevocationOutcome.Confirmed)]
    [InlineData(RevocationReason.CertificateHold, RevocationReason.RemoveFromCrl, RevocationOutcome.Released)]
    public void A_reason_stands_and_a_hold_may_end(RevocationReason? standing, RevocationReason wanted, RevocationOutcome expected)
    {
        var issued = Issue("alice");
        var since = clock.Now;
        if (standing is { } before)
            ca.Revoke([issued], before);
        clock.Now = clock.Now.AddDays(1);

        var done = Assert.Single(ca.Revoke([issued], wanted));

        Assert.Equal(expected, done.Outcome);
        var (reason, revokedAt) = expected switch
        {
            RevocationOutcome.Revoked => ((RevocationReason?)wanted, (DateTimeOffset?)clock.Now),
            RevocationOutcome.Confirmed => (wanted, since),
            RevocationOutcome.Released => (null, null),
            _ => (standing, standing is null ? null : since),
        };
        Assert.Equal((reason, revokedAt), (done.Reason, done.RevokedAt));
        var entry = Assert.Single(ca.GetIssued());
        Assert.Equal((reason, revokedAt), (entry.Reason, entry.RevokedAt));
        Assert.Equal(reason is null ? IssuedStatus.Valid : IssuedStatus.Revoked, entry.Status);
        Assert.Equal(expected is RevocationOutcome.AlreadyRevoked or RevocationOutcome.NotOnHold, RevocationErrors.Of(done) is not null);
        Assert.Empty(ca.VerifyAudit().Findings);
    }

    [Theory]
    [InlineData(RevocationReason.AaCompromise)]
    [InlineData(RevocationReason.PrivilegeWithdrawn)]
    [InlineData((RevocationReason)7)]
    public void A_reason_that_OpenSSLs_index_can_not_hold_is_refused(RevocationReason reason)
    {
        var issued = Issue("alice");

        Assert.Equal(ErrorCode.RevocationReasonNotAllowed, Assert.Throws<AuthorityException>(() => ca.Revoke([issued], reason)).Code);
        Assert.Equal(ErrorCode.RevocationReasonNotAllowed, Assert.Throws<AuthorityException>(() => ca.PlanRevocation([RevocationTarget.Of(issued)], new RevokeOptions { Reason = reason })).Code);
    }

    [Fact]
    public void Two_lines_with_one_serial_number_are_revoked_together()
    {
        File.WriteAllText(folder.At("ca", "index.txt"), "V\t400101000000Z\t\t01\tunknown\t/CN=first\nV\t400101000000Z\t\t01\tunknown\t/CN=second\n");

        ca.Revoke(Plan(RevocationTarget.OfSerialNumber("01")).Revocations);

        Assert.All(ca.GetIssued(), entry => Assert.Equal(IssuedStatus.Revoked, entry.Status));
    }

    private MtlsCertificate Issue(string name, string? serial = null, string san = "", int days = 90) =>
        ca.Issue(TestAuthority.Request($"CN={name},O=Acme", san), new IssuanceOptions { Profile = CertificateProfile.Client, SerialNumber = serial, Days = days });

    private RevocationPlan Plan(params RevocationTarget[] targets) => ca.PlanRevocation(targets, new RevokeOptions());

    private MtlsException OnlyFailure(RevocationTarget target)
    {
        var plan = Plan(target);
        Assert.Empty(plan.Revocations);
        return Assert.Single(plan.Failures).Error;
    }
}
