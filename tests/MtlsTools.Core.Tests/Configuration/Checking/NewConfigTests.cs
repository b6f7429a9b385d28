using MtlsTools.Configuration;
using MtlsTools.Configuration.Checking;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>What New-MtlsConfig writes is found to be in order.</summary>
public sealed class NewConfigTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>
{
    [Theory]
    [InlineData(ConfigTarget.Nginx, ConfigFormat.Nginx)]
    [InlineData(ConfigTarget.Apache, ConfigFormat.Apache)]
    [InlineData(ConfigTarget.HAProxy, ConfigFormat.HAProxy)]
    [InlineData(ConfigTarget.Caddy, ConfigFormat.Caddy)]
    [InlineData(ConfigTarget.Mosquitto, ConfigFormat.Mosquitto)]
    [InlineData(ConfigTarget.PostgreSql, ConfigFormat.PostgreSql)]
    public void Nothing_is_found(ConfigTarget target, ConfigFormat format)
    {
        using var folder = new TemporaryFolder();
        var options = fixture.ServerOptions(target) with { Crls = target == ConfigTarget.Caddy ? [] : fixture.Crls, Directory = folder.At("made") };
        if (target is not (ConfigTarget.Mosquitto or ConfigTarget.PostgreSql))
            options = options with { Backend = new Uri("http://127.0.0.1:8080"), ForwardHeaders = true };
        var config = MtlsConfig.Create(options);
        config.Save();

        var report = ConfigExaminer.Examine(folder.At("made", config.Files[0].Name));

        Assert.Equal(format, report.Format);
        Assert.DoesNotContain(report.Findings, one => !(target == ConfigTarget.Caddy && one.Id == "RevocationNotPossible"));
        Assert.NotEmpty(report.Endpoints);
        Assert.All(report.Endpoints, one => Assert.Equal(EndpointMode.Mtls, one.Mode));
    }
}
