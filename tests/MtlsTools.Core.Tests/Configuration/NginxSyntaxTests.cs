using MtlsTools.Configuration.Syntax;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

public sealed class NginxSyntaxTests
{
    /// <summary>Whatever stands in a value, nginx reads it back: as the name of a file that it makes.</summary>
    [SkippableFact]
    public void Nginx_reads_every_character_back()
    {
        var nginx = Peer.Require("nginx");
        using var folder = new TemporaryFolder();
        string[] names = ["plain", "with space", "it's", "say \"so\"", "a;b", "a#b", "{a}", "100%", @"back\slash", @"\", @"tail\n", "ünïcödé 研究", "*?[x]", "a=b&c|d", "~"];
        var servers = names.Select(name => $"server {{ listen 127.0.0.1:1; error_log {NginxSyntax.Nginx.Write(folder.At("logs", name), "file")}; }}");
        var configuration = folder.Write("nginx.conf", $"pid {NginxSyntax.Nginx.Write(folder.At("nginx.pid"), "file")};\nevents {{ }}\nhttp {{\naccess_log off;\n{string.Join('\n', servers)}\n}}\n");
        Directory.CreateDirectory(folder.At("logs"));

        nginx.Run("-t", "-p", folder.Path, "-c", configuration, "-e", "stderr");

        Assert.Equal(names.Order(StringComparer.Ordinal), Directory.GetFiles(folder.At("logs")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("$host")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void What_it_can_not_express_is_refused(string text) =>
        Assert.Equal(ErrorCode.ConfigValueNotWritable, Assert.Throws<InputException>(() => NginxSyntax.Nginx.Write(text, "name")).Code);
}
