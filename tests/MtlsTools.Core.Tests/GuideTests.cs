using MtlsTools.Tests.Support;

namespace MtlsTools.Tests;

/// <summary>What the guides have to answer.</summary>
public sealed class GuideTests
{
    private static readonly string WhenToUse = File.ReadAllText(Repository.At("docs", "guides", "when-to-use-mtls.md")).ReplaceLineEndings("\n");

    [Theory]
    // the production guide's table
    [InlineData("Services that call each other", "Yes")]
    [InlineData("Zero trust", "Yes")]
    [InlineData("Service mesh", "Yes")]
    [InlineData("APIs of banks, health", "Yes")]
    [InlineData("Public APIs with many clients", "Rather not")]
    [InlineData("Web pages for people", "No")]
    [InlineData("Mobile apps", "Sometimes")]
    // the articles' list
    [InlineData("VPN", "Yes")]
    [InlineData("Devices and agents: IoT, fleet management", "Yes")]
    public void Every_case_has_its_answer(string asked, string answer) =>
        Assert.StartsWith(answer, Assert.Single(WhenToUse.Split('\n'), line => line.StartsWith($"| {asked}", StringComparison.Ordinal)).Split('|')[2].Trim(), StringComparison.Ordinal);

    [Theory]
    [InlineData("- **Versions and ciphers.** TLS 1.2 and 1.3")]
    [InlineData("- **Pinning.**")]
    public void What_comes_after_it_works_is_named(string topic) => Assert.Contains($"\n{topic}", WhenToUse, StringComparison.Ordinal);

    [Fact]
    public void The_README_leads_to_every_guide() =>
        Assert.All(Directory.GetFiles(Repository.At("docs", "guides"), "*.md"), page => Assert.Contains($"(docs/guides/{Path.GetFileName(page)})", File.ReadAllText(Repository.At("README.md")), StringComparison.Ordinal));
}
