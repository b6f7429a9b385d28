using System.Globalization;

namespace MtlsTools.Rotation;

/// <summary>The days of a rotation, from lifetimes and overlap. The defaults are shares of the lifetime: of 90 days, the new is issued on day 30, rolled out on day 45, and the old removed on day 60.</summary>
/// <remarks>"Overlap" has two meanings, and each has its name here: <see cref="ValidOverlap"/> is how long both are valid, <see cref="TrustOverlap"/> how long both are trusted.</remarks>
public sealed class RotationSchedule
{
    /// <summary>Clocks and time zones differ by less.</summary>
    internal static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    private RotationSchedule(DateTimeOffset start, DateTimeOffset issueNew, DateTimeOffset rollOut, DateTimeOffset removeOld, DateTimeOffset oldEnds)
    {
        Start = start;
        IssueNew = issueNew;
        RollOut = rollOut;
        RemoveOld = removeOld;
        OldEnds = oldEnds;
    }

    /// <summary>Day 0: the old is issued.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The new is issued, and both are trusted from here on.</summary>
    public DateTimeOffset IssueNew { get; }

    /// <summary>The new takes the place of the old.</summary>
    public DateTimeOffset RollOut { get; }

    /// <summary>The old is no longer trusted.</summary>
    public DateTimeOffset RemoveOld { get; }

    /// <summary>The old is no longer valid.</summary>
    public DateTimeOffset OldEnds { get; }

    /// <summary>How long a certificate lives.</summary>
    public TimeSpan Lifetime => OldEnds - Start;

    /// <summary>How long both are valid: from the issue of the new to the end of the old.</summary>
    public TimeSpan ValidOverlap => OldEnds - IssueNew;

    /// <summary>How long both are trusted: from the issue of the new to the removal of the old.</summary>
    public TimeSpan TrustOverlap => RemoveOld - IssueNew;

    /// <summary>Computes the days, or refuses with the arithmetic.</summary>
    /// <param name="start">Day 0.</param>
    /// <param name="lifetime">How long the old lives from then on.</param>
    /// <param name="issueAfter">When the new is issued; null is a third of the lifetime, or today if that has passed.</param>
    /// <param name="overlap">How long both are trusted; null is a third of the lifetime, or half of what is left of it.</param>
    /// <param name="rollOutAfter">When the new takes over; null is the middle of the overlap.</param>
    /// <param name="now">The time of planning.</param>
    /// <param name="isStartFixed">Whether day 0 was chosen, so that no step may have passed; otherwise the rest of the lifetime is made the best of.</param>
    /// <exception cref="RotationException">The numbers do not fit together.</exception>
    public static RotationSchedule Create(DateTimeOffset start, TimeSpan lifetime, TimeSpan? issueAfter, TimeSpan? overlap, TimeSpan? rollOutAfter, DateTimeOffset now, bool isStartFixed = true)
    {
        if (lifetime <= TimeSpan.Zero)
            throw NotFeasible($"A lifetime of {Days(lifetime)} leaves no time for a rotation. Give the lifetime of the certificates.");
        if (start + lifetime <= now)
            throw NotFeasible($"The old ends on {Date(start + lifetime)} ({Date(start)} and {Days(lifetime)}), which has passed. There is nothing left to rotate without an outage: issue anew with New-MtlsCertificate, and plan the rotation from the new one.");
        var third = WholeDays(lifetime / 3);
        var passed = now - start;
        var issue = issueAfter ?? (passed > third && !isStartFixed ? passed : third);
        var left = lifetime - issue;
        var both = overlap ?? (left >= third * 2 ? third : WholeDays(left / 2));
        Check(start, lifetime, issue, both, now);
        var rollOut = rollOutAfter ?? issue + WholeDays(both / 2);
        if (rollOut < issue)
            throw NotFeasible($"The new would be rolled out on day {Number(rollOut)}, before it is issued on day {Number(issue)}. Roll out between day {Number(issue)} and day {Number(issue + both)}.");
        if (rollOut >= issue + both)
            throw NotFeasible($"The new would be rolled out on day {Number(rollOut)}, but the old is removed on day {Number(issue + both)} ({Number(issue)} + {Number(both)}). Roll out earlier, or give a longer -Overlap.");
        return new RotationSchedule(start, start + issue, start + rollOut, start + issue + both, start + lifetime);
    }

    /// <summary>The days as a file has them.</summary>
    internal static RotationSchedule Of(DateTimeOffset start, DateTimeOffset issueNew, DateTimeOffset rollOut, DateTimeOffset removeOld, DateTimeOffset oldEnds) => new(start, issueNew, rollOut, removeOld, oldEnds);

    /// <summary>The day of a step.</summary>
    internal DateTimeOffset DateOf(RotationAction step) => step switch
    {
        RotationAction.IssueOld => Start,
        RotationAction.IssueNew or RotationAction.TrustBoth => IssueNew,
        RotationAction.RollOut => RollOut,
        RotationAction.ProveUnused or RotationAction.RemoveOld => RemoveOld,
        _ => OldEnds,
    };

    /// <summary>The longest time between two steps: so long revocation lists have to last.</summary>
    internal TimeSpan LongestPause => new[] { IssueNew - Start, RollOut - IssueNew, RemoveOld - RollOut, OldEnds - RemoveOld }.Max();

    /// <summary>Both overlaps in words.</summary>
    public override string ToString() => $"both valid for {Days(ValidOverlap)}, both trusted for {Days(TrustOverlap)}";

    internal static RotationException NotFeasible(string message) => new(ErrorCode.RotationNotFeasible, message);

    /// <summary>A length as people read it.</summary>
    internal static string Days(TimeSpan length) => $"{Number(length)} {(Math.Abs(length.TotalDays - 1) < 0.005 ? "day" : "days")}";

    internal static string Number(TimeSpan length) => length.TotalDays.ToString("0.##", CultureInfo.InvariantCulture);

    internal static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Check(DateTimeOffset start, TimeSpan lifetime, TimeSpan issue, TimeSpan both, DateTimeOffset now)
    {
        if (both <= TimeSpan.Zero)
            throw NotFeasible($"An overlap of {Days(both)} means that the old is removed before anyone has the new. Give an -Overlap of at least a day.");
        if (both >= lifetime)
            throw NotFeasible($"An overlap of {Days(both)} does not fit into a lifetime of {Days(lifetime)}. Give a shorter -Overlap, or certificates that live longer.");
        if (issue < TimeSpan.Zero)
            throw NotFeasible($"The new can not be issued {Days(-issue)} before day 0. Give an -IssueAfter of 0 or more.");
        if (issue + both > lifetime)
            throw NotFeasible($"The new is issued on day {Number(issue)} and the old is removed {Days(both)} later, on day {Number(issue + both)}, but the old ends on day {Number(lifetime)} ({Date(start + lifetime)}). Give an -Overlap of at most {Days(lifetime - issue)}, or an earlier -IssueAfter.");
        if (start + issue < now - Slack)
            throw NotFeasible($"The new would have to be issued on {Date(start + issue)} (day {Number(issue)} from {Date(start)}), which has passed {Days(now - start - issue)} ago. Leave -Start and -IssueAfter out to begin with what is left, or give a later day.");
    }

    /// <summary>Shares of a lifetime in whole days, where it is long enough for days.</summary>
    private static TimeSpan WholeDays(TimeSpan length) => length < TimeSpan.FromDays(2) ? length : TimeSpan.FromDays(Math.Floor(length.TotalDays + 0.001));
}
