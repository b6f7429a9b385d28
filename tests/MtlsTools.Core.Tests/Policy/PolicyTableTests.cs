using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>The table of rules is whole: every rule says where it comes from and what to do, stands on its page, and has a test.</summary>
public sealed class PolicyTableTests
{
    [Fact]
    public void Names_are_unique_and_every_field_is_filled()
    {
        Assert.Equal(PolicyRules.All.Count, PolicyRules.All.Select(rule => rule.Id.ToUpperInvariant()).Distinct().Count());
        Assert.All(PolicyRules.All, rule =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", rule.Id);
            Assert.NotEmpty(rule.Source);
            Assert.NotEmpty(rule.Title);
            Assert.EndsWith(".", rule.Fix, StringComparison.Ordinal);
            Assert.NotEqual(PolicySubjects.None, rule.AppliesTo);
            Assert.DoesNotContain('|', rule.Source + rule.Title + rule.Fix);
        });
    }

    [Fact]
    public void Every_rule_has_a_test_that_breaks_it() => Assert.Equal(
        PolicyRules.All.Select(rule => rule.Id).Order(),
        CertificateRuleTests.Tested.Concat(KeyFileRuleTests.Tested).Concat(ChainFileRuleTests.Tested).Concat(RequestRuleTests.Tested).Concat(SetRuleTests.Tested).Concat(CrlRuleTests.Tested).Concat(AuthorityRuleTests.Tested).Distinct().Order());

    [Fact]
    public void The_page_lists_the_rules_as_they_are()
    {
        var rows = RulePage.Rows("policy-rules.md");

        Assert.Equal(PolicyRules.All.Select(rule => $"| `{rule.Id}` | {rule.Severity} | {rule.AppliesTo} | {rule.Title}. | {rule.Source} | {rule.Fix.Replace("<file>", "FILE", StringComparison.Ordinal)} |"), rows);
    }

    [Theory]
    [InlineData("expired", "Expired")]
    [InlineData("SANMISSING", "SanMissing")]
    [InlineData("Nothing", null)]
    public void Rules_are_found_by_name(string name, string? expected) => Assert.Equal(expected, PolicyRules.Find(name)?.Id);
}
