using System.Diagnostics;
using MtlsTools.Configuration.Checking;
using MtlsTools.Tests.Corpus;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>Whatever a file holds, examining it ends soon and with findings alone.</summary>
public sealed class ConfigFuzzTests : IDisposable
{
    private const int Inputs = 400;

    private static readonly string[] Pieces = ["{", "}", "\"", "'", "[", "]", "- ", "\t", "\0", "\\\n", "#", "<<", "${", "&a ", "*a ", "|\n", "include *;\n", "</", "<VirtualHost>", "import x\n", ": ", "\r\n", "%", "\uFEFF", "é"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<ConfigFormat> Formats => new(ConfigExaminer.Readers.Keys);

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Changed_configurations_are_findings_and_no_crash(ConfigFormat format)
    {
        var sound = System.Text.Encoding.UTF8.GetBytes(TextOf(format));
        var other = System.Text.Encoding.UTF8.GetBytes(string.Concat(SoundConfigurations.All.Values).Replace("%", "", StringComparison.Ordinal));
        var random = new Random(1);
        for (var i = 0; i < Inputs; i++)
        {
            var input = i % 2 == 0 ? Mutation.Of(sound, other, random) : Spoil(sound, random);
            if (input.Length == 0)
                continue;
            var path = folder.Write("x.conf", input);
            try
            {
                Assert.All(ConfigExaminer.Examine(path, new ConfigCheckOptions { Format = format }).Findings, finding => Assert.True(finding.Line > 0));
            }
            catch (Exception crash) when (crash is not InputException)
            {
                Assert.Fail($"Input {i} of {format}: {crash}\n{System.Text.Encoding.UTF8.GetString(input)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Large_and_hostile_files_take_time_in_proportion(ConfigFormat format)
    {
        string[] hostile = [.. Pieces.Where(piece => piece != "include *;\n"), "a {\n", "a: {", "(x) {\nimport x\n", "- - ", "a:\n", "x \\\n", "a\n", "\"a\": ", "ssl_certificate a;\n", "SSLCertificateFile a\n", "bind :1 ssl crt a\n", "listener 1\n", "hostssl a a a cert\n"];
        var clock = new Stopwatch();
        foreach (var piece in hostile)
        {
            var path = folder.Write("x.conf", string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)));
            clock.Restart();
            ConfigExaminer.Examine(path, new ConfigCheckOptions { Format = format, Checks = new HashSet<string> { "SyntaxBroken" } });
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{format}: 100 KB of '{piece}' took {clock.Elapsed}.");
        }
    }

    [Fact]
    public void Ten_megabytes_are_read()
    {
        var path = folder.Write("nginx.conf", string.Concat(Enumerable.Repeat("server { listen 80; location / { return 301 https://$host; } } # a comment that fills the line\n", 110_000)));

        var report = ConfigExaminer.Examine(path);

        Assert.True(new FileInfo(path).Length > 10_000_000);
        Assert.Equal(110_000, report.Endpoints.Count);
        Assert.Empty(report.Findings);
    }

    /// <summary>The sound configuration, with files that are not there: reading those is the work of other tests.</summary>
    private static string TextOf(ConfigFormat format) => (format == ConfigFormat.Compose
        ? "services:\n  web: &web\n    image: nginx:1\n    volumes:\n      - ./a.conf:/etc/nginx/conf.d/a.conf:ro\n      - type: bind\n        source: ./x.conf\n        target: /etc/nginx/nginx.conf\n    configs: [ { source: c, target: /etc/nginx/conf.d/c.conf } ]\n  other:\n    <<: *web\nconfigs:\n  c: { file: ./c.conf }\n"
        : format == ConfigFormat.PostgreSql ? SoundConfigurations.PostgreSql + SoundConfigurations.Rules : SoundConfigurations.All[format]).Replace("%", "", StringComparison.Ordinal);

    private static byte[] Spoil(byte[] sound, Random random)
    {
        var text = System.Text.Encoding.UTF8.GetString(sound);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            text = random.Next(3) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text.Insert(at, text.Substring(random.Next(text.Length) / 2, random.Next(text.Length / 2))),
            };
            if (text.Length is 0 or > 20_000)
                break;
        }

        return System.Text.Encoding.UTF8.GetBytes(text);
    }
}
