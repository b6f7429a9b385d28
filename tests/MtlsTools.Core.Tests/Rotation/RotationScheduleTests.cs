using MtlsTools.Rotation;

namespace MtlsTools.Tests.Rotation;

/// <summary>The arithmetic of a rotation: the timeline of the documents by default, and a refusal that shows the numbers for what can not work.</summary>
public sealed class RotationScheduleTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_defaults_are_the_timeline_of_the_production_guide()
    {
        var schedule = Create(90);

        Assert.Equal([0, 30, 45, 60, 90], new[] { schedule.Start, schedule.IssueNew, schedule.RollOut, schedule.RemoveOld, schedule.OldEnds }.Select(date => (date - Start).TotalDays));
    }

    [Fact]
    public void Both_meanings_of_overlap_are_named_and_computed()
    {
        var schedule = Create(90);

        Assert.Equal((60, 30), (schedule.ValidOverlap.TotalDays, schedule.TrustOverlap.TotalDays));
        Assert.Equal("both valid for 60 days, both trusted for 30 days", schedule.ToString());
    }

    [Theory]
    [InlineData(365, null, null, null, 121, 181, 242)]
    [InlineData(30, null, null, null, 10, 15, 20)]
    [InlineData(90, 0, null, null, 0, 15, 30)]
    [InlineData(90, 30, 60, null, 30, 60, 90)]
    [InlineData(90, 10, 20, 12, 10, 12, 30)]
    [InlineData(1, null, null, null, 0.3333, 0.5, 0.6667)]
    public void Days_follow_from_lifetime_and_overlap(double lifetime, int? issue, int? overlap, int? rollOut, double issued, double rolledOut, double removed)
    {
        var schedule = Create(lifetime, issue, overlap, rollOut);

        Assert.Equal([issued, rolledOut, removed], new[] { schedule.IssueNew, schedule.RollOut, schedule.RemoveOld }.Select(date => Math.Round((date - Start).TotalDays, 4)));
    }

    [Theory]
    [InlineData(20, 30, 45, 60)]
    [InlineData(50, 50, 60, 70)]
    [InlineData(80, 80, 82, 85)]
    public void What_is_left_of_a_life_is_made_the_best_of(int today, double issued, double rolledOut, double removed)
    {
        var schedule = RotationSchedule.Create(Start, TimeSpan.FromDays(90), null, null, null, Start.AddDays(today), isStartFixed: false);

        Assert.Equal(issued, (schedule.IssueNew - Start).TotalDays);
        Assert.Equal(rolledOut, (schedule.RollOut - Start).TotalDays);
        Assert.Equal(removed, (schedule.RemoveOld - Start).TotalDays);
    }

    // lifetime, issue, overlap, roll-out, today, what the message says
    [Theory]
    [InlineData(90, null, 100, null, 0, "An overlap of 100 days does not fit into a lifetime of 90 days.")]
    [InlineData(90, null, 90, null, 0, "An overlap of 90 days does not fit into a lifetime of 90 days.")]
    [InlineData(90, 30, 70, null, 0, "issued on day 30 and the old is removed 70 days later, on day 100, but the old ends on day 90 (2030-04-01). Give an -Overlap of at most 60 days")]
    [InlineData(90, null, 0, null, 0, "An overlap of 0 days means that the old is removed before anyone has the new.")]
    [InlineData(90, -1, null, null, 0, "can not be issued 1 day before day 0")]
    [InlineData(90, 30, 30, 20, 0, "rolled out on day 20, before it is issued on day 30")]
    [InlineData(90, 30, 30, 60, 0, "rolled out on day 60, but the old is removed on day 60 (30 + 30)")]
    [InlineData(0, null, null, null, 0, "A lifetime of 0 days leaves no time")]
    [InlineData(90, null, null, null, 35, "issued on 2030-01-31 (day 30 from 2030-01-01), which has passed 5 days ago")]
    [InlineData(90, null, null, null, 95, "The old ends on 2030-04-01 (2030-01-01 and 90 days), which has passed")]
    public void What_can_not_work_is_refused_with_the_arithmetic(double lifetime, int? issue, int? overlap, int? rollOut, int today, string said)
    {
        var refused = Assert.Throws<RotationException>(() => Create(lifetime, issue, overlap, rollOut, today));

        Assert.Equal(ErrorCode.RotationNotFeasible, refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private static RotationSchedule Create(double lifetime, int? issue = null, int? overlap = null, int? rollOut = null, int today = 0) =>
        RotationSchedule.Create(Start, TimeSpan.FromDays(lifetime), Days(issue), Days(overlap), Days(rollOut), Start.AddDays(today));

    private static TimeSpan? Days(int? days) => days is { } given ? TimeSpan.FromDays(given) : null;
}
