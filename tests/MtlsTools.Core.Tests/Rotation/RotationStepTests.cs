using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Revocation;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Rotation;

/// <summary>The steps of a rotation, one after the other, and everything that stands in their way.</summary>
public sealed class RotationStepTests : IDisposable
{
    private readonly RotationWorld world = new();

    public void Dispose() => world.Dispose();

    [SkippableFact]
    public void A_CA_is_rotated_step_by_step()
    {
        var old = world.Read("server", "alice");
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        AssertStates("Done Waiting Waiting Waiting Waiting Waiting Waiting");

        world.GoTo(30);
        AssertStates("Done Due Waiting Waiting Waiting Waiting Waiting");
        world.Step();
        AssertStates("Done Done Due Waiting Waiting Waiting Waiting");
        Assert.Equal("Acme CA G2", world.NewCa.Name);
        Assert.Equal(old, world.Read("server", "alice"));
        Assert.Equal(1, CountOf("server-trust.crt"));

        world.Step();
        Assert.Equal((2, 2), (CountOf("server-trust.crt"), CountOf("client-trust.crt")));
        Assert.StartsWith("# whom the server trusts\n", File.ReadAllText(world.At("server-trust.crt")), StringComparison.Ordinal);
        AssertStates("Done Done Done Waiting Waiting Waiting Waiting");
        Assert.Equal("its day, in 15 days", MtlsRotation.Open(world.File, world.Clock).Next!.WaitsFor);

        world.GoTo(45);
        world.Step();
        Assert.Equal("Acme CA G2", world.Identity("server").Issuer.CommonName);
        Assert.Equal("Acme CA G2", world.Identity("alice").Issuer.CommonName);
        Assert.Equal("600", UnixMode.Of(world.At("alice.key")));

        world.GoTo(60);
        world.Step();
        world.Step();
        Assert.Equal(["Acme CA G2"], CertificateReader.ReadFile(world.At("server-trust.crt")).Select(one => one.Name));
        Assert.StartsWith("# whom the server trusts\n", File.ReadAllText(world.At("server-trust.crt")), StringComparison.Ordinal);
        AssertStates("Done Done Done Done Done Done Waiting");

        world.GoTo(90);
        Assert.True(world.Step().IsFinished);
        Assert.Empty(Directory.GetFiles(world.At("rotation.files"), "*.key", SearchOption.AllDirectories));
        Assert.Equal(ErrorCode.RotationFinished, world.Refused().Code);
    }

    [Fact]
    public void The_CAs_vouch_for_each_other_while_both_are_trusted()
    {
        var old = world.Identity("alice");
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        world.StepTo(RotationAction.TrustBoth);
        var fresh = CertificateReader.ReadFile(world.At("rotation.files", "new", "02-alice.crt"));

        // Who knows the old root alone finds the way to what the new one signed, because it is sent along; and the other way round by the certificate that lies ready for it.
        Assert.True(Verifies(fresh[0], world.Ca.Certificate));
        Assert.True(Verifies(fresh[0], world.NewCa.Certificate));
        Assert.False(Verifies(old, world.NewCa.Certificate));
        Assert.True(Verifies(old.WithChain(CertificateReader.ReadFile(world.At("ca-next", "cross", "old-by-new.crt"))), world.NewCa.Certificate));

        // What others issue from the new CA meanwhile goes the same way.
        Assert.True(Verifies(world.Issue("dora", CertificateProfile.Client, by: world.NewCa, save: false), world.Ca.Certificate));
        Assert.Equal(2, CertificateReader.ReadFile(world.At("ca-next", "trust.crt")).Count);
    }

    [SkippableFact]
    public void OpenSSL_verifies_old_and_new_against_both_roots_and_the_new_alone_in_the_end()
    {
        var openssl = Peer.Require("openssl");
        File.Copy(world.At("alice.crt"), world.At("old.crt"));
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        world.StepTo(RotationAction.RollOut);
        var at = world.Clock.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var fresh = world.At("rotation.files", "new", "02-alice.crt");

        openssl.Run("verify", "-attime", at, "-purpose", "sslclient", "-x509_strict", "-CAfile", world.At("server-trust.crt"), world.At("old.crt"), fresh);
        openssl.Run("verify", "-attime", at, "-purpose", "sslclient", "-CAfile", world.At("ca", "ca.crt"), "-untrusted", fresh, fresh);

        world.StepTo(RotationAction.Retire);
        openssl.Run("verify", "-attime", at, "-purpose", "sslclient", "-x509_strict", "-CAfile", world.At("server-trust.crt"), world.At("alice.crt"));
        Assert.NotEqual(0, openssl.Try("verify", "-attime", at, "-CAfile", world.At("server-trust.crt"), world.At("old.crt")).ExitCode);
    }

    [Fact]
    public void A_step_is_not_done_before_its_day_unless_it_is_said_so()
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);

        var refused = world.Refused();

        Assert.Equal(ErrorCode.RotationNotDue, refused.Code);
        Assert.Contains("IssueNew of 'rotation' is due on 2030-01-31 00:00:00Z, in 30 days. Wait until then, or do it now with -Early.", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(world.At("ca-next")));
        Assert.Equal(RotationStepState.Done, world.Step(new RotationStepOptions { Early = true }).Steps[1].State);
    }

    [Fact]
    public void The_trust_in_the_old_CA_stays_while_its_index_shows_it_in_use()
    {
        world.Issue("bob", CertificateProfile.Client, save: false);
        var planned = MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        Assert.Equal(["bob"], planned.Elsewhere);
        world.StepTo(RotationAction.TrustBoth);

        // What lies elsewhere is told in words, and confirmed.
        var manual = world.Refused();
        Assert.Equal(ErrorCode.RotationBlocked, manual.Code);
        Assert.Contains($"Copy '{world.At("rotation.files", "trust-both.crt")}' to where bob reads whom to trust", manual.Message, StringComparison.Ordinal);
        Assert.Equal((RotationStepState.Blocked, true), (Next.State, Next.WaitsFor.Contains("trust-both.crt", StringComparison.Ordinal)));
        world.Step(Done);
        world.GoTo(46);
        Assert.Contains("Issue the new certificates of bob", world.Refused().Message, StringComparison.Ordinal);
        world.Step(Done);

        world.GoTo(60);
        var used = world.Refused(Done);
        Assert.Equal(ErrorCode.RotationBlocked, used.Code);
        Assert.Contains("lists 1 valid certificate without a successor: bob.", used.Message, StringComparison.Ordinal);

        world.Issue("bob", CertificateProfile.Client, by: world.NewCa, save: false);
        world.Step();

        // Proved or not, it is looked at again before anything is taken away.
        world.Issue("late", CertificateProfile.Client, save: false);
        Assert.Contains("without a successor: late.", world.Refused(Done).Message, StringComparison.Ordinal);
        Assert.Equal(2, CountOf("server-trust.crt"));
        world.Ca.Revoke([CertificateReader.ReadFile(world.Ca.GetIssued().Last().Path!)[0]], RevocationReason.CessationOfOperation);
        world.Step(Done);
        Assert.Equal(1, CountOf("server-trust.crt"));
    }

    [Fact]
    public void A_log_shows_who_still_comes_with_the_old()
    {
        var serial = world.Read("alice")[0].SerialNumber;
        var log = world.Write("access.log", "");
        MtlsRotation.Create(world.File, world.CaOptions with { AccessLogs = [log] }, world.Clock);
        var context = world.StepTo(RotationAction.ProveUnused).Context(new RotationStepOptions(), null, default);
        (string Shown, bool IsOld)[] lines =
        [
            ($"\"CN=Acme CA,O=Acme\" \"{serial}\"", true),
            ("CN=Acme CA,O=Acme", true),
            ("\"/O=Acme/CN=Acme CA\"", true),
            ($"serial={serial}", true),
            ($"serial={serial.ToLowerInvariant()}", true),
            ("\"CN=Acme CA G2,O=Acme\" \"0A0B\"", false),
            ("\"CN=Other,CN=Acme CA,O=Acme\"", false),
            ("\"CN=Acme CA,O=Acme,C=FR\"", false),
            ($"serial=1{serial}", false),
            ("-", false),
        ];

        foreach (var (shown, isOld) in lines)
        {
            // What came during the roll-out, and has gone quiet since, does not count.
            File.WriteAllText(log, $"127.0.0.1 - [20/Feb/2030:10:00:00 +0000] \"GET / HTTP/1.1\" 200 \"CN=Acme CA,O=Acme\" {serial}\n127.0.0.1 - [26/Feb/2030:10:00:00 +0100] \"GET / HTTP/1.1\" 200 {shown}\n");
            Assert.Equal((shown, isOld), (shown, AccessLogEvidence.Judge(context).Any(one => one.Text.Contains("shows 1 request with the old since 2030-02-23 12:00:00Z", StringComparison.Ordinal))));
        }

        Assert.Equal(RotationAction.RemoveOld, world.Step().Next!.Step);
    }

    [Fact]
    public void A_log_without_traffic_proves_nothing_and_one_without_times_counts()
    {
        var log = world.Write("access.log", "");
        MtlsRotation.Create(world.File, world.CaOptions with { AccessLogs = [log] }, world.Clock);
        world.StepTo(RotationAction.ProveUnused);

        Assert.Contains("shows no request at all since", world.Refused().Message, StringComparison.Ordinal);
        File.WriteAllText(log, "GET / 200 \"CN=Acme CA,O=Acme\"\n");
        Assert.Contains("(lines without a time count)", world.Refused(Done).Message, StringComparison.Ordinal);
        File.WriteAllText(log, "2030-02-20T10:00:00+00:00 GET / 200 \"CN=Acme CA,O=Acme\"\n");
        Assert.Equal(RotationAction.RemoveOld, world.Step(Done).Next!.Step);
    }

    [Fact]
    public void Certificates_are_rotated_below_their_CA_and_the_old_ones_revoked()
    {
        var old = world.Read("server", "alice");
        MtlsRotation.Create(world.File, world.CertificateOptions, world.Clock);

        world.StepTo(RotationAction.ProveUnused);
        Assert.Equal("Acme CA", world.Identity("alice").Issuer.CommonName);
        Assert.Equal(old[0].San, world.Identity("server").San);
        Assert.NotEqual(old[1].SpkiSha256, world.Identity("alice").SpkiSha256);
        world.StepTo(RotationAction.Retire);

        var listed = world.Ca.GetIssued().ToDictionary(entry => entry.SerialNumber);
        Assert.All(old, one => Assert.Equal((IssuedStatus.Revoked, RevocationReason.Superseded), (listed[IssuedEntry.Normalize(one.SerialNumber)].Status, listed[IssuedEntry.Normalize(one.SerialNumber)].Reason!.Value)));
        Assert.Equal(IssuedStatus.Valid, listed[IssuedEntry.Normalize(world.Identity("alice").SerialNumber)].Status);
    }

    [Fact]
    public void Files_that_pin_certificates_get_both_and_then_the_new()
    {
        var pins = world.Write("pins.pem", world.Read("alice")[0].ToPem() + world.Ca.Certificate.ToPem());
        MtlsRotation.Create(world.File, world.CertificateOptions with { TrustFiles = [pins] }, world.Clock);

        world.StepTo(RotationAction.RollOut);
        Assert.Equal(3, CertificateReader.ReadFile(pins).Count);
        world.StepTo(RotationAction.Retire);

        Assert.Equal([world.Ca.Certificate, world.Identity("alice")], CertificateReader.ReadFile(pins));
    }

    [Fact]
    public void A_certificate_without_a_key_here_is_replaced_by_its_people()
    {
        File.Delete(world.At("alice.key"));
        var warnings = new List<string>();
        MtlsRotation.Create(world.File, world.CertificateOptions, world.Clock, warnings.Add);
        Assert.Contains("counts as lying on another machine", Assert.Single(warnings), StringComparison.Ordinal);
        world.StepTo(RotationAction.RollOut);

        Assert.Contains("Replace the certificates of alice where they are used", world.Refused().Message, StringComparison.Ordinal);
        world.Step(Done);
        world.GoTo(60);
        Assert.Contains("without a successor: alice.", world.Refused(Done).Message, StringComparison.Ordinal);
        world.Issue("alice", CertificateProfile.Client, save: false);
        world.StepTo(RotationAction.Retire);
    }

    [Fact]
    public void A_plan_on_paper_is_confirmed_step_by_step()
    {
        MtlsRotation.Create(world.File, new RotationOptions { Kind = RotationKind.Ca }, world.Clock);
        Assert.Contains("By hand: Issue the old certificates, and deploy them. Then confirm with Step-MtlsRotation -Done.", world.Refused().Message, StringComparison.Ordinal);

        foreach (var day in new[] { 0, 30, 30, 45, 60, 60, 90 })
        {
            world.GoTo(day);
            world.Step(Done);
        }

        Assert.True(MtlsRotation.Open(world.File).IsFinished);
        Assert.All(MtlsRotation.Open(world.File).State.Steps, step => Assert.Equal(step.Done, step.Confirmed));
    }

    [Fact]
    public void A_clock_that_was_set_back_is_noticed()
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        world.StepTo(RotationAction.TrustBoth);
        world.GoTo(12);

        var refused = world.Refused(new RotationStepOptions { Early = true });

        Assert.Equal(ErrorCode.RotationClockSetBack, refused.Code);
        Assert.Contains("The clock says 2030-01-13 12:00:00Z, but the rotation 'rotation' has been worked on at 2030-01-31 12:00:00Z", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encrypted_keys_stay_encrypted()
    {
        using var ca = Secret.From("the CA's");
        using var own = Secret.From("the server's");
        var locked = CertificateAuthority.Create(world.At("locked"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Locked"), KeyAlgorithm = KeyAlgorithm.EcdsaP256, Password = ca }, world.Clock);
        world.Issue("bob", CertificateProfile.Client, by: locked);
        PrivateKey.Open(world.At("bob.key")).Save(world.At("bob.key"), own, overwrite: true);
        MtlsRotation.Create(world.File, new RotationOptions { Kind = RotationKind.Ca, Ca = locked, Certificates = world.Read("bob"), TrustFiles = [] }, world.Clock);
        world.GoTo(30);

        Assert.Equal(ErrorCode.PasswordRequired, Assert.Throws<PasswordException>(() => world.Step()).Code);
        Assert.Equal(world.At("bob.key"), Assert.Throws<PasswordException>(() => world.Step(new RotationStepOptions { Password = ca })).Path);
        Assert.Equal(RotationStepState.Blocked, Next.State);
        world.Step(new RotationStepOptions { Password = ca, KeyPassword = own });

        Assert.True(AuthorityKey.IsEncrypted(world.At("locked-next", "private", "ca.key")));
        Assert.True(AuthorityKey.IsEncrypted(world.At("rotation.files", "new", "01-bob.key")));
        Assert.DoesNotContain("the CA's", File.ReadAllText(world.File), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_command_runs_when_files_have_changed_and_only_then()
    {
        var reloads = 0;
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        var options = new RotationStepOptions { Early = true, Reload = () => reloads++ < 0 ? "" : null };

        var counts = Enumerable.Range(0, 6).Select(_ =>
        {
            world.Step(options);
            return reloads;
        }).ToList();

        Assert.Equal([0, 1, 2, 2, 3, 3], counts);
    }

    [Fact]
    public void A_reload_that_failed_is_done_again_by_the_next_call()
    {
        var said = new Queue<string?>(["the command failed.", null]);
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        world.StepTo(RotationAction.TrustBoth);

        Assert.Contains("The files are in place, but the command failed. Mend that, and do the step once more.", world.Refused(new RotationStepOptions { Reload = said.Dequeue }).Message, StringComparison.Ordinal);
        world.Step(new RotationStepOptions { Reload = said.Dequeue });

        Assert.Empty(said);
    }

    private static RotationStepOptions Done => new() { Done = true };

    private RotationStep Next => MtlsRotation.Open(world.File, world.Clock).Next!;

    private int CountOf(string file) => CertificateReader.ReadFile(world.At(file)).Count;

    private void AssertStates(string expected) => Assert.Equal(expected, string.Join(' ', MtlsRotation.Open(world.File, world.Clock).Steps.Select(step => step.State)));

    private bool Verifies(MtlsCertificate certificate, MtlsCertificate trusted) =>
        CertificateVerifier.Verify(certificate, new VerificationOptions { TrustedCas = [trusted], Intermediates = certificate.Chain, AsOf = world.Clock.Now, Purpose = CertificatePurpose.Client }).Success;
}
