using MtlsTools.Configuration.Checking;
using MtlsTools.Tests.Support;
using static MtlsTools.Configuration.Checking.ConfigFormat;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>What has no findings here, the programs accept; what is a fault of the language here, they refuse.</summary>
public sealed class ConfigPeerTests(CheckedFiles files) : IClassFixture<CheckedFiles>
{
    private static readonly (ConfigFormat Format, string Program, string[] Arguments)[] Checkers =
    [
        (Nginx, "nginx", ["-t", "-e", "stderr", "-c"]),
        (Apache, "apache2", ["-t", "-f"]),
        (HAProxy, "haproxy", ["-c", "-f"]),
        (Caddy, "caddy", ["validate", "--adapter", "caddyfile", "--config"]),
    ];

    public static TheoryData<ConfigFormat> Formats => new(Checkers.Select(one => one.Format));

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void The_program_agrees(ConfigFormat format)
    {
        var (_, program, arguments) = Array.Find(Checkers, one => one.Format == format);
        var peer = Peer.Require(program);
        var sound = files.Write($"sound-{format}.conf", files.Fill(SoundConfigurations.All[format]));

        peer.Run([.. arguments, sound]);
    }

    [SkippableTheory]
    [InlineData(Nginx, "ssl_verify_client on;", "ssl_verify_client on")]
    [InlineData(Nginx, "server_name localhost;", "server_name \"localhost;")]
    [InlineData(Nginx, "ssl_client_certificate \"%clients.crt%\";", "")]
    [InlineData(Nginx, "%server.key%", "%other.key%")]
    [InlineData(Apache, "</IfModule>", "")]
    [InlineData(Apache, "SSLVerifyClient require", "SSLVerifyClients require")]
    [InlineData(HAProxy, "verify required", "verfy required")]
    [InlineData(HAProxy, "ca-file \"%clients.crt%\"", "")]
    public void What_the_program_refuses_is_an_error_here(ConfigFormat format, string from, string to)
    {
        var (_, program, arguments) = Array.Find(Checkers, one => one.Format == format);
        var peer = Peer.Require(program);
        var text = SoundConfigurations.All[format].Replace(from, to, StringComparison.Ordinal);
        var broken = files.Write($"broken-{format}.conf", files.Fill(text));

        Assert.NotEqual(0, peer.Try([.. arguments, broken], null).ExitCode);
        Assert.False(files.Examine(text, format).Success);
    }
}
