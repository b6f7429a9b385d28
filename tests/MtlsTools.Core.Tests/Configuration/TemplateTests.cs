using MtlsTools.Configuration;

namespace MtlsTools.Tests.Configuration;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, object?> Values = new()
    {
        ["path"] = "a b",
        ["port"] = 8443,
        ["yes"] = true,
        ["no"] = false,
        ["none"] = null,
        ["empty"] = "",
        ["names"] = new[] { "one", "two" },
        ["nobody"] = Array.Empty<string>(),
        ["raw"] = new Verbatim("as \"it\" is"),
        ["late"] = (Func<object?>)(() => "made"),
    };

    [Theory]
    // values
    [InlineData("file {{path}};", "file <a b>;\n")]
    [InlineData("{{port}}:{{late}}", "8443:<made>\n")]
    [InlineData("{{names}}", "<one> <two>\n")]
    [InlineData("{{raw}}", "as \"it\" is\n")]
    [InlineData("$a { {b} } {{ c }}", "$a { {b} } {{ c }}\n")]
    // sections
    [InlineData("a\n{{#yes}}\nb\n{{/yes}}\nc", "a\nb\nc\n")]
    [InlineData("a\n{{#no}}\nb\n{{/no}}\nc", "a\nc\n")]
    [InlineData("{{#none}}\nb\n{{/none}}\n{{#empty}}\nb\n{{/empty}}\n{{#nobody}}\nb\n{{/nobody}}\nc", "c\n")]
    [InlineData("{{^no}}\nb\n{{/no}}\n{{^yes}}\nc\n{{/yes}}", "b\n")]
    [InlineData("{{#names}}\n- {{.}} {{port}}\n{{/names}}", "- <one> 8443\n- <two> 8443\n")]
    [InlineData("{{#yes}}\n  {{#no}}\nx\n  {{/no}}\n  {{^no}}\ny\n  {{/no}}\n{{/yes}}", "y\n")]
    [InlineData("{{#yes}}\n{{#yes}}\nx\n{{/yes}}\ny\n{{/yes}}", "x\ny\n")]
    [InlineData("a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\n", "a\nb\n")]
    public void Fills_in(string template, string expected) => Assert.Equal(expected, Template.Parse(template).Render(Values, (text, _) => $"<{text}>"));

    [Theory]
    [InlineData("{{unknown}}")]
    [InlineData("{{#unknown}}\n{{/unknown}}")]
    [InlineData("{{#yes}}\nnever ends")]
    [InlineData("{{yes}}")]
    public void A_mistake_of_ours_is_not_written(string template) =>
        Assert.Throws<InvalidOperationException>(() => Template.Parse(template).Render(Values, (text, _) => text));

    [Fact]
    public void What_is_not_asked_for_is_not_made()
    {
        var values = new Dictionary<string, object?> { ["file"] = (Func<object?>)(() => throw new InvalidOperationException("made")), ["no"] = false };

        Assert.Equal("a\n", Template.Parse("a\n{{#no}}\n{{file}}\n{{/no}}").Render(values, (text, _) => text));
    }
}
