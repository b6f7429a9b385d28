using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>What can not work is refused while it can still be changed.</summary>
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

    private RotationException Refused(RotationOptions options) => Assert.Throws<RotationException>(() => MtlsRotation.Plan(world.File, options, world.Clock));
}
