using MtlsTools.Certificates;
using MtlsTools.Revocation;
using MtlsTools.Verification;

namespace MtlsTools.Rotation;

/// <summary>Travels through the days of a plan. Steps that are done count from when they were done, those that are overdue from now on.</summary>
internal sealed class RotationForecaster(RotationContext context, RotationSchedule schedule)
{
    private readonly StandIns all = StandIns.Of(context, schedule);
    private readonly Lazy<DateTimeOffset?> listEnds = new(() => ListEnds(context));

    internal RotationForecast Run(DateTimeOffset asOf)
    {
        var days = Enumerable.Range(0, (int)Math.Ceiling(schedule.Lifetime.TotalDays) + 1).Select(day => schedule.Start.AddDays(day))
            .Concat(context.State.Steps.Select(step => Effective(step.Step)))
            .Where(date => date <= Effective(RotationAction.Retire))
            .Distinct()
            .Order()
            .Select(Judge)
            .ToList();
        return new RotationForecast(context.State.Name, Judge(asOf), days);
    }

    /// <summary>When a step takes place, as far as is known today.</summary>
    private DateTimeOffset Effective(RotationAction step)
    {
        var record = context.State.Of(step);
        return record.Done is { } done ? (step == RotationAction.IssueOld ? record.Date : done) : record.Date < context.Now ? context.Now : record.Date;
    }

    private RotationDay Judge(DateTimeOffset date)
    {
        var (oldTrusted, newTrusted) = (date < Effective(RotationAction.RemoveOld), date >= Effective(RotationAction.TrustBoth));
        var (oldUsed, newUsed) = (date < Effective(RotationAction.RemoveOld), date >= Effective(RotationAction.RollOut));
        var trusted = context.IsCa ? (oldTrusted ? all.OldTrust : []).Concat(newTrusted ? all.NewTrust : []).ToList() : all.NewTrust.ToList();
        var inUse = (oldUsed ? all.Old : []).Concat(newUsed ? all.New : []).ToList();
        var reason = Broken(date, trusted, (oldUsed ? all.Old.Where(one => date >= one.NotBefore) : []).Concat(newTrusted ? all.New : []))
            ?? (context.IsCa && !oldTrusted ? StillAccepted(date, trusted) : null)
            ?? StaleList(date);
        return new RotationDay(Math.Round((date - schedule.Start).TotalDays, 2), date, reason is null, NamesOf(trusted), NamesOf(inUse), reason ?? "");
    }

    /// <summary>What does not verify on that day. A CA that has ended is named itself, because that is what has to be changed.</summary>
    private static string? Broken(DateTimeOffset date, List<MtlsCertificate> trusted, IEnumerable<MtlsCertificate> used)
    {
        foreach (var ca in trusted.SelectMany(one => one.Chain.Prepend(one)).Where(ca => date > ca.NotAfter))
            return $"The CA '{ca.Name}' has ended on {RotationSchedule.Date(ca.NotAfter)}, and what it vouches for is still in use.";
        foreach (var one in used)
        {
            var report = CertificateVerifier.Verify(one, new VerificationOptions { TrustedCas = trusted, Intermediates = one.Chain, AsOf = date, Purpose = PurposeOf(one) });
            if (!report.Success)
                return $"'{one.Name}' is in use until it is replaced, but does not verify: {report.Findings.First(finding => finding.Severity == FindingSeverity.Error).Cause}";
        }

        return null;
    }

    private string? StillAccepted(DateTimeOffset date, List<MtlsCertificate> trusted) =>
        all.Old.FirstOrDefault(old => EndpointEvidence.Verifies(old, trusted, date, CertificatePurpose.Any)) is { } accepted
            ? $"'{accepted.Name}' would still be accepted, although the trust in its CA is removed."
            : null;

    /// <summary>Servers refuse everybody by a list that is out of date.</summary>
    private string? StaleList(DateTimeOffset date)
    {
        if (context.State.CrlFiles.Count == 0 || date < context.Now)
            return null;
        var published = context.State.Steps.Where(step => step.Done is null && step.Step >= RotationAction.TrustBoth).Select(step => Effective(step.Step)).Where(step => step <= date).Select(step => (DateTimeOffset?)step).Max();
        var ends = published is { } last ? last.AddDays(context.State.CrlDays) : listEnds.Value;
        return ends < date ? $"The revocation list is out of date since {RotationSchedule.Date(ends.Value)}, and servers refuse everybody by it. Publish it in between with Publish-MtlsCrl." : null;
    }

    /// <summary>When the first of the lists that lie there now ends.</summary>
    private static DateTimeOffset? ListEnds(RotationContext context) =>
        context.State.CrlFiles.Where(File.Exists).SelectMany(CertificateRevocationList.ReadFile).Select(list => list.NextUpdate).Where(next => next is not null).Min();

    private static CertificatePurpose PurposeOf(MtlsCertificate certificate) => certificate.Role switch
    {
        CertificateRole.Server => CertificatePurpose.Server,
        CertificateRole.Client => CertificatePurpose.Client,
        _ => CertificatePurpose.Any,
    };

    private static List<string> NamesOf(IEnumerable<MtlsCertificate> certificates) => certificates.Select(one => one.Name).Distinct().ToList();
}
