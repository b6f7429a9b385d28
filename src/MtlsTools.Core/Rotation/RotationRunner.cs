using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Rotation;

/// <summary>Does the work of a step. Each can be done again at any time: what is done already is left as it is, so a step that died is taken up where it ended.</summary>
internal static class RotationRunner
{
    /// <summary>Does what can be done here.</summary>
    /// <returns>What still stands in the way; the step is done when there is nothing.</returns>
    internal static IReadOnlyList<Obstacle> Run(RotationContext context, RotationAction step)
    {
        var manual = ManualWork.Of(context, step).Select(text => new Obstacle($"By hand: {text} Then confirm with Step-MtlsRotation -Done.", IsConfirmable: true));
        if (context.IsOnPaper)
            return manual.ToList();
        context.CreateFolders();
        return manual.Concat(step switch
        {
            RotationAction.IssueNew => IssueNew(context),
            RotationAction.TrustBoth => TrustBoth(context),
            RotationAction.RollOut => RollOut(context),
            RotationAction.ProveUnused => ProveUnused(context),
            RotationAction.RemoveOld => RemoveOld(context),
            RotationAction.Retire => Retire(context),
            _ => [],
        }).ToList();
    }

    private static IEnumerable<Obstacle> IssueNew(RotationContext context)
    {
        if (context.IsCa)
            SuccessorCa.Make(context);
        if (context.State.Ca is not null)
            SuccessorCertificates.Issue(context);
        return [];
    }

    private static IEnumerable<Obstacle> TrustBoth(RotationContext context)
    {
        var trusted = context.IsCa ? [context.NewCa.Certificate] : context.State.Items.Select(context.FindNew).OfType<MtlsCertificate>().ToList();
        var changed = RotationCrls.Publish(context, both: true);
        foreach (var file in context.State.TrustFiles)
            changed |= TrustBundle.Add(file, context.IsCa ? trusted : Successors(context, file));
        return After(context.Reload(changed), () => EndpointEvidence.AcceptsNew(context));
    }

    private static IEnumerable<Obstacle> RollOut(RotationContext context)
    {
        var changed = RotationCrls.Publish(context, both: true) | SuccessorCertificates.RollOut(context);
        return After(context.Reload(changed), () => EndpointEvidence.UsesNew(context));
    }

    /// <summary>Servers are asked once they have been told.</summary>
    private static IEnumerable<Obstacle> After(IReadOnlyList<Obstacle> reloaded, Func<IEnumerable<Obstacle>> ask) => reloaded.Count > 0 ? reloaded : ask();

    /// <summary>Every witness is asked. Where there is none, somebody has to say that it is so.</summary>
    private static IEnumerable<Obstacle> ProveUnused(RotationContext context)
    {
        if (context.State is { Ca: null, Endpoints.Count: 0, AccessLogs.Count: 0 })
            return [new Obstacle("Nothing here can show whether the old is still used: the plan names no CA, no endpoint and no log. Look for yourself, and confirm with Step-MtlsRotation -Done.", IsConfirmable: true)];
        return [.. IndexEvidence.Judge(context), .. EndpointEvidence.UsesNew(context), .. AccessLogEvidence.Judge(context)];
    }

    private static IEnumerable<Obstacle> RemoveOld(RotationContext context)
    {
        // What was proved a moment, or a month, ago may not be so any more.
        if (ProveUnused(context).ToList() is { Count: > 0 } used && !used.TrueForAll(one => one.IsConfirmable && context.Options.Done))
            return used;
        context.Update(state => state.With(RotationAction.RemoveOld, one => one with { Proved = one.Proved ?? context.Now }));
        var old = context.State.Items.Select(item => item.OldCertificate).ToList();
        if (!context.IsCa && context.State.Ca is not null)
            Revoke(context, old.Select(one => one.SerialNumber).ToHashSet());
        var changed = RotationCrls.Publish(context, both: false);
        foreach (var file in context.State.TrustFiles)
            changed |= TrustBundle.Remove(file, context.IsCa ? [context.OldCaCertificate] : old);
        return After(context.Reload(changed), () => EndpointEvidence.RefusesOld(context));
    }

    private static IEnumerable<Obstacle> Retire(RotationContext context)
    {
        if (context.IsCa)
        {
            SuccessorCa.Separate(context);
            Revoke(context, IndexEvidence.InUse(context).Select(entry => entry.SerialNumber).ToHashSet());
        }

        RotationCrls.Publish(context, both: false);
        foreach (var item in context.State.Items.Where(item => item.IsHere))
        {
            // The new ones are in their places, and the old keys are of no use any more; the old certificates stay as a record.
            File.Delete(context.NewKey(item));
            File.Delete(context.ArchivedKey(item));
        }

        return [];
    }

    /// <summary>The successors of what a file pins.</summary>
    private static List<MtlsCertificate> Successors(RotationContext context, string file)
    {
        var pinned = TrustBundle.Read(file);
        return context.State.Items.Where(item => pinned.Any(one => TrustBundle.IsSame(one, item.OldCertificate))).Select(context.FindNew).OfType<MtlsCertificate>().ToList();
    }

    private static void Revoke(RotationContext context, HashSet<string> serials)
    {
        var normalized = serials.Select(IssuedEntry.Normalize).ToHashSet();
        var listed = context.OldCa.GetIssued().Where(entry => entry.Status == IssuedStatus.Valid && normalized.Contains(entry.SerialNumber) && entry.Path is not null).ToList();
        if (listed.Count > 0)
            context.OldCa.Revoke(listed.Select(entry => CertificateReader.ReadFile(entry.Path!)[0]).ToList(), RevocationReason.Superseded, context.Cancellation);
    }
}
