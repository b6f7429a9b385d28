using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MtlsTools.Configuration;
using MtlsTools.Configuration.Targets;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>The guide shows every target as it is written today. MTLSTOOLS_WRITE_DOCS=1 writes it anew.</summary>
public sealed partial class ConfigurationGuideTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>
{
    private static readonly string Page = Repository.At("docs", "guides", "configuration.md");

    public static TheoryData<ConfigTarget> Targets => new(ConfigTargets.All.Select(target => target.Target));

    [Fact]
    public void Every_target_has_a_definition_and_only_one() =>
        Assert.Equal(Enum.GetValues<ConfigTarget>().Order(), ConfigTargets.All.Select(target => target.Target).Order());

    [Fact]
    public void The_table_of_targets_is_true()
    {
        var rows = ConfigTargets.All.OrderBy(target => target.Target).Select(target =>
            $"| [{target.Target}](#{target.Target.ToString().ToLowerInvariant()}) | {target.Title} | {target.Side} | {(target.Side == ConfigSide.Server ? string.Join(", ", target.Modes) : "–")} | {string.Join(", ", target.Platforms)} | {Lists(target)} |");
        Compare("targets", $"| Target | Program | Side | Modes | Systems | Revocation lists |\n|---|---|---|---|---|---|\n{string.Join('\n', rows)}\n");
    }

    [Fact]
    public void The_samples_are_what_is_written()
    {
        var text = new StringBuilder();
        foreach (var target in ConfigTargets.All.OrderBy(target => target.Target))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {target.Target}\n");
            foreach (var platform in target.Platforms.Where(one => one == target.Platforms[0] || !SameFiles(target, one)))
            {
                var sample = Sample(target, platform);
                text.Append(CultureInfo.InvariantCulture, $"\n{(platform == target.Platforms[0] ? $"{target.Title}:" : $"On {platform}:")}\n\n```{Language(sample.Files[0].Name)}\n{sample.Text.TrimEnd('\n')}\n```\n");
            }
        }

        Compare("samples", text.ToString());
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_target_can_be_written_in_all_its_modes_for_all_its_systems(ConfigTarget target)
    {
        var definition = ConfigTargets.Find(target);
        foreach (var (platform, mode) in definition.Platforms.SelectMany(platform => definition.Modes.Select(mode => (platform, mode))))
        {
            var config = Sample(definition, platform, mode);

            Assert.All(config.Files.Where(file => file.Role == ConfigFileRole.Configuration), file =>
            {
                var text = System.Text.Encoding.UTF8.GetString(file.Content!);
                Assert.False(Leftover().IsMatch(text), $"{file.Name}: {Leftover().Match(text)}");
                Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
                Assert.EndsWith("\n", text, StringComparison.Ordinal);
                Assert.DoesNotContain("\n\n\n\n", text, StringComparison.Ordinal);
            });
            Assert.NotEmpty(config.Notes);
            Assert.All(config.Notes, note => Assert.Matches("[.:`]$", note));
            Assert.Equal(config.Files.Count, config.Files.Select(file => file.Name.ToUpperInvariant()).Distinct().Count());
        }
    }

    private static string Lists(TargetDefinition target) => target.NoCrl is null ? "yes" : "no";

    private static bool SameFiles(TargetDefinition target, ConfigPlatform platform) =>
        target.Files(platform).Select(file => file.Template).SequenceEqual(target.Files(target.Platforms[0]).Select(file => file.Template));

    private static string Language(string file) => Path.GetExtension(file) switch
    {
        ".yaml" or ".yml" => "yaml",
        ".js" or ".mjs" => "js",
        ".go" => "go",
        ".py" => "python",
        ".java" => "java",
        ".cs" => "csharp",
        ".json" => "json",
        ".sh" => "sh",
        ".ps1" => "pwsh",
        ".conf" when file.StartsWith("nginx", StringComparison.Ordinal) => "nginx",
        _ => "text",
    };

    private MtlsConfig Sample(TargetDefinition target, ConfigPlatform platform, ConfigMode mode = ConfigMode.Mtls)
    {
        using var password = Secret.From("correct horse");
        var pki = fixture.Files.Pki;
        return MtlsConfig.Create(new ConfigOptions
        {
            Target = target.Target,
            Platform = platform,
            Mode = mode,
            Certificate = target.Side == ConfigSide.Client ? fixture.Client
                : target.Target == ConfigTarget.CertManager ? pki.ServerInter.Certificate.WithKey(PrivateKey.Open(Path.Combine(pki.ServerInter.Path, "private", "ca.key")))
                : LivePki.Issue("api", pki.ServerInter, CertificateProfile.Server, "api.example.com"),
            TrustedCas = target.Side == ConfigSide.Client ? fixture.ServerCa : fixture.ClientCa,
            Crls = mode == ConfigMode.Tls || target.NoCrl is not null || target.Side != ConfigSide.Server ? [] : fixture.Crls,
            HostNames = ["api.example.com"],
            Backend = target.IsProxy ? new Uri(target.Target == ConfigTarget.Kubernetes ? "http://shop:8080" : "http://127.0.0.1:8080") : null,
            ForwardHeaders = target is { IsProxy: true, NoHeaders: null },
            Namespace = "shop",
            Directory = Path.GetTempPath(),
            InstallPath = platform == ConfigPlatform.Windows ? @"C:\mtls" : "/etc/mtls",
            Password = password,
        });
    }

    private static void Compare(string part, string expected)
    {
        var page = File.ReadAllText(Page).ReplaceLineEndings("\n");
        var (from, to) = ($"<!-- {part} -->\n", $"<!-- /{part} -->");
        var (start, end) = (page.IndexOf(from, StringComparison.Ordinal) + from.Length, page.IndexOf(to, StringComparison.Ordinal));
        expected = Thumbprint().Replace(expected, "THUMBPRINT");
        if (Environment.GetEnvironmentVariable("MTLSTOOLS_WRITE_DOCS") == "1")
            File.WriteAllText(Page, page[..start] + expected + page[end..]);
        else
            Assert.Equal(expected, page[start..end]);
    }

    /// <summary>Certificates of tests are new each time.</summary>
    [GeneratedRegex("[0-9A-F]{40}")]
    private static partial Regex Thumbprint();

    [GeneratedRegex(@"\{\{[#^/]?\w+\}\}")]
    private static partial Regex Leftover();
}
