using MtlsTools.Host;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Host;

/// <summary>The table of checks is whole: every check says where it comes from and what to do, stands on its page, and has a test.</summary>
public sealed class HostTableTests
{
    [Fact]
    public void Names_are_unique_and_every_field_is_filled()
    {
        Assert.Equal(HostChecks.All.Count, HostChecks.All.Select(check => check.Id.ToUpperInvariant()).Distinct().Count());
        Assert.All(HostChecks.All, check =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", check.Id);
            Assert.NotEmpty(check.Areas);
            Assert.NotEmpty(check.Source);
            Assert.NotEmpty(check.Title);
            Assert.EndsWith(".", check.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain('|', check.Source + check.Title + check.Remedy + check.Repair);
        });
    }

    [Fact]
    public void Every_check_has_a_test_that_breaks_it() => Assert.Equal(
        HostChecks.All.Select(check => check.Id).Order(),
        HostRuleTests.Tested.Concat(WindowsRuleTests.Tested).Distinct().Order());

    [Fact]
    public void The_page_lists_the_checks_as_they_are()
    {
        var rows = RulePage.Rows("host-checks.md");

        Assert.Equal(
            HostChecks.All.Select(check => $"| `{check.Id}` | {check.Severity} | {string.Join(", ", check.Areas)} | {check.Title}. | {check.Source} | {check.Remedy.Replace("<subject>", "FILE", StringComparison.Ordinal)} | {check.Repair ?? "–"} |"),
            rows);
    }

    [Theory]
    [InlineData("clockwrong", "ClockWrong")]
    [InlineData("Nothing", null)]
    public void Checks_are_found_by_name(string name, string? expected) => Assert.Equal(expected, HostChecks.Find(name)?.Id);
}
