using System.Globalization;
using System.Text.RegularExpressions;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests;

/// <summary>docs/requirements-coverage.md has every line, and names no test that does not exist.</summary>
public sealed partial class RequirementsCoverageTests
{
    private static readonly (char Group, int Lines)[] Groups = [('A', 25), ('B', 7), ('C', 8), ('D', 25), ('E', 3), ('F', 9), ('G', 12), ('H', 13), ('I', 8), ('J', 8), ('K', 8), ('L', 3), ('M', 10), ('N', 7), ('O', 6), ('P', 9), ('X', 21)];

    private static readonly List<(string Line, string Proof)> Rows = Row()
        .Matches(File.ReadAllText(Repository.At("docs", "requirements-coverage.md")).ReplaceLineEndings("\n"))
        .Select(row => (row.Groups["line"].Value, row.Groups["proof"].Value))
        .ToList();

    public static TheoryData<string, string> Tests
    {
        get
        {
            var tests = new TheoryData<string, string>();
            foreach (var (line, proof) in Rows)
                foreach (var test in Quoted().Matches(proof).Select(match => match.Groups[1].Value))
                    tests.Add(line, test);
            return tests;
        }
    }

    [Fact]
    public void Every_line_is_listed_once_and_in_order() => Assert.Equal(
        Groups.SelectMany(group => Enumerable.Range(1, group.Lines).Select(number => group.Group + number.ToString("D2", CultureInfo.InvariantCulture))),
        Rows.Select(row => row.Line));

    [Fact]
    public void Every_line_names_a_test_or_is_open() =>
        Assert.All(Rows, row => Assert.Matches(row.Proof.StartsWith("*Open*: ", StringComparison.Ordinal) ? "^[^`]+$" : "^`[^`]+`(, `[^`]+`)*$", row.Proof));

    [Theory]
    [MemberData(nameof(Tests))]
    public void The_test_exists(string line, string test)
    {
        if (test.Split(": ", 2) is [var file, var name])
        {
            Assert.True(File.ReadAllText(Repository.At("tests", "MtlsTools.Tests", file)).Contains($"It '{name}'", StringComparison.Ordinal), $"{line}: {file} has no test '{name}'.");
            return;
        }

        var (type, method) = (test.Split('.')[0], test.Split('.')[1]);
        var found = GetType().Assembly.GetTypes().Where(candidate => candidate.Name == type).Select(candidate => candidate.GetMethod(method)).SingleOrDefault();
        Assert.True(found?.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0, $"{line}: there is no test {test}.");
    }

    [GeneratedRegex(@"^\| (?<line>[A-Z]\d\d) \| [^|]+ \| (?<proof>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
