using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>What can not work is refused while it can still be changed, and the plan's file survives people and versions.</summary>
public sealed class RotationPlanTests : IDisposable
{
    private readonly RotationWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public void A_plan_tells_the_two_kinds_apart()
    {
        var ca = MtlsRotation.Plan(world.File, world.CaOptions, world.Clock);
        var certificate = MtlsRotation.Plan(world.File, world.CertificateOptions, world.Clock);

        Assert.Equal([0, 30, 30, 45, 60, 60, 90], ca.Steps.Select(step => step.Day));
        Assert.Equal([0, 30, 30, 45, 60, 60, 90], certificate.Steps.Select(step => Math.Round(step.Day)));
        Assert.Equal("Servers and clients trust both CAs", ca.Steps[2].Description);
        Assert.Equal("Servers and clients accept both certificates", certificate.Steps[2].Description);
        Assert.Equal((world.At("ca-next"), null), (ca.NewCaPath, certificate.NewCaPath));
        Assert.Equal("O=Acme,CN=Acme CA G2", DistinguishedName.Parse(ca.State.NewCaSubject!).ToString().Split(',').Order(StringComparer.Ordinal).Reverse().Aggregate((a, b) => a + "," + b));
    }

    [Theory]
    [InlineData("Acme CA", "Acme CA G2")]
    [InlineData("Acme CA G2", "Acme CA G3")]
    [InlineData("Acme CA G9", "Acme CA G10")]
    [InlineData("Acme Gold", "Acme Gold G2")]
    public void The_next_CA_is_named_by_its_generation(string name, string next) =>
        Assert.Equal(next, SuccessorCa.NextGeneration(DistinguishedName.Parse($"/C=FR/O=A\\, B/CN={name}")).CommonName);

    [Fact]
    public void A_trust_file_must_name_what_is_rotated()
    {
        var other = TestAuthority.Create(new TemporaryFolder(), "other", world.Clock);
        var strange = world.Write("strange.crt", other.Certificate.ToPem());

        var ca = Refused(world.CaOptions with { TrustFiles = [strange] });
        var certificate = Refused(world.CertificateOptions with { TrustFiles = [world.At("server-trust.crt")] });

        Assert.Equal((ErrorCode.RotationInputNotSuitable, strange), (ca.Code, ca.Path));
        Assert.Contains("does not list the CA 'Acme CA', but 'other'", ca.Message, StringComparison.Ordinal);
        Assert.Contains("pins none of the certificates: it lists 'Acme CA'. When it lists their CA, the new certificates are trusted like the old ones", certificate.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_intermediate_needs_no_rotation_of_trust()
    {
        var low = TestAuthority.Create(new TemporaryFolder(), "low", world.Clock, world.Ca);

        Assert.Contains("is an intermediate below", Refused(world.CaOptions with { Ca = low, Certificates = [] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_must_be_the_CAs_own_and_live_until_it_is_replaced()
    {
        var other = TestAuthority.Create(new TemporaryFolder(), "other", world.Clock);
        Assert.Contains("was not issued by the CA 'other'", Refused(world.CertificateOptions with { Ca = other }).Message, StringComparison.Ordinal);

        world.GoTo(50);
        var late = Refused(world.CaOptions);
        Assert.Equal(ErrorCode.RotationNotFeasible, late.Code);
        Assert.Contains("'server' ends on 2030-04-01 (day 39.5), but the old is in use until day 60", late.Message, StringComparison.Ordinal);
        Assert.Equal(15, Math.Round((MtlsRotation.Plan(world.File, world.CaOptions with { IssueAfter = TimeSpan.Zero }, world.Clock).Schedule.RollOut - world.Clock.Now).TotalDays));
    }

    [Fact]
    public void A_CA_must_outlive_what_it_vouches_for()
    {
        var shortLived = CertificateAuthority.Create(world.At("short"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Short"), KeyAlgorithm = KeyAlgorithm.EcdsaP256, Days = 100 }, world.Clock);
        var issued = world.Issue("bob", CertificateProfile.Client, by: shortLived);

        var leaf = Refused(new RotationOptions { Kind = RotationKind.Certificate, Ca = shortLived, Certificates = world.Read("bob") });
        var root = Refused(new RotationOptions { Kind = RotationKind.Ca, Ca = shortLived, Start = RotationWorld.Day0.AddDays(60) });

        Assert.Contains("The new certificates would end on 2030-05-01", leaf.Message, StringComparison.Ordinal);
        Assert.Contains("after their CA 'Short', which ends on 2030-04-11", leaf.Message, StringComparison.Ordinal);
        Assert.Contains("The CA 'Short' ends on 2030-04-11 (day 40), but what it issued is in use until day 60", root.Message, StringComparison.Ordinal);
        Assert.Equal(shortLived.NotAfter, issued.NotAfter.AddDays(10));
    }

    [Fact]
    public void A_CA_is_to_be_rotated_six_months_ahead()
    {
        var warnings = new List<string>();
        MtlsRotation.Plan(world.File, world.CaOptions, world.Clock, warnings.Add);
        Assert.Empty(warnings);

        world.Clock.Now = world.Ca.NotAfter.AddDays(-100);
        MtlsRotation.Plan(world.File, world.CaOptions with { Certificates = [] }, world.Clock, warnings.Add);
        Assert.Contains("six months ahead", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_revocation_list_must_last_until_the_next_step()
    {
        var options = world.CaOptions with { CrlFiles = [world.At("crl.pem")] };

        var refused = Refused(options with { CrlLifetime = TimeSpan.FromDays(7) });

        Assert.Contains("A revocation list of 7 days is stale before it is published anew: the longest pause between two steps is 30 days", refused.Message, StringComparison.Ordinal);
        Assert.Equal(37, MtlsRotation.Plan(world.File, options, world.Clock).State.CrlDays);
    }

    [Fact]
    public void A_plan_does_not_overwrite_another()
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => MtlsRotation.Create(world.File, world.CaOptions, world.Clock)).Code);

        world.GoTo(30.1);
        world.Step();
        File.Delete(world.File);
        world.Clock.Now = RotationWorld.Day0;
        Assert.Equal(world.At("rotation.files"), Assert.Throws<OutputException>(() => MtlsRotation.Create(world.File, world.CaOptions, world.Clock)).Path);

        Directory.Delete(world.At("ca-next"), recursive: true);
        MtlsRotation.Create(world.File, world.CaOptions with { Overwrite = true }, world.Clock);
        Assert.False(Directory.Exists(world.At("rotation.files")));
    }

    // what is found, what takes its place, and the field that is named
    [Theory]
    [InlineData("\"version\": 1", "\"version\": 0", "version")]
    [InlineData("\"kind\": \"Ca\"", "\"kind\": \"Both\"", "kind")]
    [InlineData("\"kind\": \"Ca\"", "\"kind\": 1", "kind")]
    [InlineData("\"kind\": \"Ca\"", "\"kindly\": \"Ca\"", "kind")]
    [InlineData("\"name\": \"rotation\"", "\"name\": \"\"", "name")]
    [InlineData("\"lifetimeDays\": 90", "\"lifetimeDays\": -90", "lifetimeDays")]
    [InlineData("\"step\": \"TrustBoth\"", "\"step\": \"RollOut\"", "steps")]
    [InlineData("2030-02-15T00:00:00+00:00", "2030-01-15T00:00:00+00:00", "steps[3].date")]
    [InlineData("2030-02-15T00:00:00+00:00", "tomorrow", "steps[3].date")]
    [InlineData("\"old\": \"MII", "\"old\": \"MIX", "items[0]")]
    [InlineData("\"newCaSubject\": \"", "\"newCaSubject\": \"=", "newCaSubject")]
    [InlineData("\"endpoints\": []", "\"endpoints\": [\"http://a\"]", "endpoints[0]")]
    [InlineData("\"trustFiles\": [", "\"trustFiles\": [ 7,", "trustFiles[0]")]
    [InlineData("\"kind\": \"Ca\",", "\"kind\": \"Ca\"", "line ")]
    public void A_field_that_was_edited_into_nonsense_is_named(string found, string replaced, string field)
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        var text = File.ReadAllText(world.File);
        Assert.Contains(found, text, StringComparison.Ordinal);
        var at = text.IndexOf(found, StringComparison.Ordinal);
        File.WriteAllText(world.File, text[..at] + replaced + text[(at + found.Length)..]);

        var refused = Assert.Throws<RotationException>(() => MtlsRotation.Open(world.File));

        Assert.Equal((ErrorCode.RotationFileInvalid, world.File), (refused.Code, refused.Path));
        Assert.StartsWith($"'{world.File}': {field}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_can_not_be_done_before_the_one_before_it()
    {
        var planned = MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        RotationFile.Write(world.File, planned.State.With(RotationAction.RemoveOld, step => step with { Done = world.Clock.Now }));

        Assert.Contains("steps[5].done says that it is done, but the step ProveUnused before it is not", Assert.Throws<RotationException>(() => MtlsRotation.Open(world.File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_left_alone()
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        File.WriteAllText(world.File, File.ReadAllText(world.File).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));

        var refused = Assert.Throws<RotationException>(() => MtlsRotation.Open(world.File));

        Assert.Equal(ErrorCode.RotationVersionUnknown, refused.Code);
        Assert.Contains("has the version 2, and this version of MtlsTools knows 1. Update the module", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{ \"schema\": \"other\" }")]
    public void Another_file_is_no_rotation(string text) =>
        Assert.Equal(ErrorCode.WrongContent, Assert.Throws<InputException>(() => MtlsRotation.Open(world.Write("x.json", text))).Code);

    [Fact]
    public void An_edit_that_makes_sense_is_taken()
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        File.WriteAllText(world.File, File.ReadAllText(world.File).Replace("2030-02-15T00:00:00+00:00", "2030-02-20T00:00:00+00:00", StringComparison.Ordinal));

        Assert.Equal(50, MtlsRotation.Open(world.File).Steps[3].Day);
    }

    private RotationException Refused(RotationOptions options) => Assert.Throws<RotationException>(() => MtlsRotation.Plan(world.File, options, world.Clock));
}
