using MtlsTools.Configuration.Checking;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>The table of checks is whole: every check says where it comes from and what to do, stands on its page, and has a test.</summary>
public sealed class ConfigRuleTableTests
{
    [Fact]
    public void Names_are_unique_and_every_field_is_filled()
    {
        Assert.Equal(ConfigRules.All.Count, ConfigRules.All.Select(check => check.Id.ToUpperInvariant()).Distinct().Count());
        Assert.All(ConfigRules.All, check =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", check.Id);
            Assert.NotEmpty(check.Source);
            Assert.NotEmpty(check.Title);
            Assert.EndsWith(".", check.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain('|', check.Source + check.Title + check.Remedy);
        });
    }

    [Fact]
    public void Every_check_has_a_test_that_breaks_it() => Assert.Equal(ConfigRules.All.Select(check => check.Id).Order(), ConfigRuleTests.Tested.Distinct().Order());

    [Fact]
    public void The_page_lists_the_checks_as_they_are() => Assert.Equal(
        ConfigRules.All.Select(check => $"| `{check.Id}` | {check.Severity} | {check.Title}. | {check.Source} | {check.Remedy.Replace("<file>", "FILE", StringComparison.Ordinal)} |"),
        RulePage.Rows("config-checks.md"));

    [Theory]
    [InlineData("crlmissingforca", "CrlMissingForCa")]
    [InlineData("Nothing", null)]
    public void Checks_are_found_by_name(string name, string? expected) => Assert.Equal(expected, ConfigRules.Find(name)?.Id);
}
