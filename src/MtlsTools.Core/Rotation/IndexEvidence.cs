using MtlsTools.Authority;

namespace MtlsTools.Rotation;

/// <summary>What the index of a CA shows: which valid certificates nothing has taken the place of.</summary>
internal static class IndexEvidence
{
    private const int Named = 5;

    /// <summary>Those of the old CA that lie on other machines, by name.</summary>
    internal static IReadOnlyList<string> Elsewhere(RotationContext context)
    {
        if (context.State.Ca is null)
            return [];
        if (!context.IsCa)
            return context.State.Items.Where(item => !item.IsHere).Select(item => item.Name).ToList();
        var here = context.State.Items.Where(item => item.IsHere).Select(item => OneLineName.Format(item.Subject)).ToHashSet();
        return InUse(context).Where(entry => !here.Contains(entry.Subject)).Select(NameOf).Distinct().ToList();
    }

    /// <summary>Those without a successor.</summary>
    internal static IEnumerable<Obstacle> Judge(RotationContext context)
    {
        if (context.State.Ca is null)
            return [];
        var missing = context.IsCa ? OfCa(context) : OfCertificates(context);
        return missing.Count == 0 ? [] : [new Obstacle(
            $"The index of '{context.OldCa.Path}' lists {missing.Count} valid {(missing.Count == 1 ? "certificate" : "certificates")} without a successor: {List(missing)}. "
            + (context.IsCa ? $"Issue the successors from '{context.State.NewCa}', under the same names, or revoke what nobody uses." : "Issue their successors, under the same names, or revoke what nobody uses."))];
    }

    /// <summary>A few names, and how many more there are.</summary>
    internal static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");

    /// <summary>Valid certificates of the old CA, without those by which the CAs vouch for each other.</summary>
    internal static IEnumerable<IssuedEntry> InUse(RotationContext context)
    {
        var cas = new[] { context.OldCaCertificate.Subject, context.NewCaExists ? context.NewCa.Certificate.Subject : null }.OfType<Names.DistinguishedName>().Select(OneLineName.Format).ToHashSet();
        return context.OldCa.GetIssued().Where(entry => entry.Status == IssuedStatus.Valid && !cas.Contains(entry.Subject));
    }

    private static List<string> OfCa(RotationContext context)
    {
        var successors = context.NewCa.GetIssued().Where(entry => entry.Status == IssuedStatus.Valid).Select(entry => entry.Subject).ToHashSet();
        return InUse(context).Where(entry => !successors.Contains(entry.Subject)).Select(NameOf).ToList();
    }

    private static List<string> OfCertificates(RotationContext context)
    {
        var waiting = context.State.Items.ToDictionary(item => IssuedEntry.Normalize(item.OldCertificate.SerialNumber));
        var subjects = waiting.Values.Select(item => OneLineName.Format(item.Subject)).ToHashSet();
        var valid = context.OldCa.GetIssued().Where(entry => entry.Status == IssuedStatus.Valid && subjects.Contains(entry.Subject)).ToList();
        return valid.Where(entry => waiting.TryGetValue(entry.SerialNumber, out var item) && !valid.Exists(other => other.Subject == entry.Subject && other.NotAfter > item.OldCertificate.NotAfter && !waiting.ContainsKey(other.SerialNumber))).Select(NameOf).ToList();
    }

    private static string NameOf(IssuedEntry entry) => entry.Name ?? entry.Subject;
}
