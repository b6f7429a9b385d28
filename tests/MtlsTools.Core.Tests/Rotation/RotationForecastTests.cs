using MtlsTools.Authority;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>Travel in time: every day of a plan works, or the first that does not is named with its cause.</summary>
public sealed class RotationForecastTests : IDisposable
{
    private readonly RotationWorld world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData(RotationKind.Ca)]
    [InlineData(RotationKind.Certificate)]
    public void Every_day_of_the_documents_timeline_works(RotationKind kind)
    {
        var planned = MtlsRotation.Create(world.File, kind == RotationKind.Ca ? world.CaOptions : world.CertificateOptions, world.Clock);

        var forecast = planned.Forecast(RotationWorld.Day0.AddDays(50));

        Assert.True(forecast.Success, forecast.ToString());
        Assert.InRange(forecast.Days.Count, 91, 97);
        Assert.Equal(["server", "alice"], forecast.AsOf.InUse);
        Assert.Equal(kind == RotationKind.Ca ? ["Acme CA", "Acme CA G2"] : ["Acme CA"], forecast.AsOf.Trusted);
    }

    [Theory]
    [InlineData(10, "Acme CA")]
    [InlineData(35, "Acme CA,Acme CA G2")]
    [InlineData(59, "Acme CA,Acme CA G2")]
    [InlineData(61, "Acme CA G2")]
    public void Who_is_trusted_follows_from_the_day(int day, string trusted) =>
        Assert.Equal(trusted.Split(','), MtlsRotation.Plan(world.File, world.CaOptions, world.Clock).Forecast(RotationWorld.Day0.AddDays(day)).AsOf.Trusted);

    [Fact]
    public void It_looks_at_what_is_there_once_it_is_there()
    {
        MtlsRotation.Create(world.File, world.CaOptions, world.Clock);
        foreach (var step in new[] { RotationAction.TrustBoth, RotationAction.ProveUnused, RotationAction.Retire })
            Assert.True(world.StepTo(step).Forecast(world.Clock.Now).Success, step.ToString());
    }

    [Fact]
    public void A_certificate_that_ends_before_it_is_replaced_is_the_first_bad_day()
    {
        var planned = MtlsRotation.Create(world.File, world.CaOptions, world.Clock);

        // Nobody did anything for 70 days; the old certificates end on day 90, and the rest of the plan takes longer.
        var late = planned.State.With(RotationAction.RemoveOld, step => step with { Date = RotationWorld.Day0.AddDays(95) }).With(RotationAction.Retire, step => step with { Date = RotationWorld.Day0.AddDays(100) });
        RotationFile.Write(world.File, late);
        var forecast = MtlsRotation.Open(world.File, world.Clock).Forecast(RotationWorld.Day0);

        Assert.False(forecast.Success);
        Assert.Equal(91, forecast.FirstBadDay!.Day);
        Assert.Contains("'server' is in use until it is replaced, but does not verify:", forecast.Reason, StringComparison.Ordinal);
        Assert.Contains("2030-04-01", forecast.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CA_that_ends_too_early_is_the_first_bad_day()
    {
        var shortLived = CertificateAuthority.Create(world.At("short"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Short"), KeyAlgorithm = KeyAlgorithm.EcdsaP256, Days = 70 }, world.Clock);
        var planned = MtlsRotation.Create(world.File, new RotationOptions { Kind = RotationKind.Ca, Ca = shortLived, Lifetime = TimeSpan.FromDays(60) }, world.Clock);
        Assert.True(planned.Forecast(RotationWorld.Day0).Success);

        RotationFile.Write(world.File, planned.State.With(RotationAction.RemoveOld, step => step with { Date = RotationWorld.Day0.AddDays(75) }).With(RotationAction.Retire, step => step with { Date = RotationWorld.Day0.AddDays(80) }));
        var forecast = MtlsRotation.Open(world.File, world.Clock).Forecast(RotationWorld.Day0);

        Assert.Equal(71, Math.Ceiling(forecast.FirstBadDay!.Day));
        Assert.Equal("The CA 'Short' has ended on 2030-03-12, and what it vouches for is still in use.", forecast.Reason);
    }

    [Fact]
    public void A_revocation_list_that_becomes_stale_is_the_first_bad_day()
    {
        var pki = new LivePki();
        var list = pki.SaveCrl("list.pem", pki.ClientInter);
        var planned = MtlsRotation.Create(world.File, world.CaOptions with { CrlFiles = [list] }, world.Clock);
        RotationFile.Write(world.File, planned.State with { CrlDays = 10 });

        // The list that lies there was made for another decade.
        var forecast = MtlsRotation.Open(world.File, world.Clock).Forecast(RotationWorld.Day0);

        Assert.Contains("The revocation list is out of date since", forecast.Reason, StringComparison.Ordinal);
        Assert.Equal(0, forecast.FirstBadDay!.Day);
        Assert.Contains("out of date since 2030-02-10", forecast.Days.First(day => day.Day == 41).Reason, StringComparison.Ordinal);
        Assert.True(forecast.Days.First(day => day.Day == 35).Success);
        pki.Dispose();
    }

    [Fact]
    public void A_plan_on_paper_is_proved_with_stand_ins()
    {
        var planned = MtlsRotation.Plan(world.File, new RotationOptions { Kind = RotationKind.Ca }, world.Clock);

        var forecast = planned.Forecast(RotationWorld.Day0.AddDays(70));

        Assert.True(forecast.Success, forecast.ToString());
        Assert.Equal(["the new CA"], forecast.AsOf.Trusted);
        Assert.Equal(["the new certificate"], forecast.AsOf.InUse);
    }
}
