namespace MtlsTools.Host;

/// <summary>The doctor of a machine: reads what is there, asks the checks, changes nothing.</summary>
public static class HostExaminer
{
    /// <summary>More reasons than these are counted instead of listed: a folder with ten thousand closed files needs one line.</summary>
    private const int MaximumReasons = 20;

    /// <summary>Looks at a machine.</summary>
    /// <exception cref="MtlsException">The root folder does not exist, or a clock host is no host.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static HostReport Examine(HostOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Root is not null && !Directory.Exists(options.Root))
            throw new InputException(ErrorCode.FileNotFound, $"The folder '{options.Root}' does not exist. Name the folder in which the system lies.", options.Root);
        var asked = HostChecks.All.Where(options.Asks).ToList();
        var facts = new HostFacts { Now = (options.Clock ?? TimeProvider.System).GetUtcNow() };
        foreach (var collector in HostCollectors.All.Where(collector => asked.Exists(check => check.Areas.Contains(collector.Area))))
        {
            cancellation.ThrowIfCancellationRequested();
            if (collector.NotApplicable(options) is { } reason)
                facts.Gaps.Add(new HostGap(collector.Area, reason, HostCheckState.NotApplicable));
            else
                collector.Collect(facts, options, cancellation);
        }

        return Judge(facts, asked, options.Root ?? Environment.MachineName);
    }

    /// <summary>Asks the checks about facts, wherever they come from.</summary>
    internal static HostReport Judge(HostFacts facts, IReadOnlyList<HostCheck> checks, string host)
    {
        var findings = new List<HostFinding>();
        var results = new List<HostCheckResult>();
        foreach (var check in checks)
        {
            var gaps = facts.Gaps.Where(gap => check.Areas.Contains(gap.Area)).ToList();
            var state = gaps.Count == 0 ? HostCheckState.Made : gaps.Max(gap => gap.State);
            var found = state is HostCheckState.NotMade or HostCheckState.NotApplicable ? [] : check.Examine(facts).Select(symptom => ToFinding(check, symptom)).ToList();
            findings.AddRange(found);
            results.Add(new HostCheckResult(check, state, found.Count, Shorten(gaps.Select(gap => gap.Reason).Distinct().ToList())));
        }

        return new HostReport(host, facts.Now, findings.OrderByDescending(finding => finding.Severity).ToList(), results);
    }

    private static HostFinding ToFinding(HostCheck check, HostSymptom symptom) =>
        new(check, symptom.Subject, symptom.Cause, symptom.Evidence, check.Remedy.Replace("<subject>", symptom.Subject, StringComparison.Ordinal)) { Repair = symptom.Repair };

    private static List<string> Shorten(List<string> reasons) =>
        reasons.Count <= MaximumReasons ? reasons : [.. reasons.Take(MaximumReasons), $"And {reasons.Count - MaximumReasons} more."];
}
