using System.Text.RegularExpressions;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>The timeline as text: for documents, charts and calendars, each in a form that its readers take. MTLSTOOLS_WRITE_DOCS=1 writes the pictures of docs/guides/rotation.md anew.</summary>
public sealed partial class RotationTimelineTests : IDisposable
{
    private readonly RotationWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public void Markdown_is_a_table_of_the_days()
    {
        var text = MtlsRotation.Plan(world.File, world.CaOptions with { Name = "Acme | CA" }, world.Clock).ToMarkdown();

        Assert.StartsWith("# Acme \\| CA\n\nThe old is valid for 90 days, until 2030-04-01. Old and new are both valid for 60 days, and both trusted for 30 days.\n\n| Day | Date | Step | State | What is done |\n", text, StringComparison.Ordinal);
        Assert.Contains("| 45 | 2030-02-15 | RollOut | Waiting | Roll the new certificates out |\n", text, StringComparison.Ordinal);
        Assert.Equal(7, text.Split('\n').Count(line => Regex.IsMatch(line, @"^\| \d+ \| \d{4}-\d\d-\d\d \| \w+ \| \w+ \| [^|]+ \|$")));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(2)]
    public void Mermaid_is_a_chart_of_shapes_that_it_knows(int lifetime)
    {
        var text = MtlsRotation.Plan(world.File, new RotationOptions { Kind = RotationKind.Ca, Name = "A: 50%; #1\n`b`", Lifetime = TimeSpan.FromDays(lifetime) }, world.Clock).ToMermaid();

        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(["gantt", "    title A 50 1 b"], lines[..2]);
        Assert.All(lines[4..], line => Assert.Matches(lifetime == 90 ? DayTask() : MinuteTask(), line));
        Assert.Equal(7, lines.Count(line => line.Contains(":milestone, ", StringComparison.Ordinal)));
        if (lifetime == 90)
        {
            Assert.Contains("    Both (60 days) :active, 2030-01-31, 2030-04-01\n", text, StringComparison.Ordinal);
            Assert.Contains("    Both (30 days) :active, 2030-01-31, 2030-03-02\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_calendar_keeps_to_its_RFC_and_its_events_to_their_UIDs()
    {
        var planned = MtlsRotation.Create(world.File, world.CaOptions with { Name = "Acme; Zürich, \"Büro\" " + new string('ü', 60) }, world.Clock);
        var text = planned.ToCalendar();

        Assert.DoesNotMatch("(?<!\r)\n|\r(?!\n)", text);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 0, 75));
        var lines = text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        Assert.Equal((7, 7, 6), (Count("BEGIN:VEVENT"), Count("END:VEVENT"), Count("BEGIN:VALARM")));
        Assert.Contains(lines, line => line.StartsWith("SUMMARY:Acme\\; Zürich\\, \"Büro\" üü", StringComparison.Ordinal));
        Assert.Contains("DTSTART;VALUE=DATE:20300215", lines);

        world.GoTo(30);
        Assert.Equal(Uids(text), Uids(world.Step().ToCalendar()));
        Assert.Equal(7, Uids(text).Distinct().Count());

        int Count(string line) => lines.Count(one => one == line);
    }

    [SkippableFact]
    public void Another_reader_takes_the_calendar()
    {
        var python = File.Exists("/usr/bin/python3") ? Peer.Of("/usr/bin/python3") : Peer.Require("python3"); // the system's own has its packages
        Skip.If(python.Try("-c", "import icalendar").ExitCode != 0, "Python's icalendar is not installed; on Debian: apt install python3-icalendar");
        var file = world.Write("rotation.ics", MtlsRotation.Plan(world.File, world.CaOptions with { Name = "Acme; Zürich, \\o/" }, world.Clock).ToCalendar());

        var said = python.Run("-c", """
            import icalendar, sys
            calendar = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read())
            for event in calendar.walk('VEVENT'):
                print(event['DTSTART'].dt, event['SUMMARY'], len(event.walk('VALARM')), sep='|')
            """, file).Output.TrimEnd().Split('\n');

        Assert.Equal(7, said.Length);
        Assert.Equal("2030-02-15|Acme; Zürich, \\o/: Roll the new certificates out|1", said[3]);
    }

    [Theory]
    [InlineData("ca", RotationKind.Ca)]
    [InlineData("certificate", RotationKind.Certificate)]
    public void The_guide_shows_the_timelines_as_they_are_written(string part, RotationKind kind)
    {
        var planned = MtlsRotation.Plan(world.At(part + ".json"), new RotationOptions { Kind = kind, Name = kind == RotationKind.Ca ? "A CA is rotated" : "Certificates are rotated" }, world.Clock);
        var page = Repository.At("docs", "guides", "rotation.md");
        var text = File.ReadAllText(page).ReplaceLineEndings("\n");
        var (from, to) = ($"<!-- {part} -->\n", $"<!-- /{part} -->");
        var (start, end) = (text.IndexOf(from, StringComparison.Ordinal) + from.Length, text.IndexOf(to, StringComparison.Ordinal));
        var expected = $"```mermaid\n{planned.ToMermaid()}```\n";

        if (Environment.GetEnvironmentVariable("MTLSTOOLS_WRITE_DOCS") == "1")
            File.WriteAllText(page, text[..start] + expected + text[end..]);
        else
            Assert.Equal(expected, text[start..end]);
    }

    private static IEnumerable<string> Uids(string calendar) => calendar.Split("\r\n").Where(line => line.StartsWith("UID:", StringComparison.Ordinal));

    [GeneratedRegex(@"^    (section \w+|[\w ().]+ :((active|milestone|done|crit), )*\d{4}-\d\d-\d\d, (\d{4}-\d\d-\d\d|0d))$")]
    private static partial Regex DayTask();

    [GeneratedRegex(@"^    (section \w+|[\w ().]+ :((active|milestone|done|crit), )*\d{4}-\d\d-\d\dT\d\d:\d\d, (\d{4}-\d\d-\d\dT\d\d:\d\d|0d))$")]
    private static partial Regex MinuteTask();
}
