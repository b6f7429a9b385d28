using System.Text;
using MtlsTools.Encoding;
using MtlsTools.Stores.MacOS;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores.MacOS;

/// <summary>Lines for <c>security -i</c>, read again by the rules of its parser.</summary>
public sealed class SecurityLineTests
{
    [Theory]
    [InlineData("simple")]
    [InlineData("")]
    [InlineData(" two  words ")]
    [InlineData("quote \" and \\ and '")]
    [InlineData("\\\"")]
    [InlineData("ends with \\")]
    [InlineData("$HOME `id` $(id) ; | & > #")]
    [InlineData("Grüße 密码 \U0001F511\t.")]
    public void Every_argument_and_secret_arrives_as_it_is(string text)
    {
        using var line = new SecurityLine("import", text);
        line.Add("-P").Add(Secret.From(text)).Add("last");

        Assert.Equal(["import", text, "-P", text, "last"], Split(SecretText.Use(line.End(), whole => whole.ToString())));
    }

    [Fact]
    public void What_would_become_a_second_command_is_refused()
    {
        Assert.Equal(ErrorCode.PasswordNotSuitable, Assert.Throws<StoreException>(() => new SecurityLine("import", "a\nb")).Code);
        Assert.Equal(ErrorCode.PasswordNotSuitable, Assert.Throws<StoreException>(() => new SecurityLine("x").Add(Secret.From("a\nquit"))).Code);
        using var longest = new SecurityLine(new string('a', 4093));
        Assert.Equal(4095, longest.End().Length);
        using var wide = new SecurityLine(new string('ä', 2047));
        Assert.Equal(ErrorCode.ToolFailed, Assert.Throws<StoreException>(wide.End).Code);
        using var many = new SecurityLine(Enumerable.Repeat("a", 32).ToArray());
        Assert.Contains("-Application", Assert.Throws<StoreException>(many.End).Message, StringComparison.Ordinal);
    }

    /// <summary>What Apple's security.c documents by its code: white space parts, either quote holds together, a backslash takes the next character as it is.</summary>
    private static List<string> Split(string line)
    {
        var arguments = new List<string>();
        var at = 0;
        while (at < line.Length)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            var argument = new StringBuilder();
            var quote = line[at] is '"' or '\'' ? line[at++] : '\0';
            for (; at < line.Length && (quote == '\0' ? !char.IsWhiteSpace(line[at]) : line[at] != quote); at++)
                argument.Append(line[at] == '\\' ? line[++at] : line[at]);
            at++;
            arguments.Add(argument.ToString());
        }

        return arguments;
    }
}
