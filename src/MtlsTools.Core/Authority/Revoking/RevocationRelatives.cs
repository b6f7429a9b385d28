using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Certificates that belong to one that is revoked: those it replaced, and those of its key. What stays valid under the same name is worth a warning: the holder goes on with it.</summary>
internal sealed class RevocationRelatives(AuthorityLayout layout, AuthorityLedger ledger, List<string> warnings)
{
    internal IEnumerable<PlannedRevocation> Find(IReadOnlyList<(PlannedRevocation Planned, IssuedEntry? Entry)> chosen, RevokeOptions options, CancellationToken cancellation)
    {
        var taken = chosen.Select(one => one.Planned.SerialNumber).ToHashSet();
        var waiting = taken.ToHashSet();
        var bySubject = chosen.ToLookup(SubjectOf);
        var byKey = options.SameKey ? FindByKey(chosen, cancellation) : [];
        var twins = new List<IssuedEntry>();
        var found = new List<PlannedRevocation>();
        foreach (var entry in ledger.Index.Read())
        {
            // What is issued later stands further down, so those that are still to come are newer.
            if (waiting.Remove(entry.SerialNumber) || taken.Contains(entry.SerialNumber) || entry.Status != IssuedStatus.Valid)
                continue;
            if (byKey.Contains(entry.SerialNumber))
                found.Add(PlannedRevocation.Of(entry, options.Reason, RevocationCause.SameKey));
            else if (options.IncludeSuperseded && bySubject[entry.Subject].Any(one => waiting.Contains(one.Planned.SerialNumber) && HasNamesOf(one, entry)))
                found.Add(PlannedRevocation.Of(entry, options.Reason == RevocationReason.CertificateHold ? options.Reason : RevocationReason.Superseded, RevocationCause.Superseded));
            else if (bySubject.Contains(entry.Subject))
                twins.Add(entry);
        }

        warnings.AddRange(twins.Where(twin => twin.Subject.Length > 1).Select(twin =>
            $"'{twin.Name ?? twin.Subject}' has another certificate that stays valid until {twin.NotAfter:u}: {twin.SerialNumber}. Whoever holds it is still let in; revoke it too if that is not meant (-Name with -All takes all of a name, -IncludeSuperseded the older ones, -SameKey those of the key)."));
        return found;
    }

    private HashSet<string> FindByKey(IReadOnlyList<(PlannedRevocation Planned, IssuedEntry? Entry)> chosen, CancellationToken cancellation)
    {
        var serials = new HashSet<string>();
        foreach (var one in chosen)
        {
            if (CertificateOf(one) is { } certificate)
                serials.UnionWith(ledger.FindByKey(certificate.PublicKey, cancellation));
            else
                warnings.Add($"The file of '{one.Planned.Name}' ({one.Planned.SerialNumber}) is gone, so other certificates of its key can not be found. Give the certificate's file, or revoke them one by one.");
        }

        return serials;
    }

    /// <summary>Whether an older certificate of the subject is for the same alternative names as well, so that the newer one took its place.</summary>
    private bool HasNamesOf((PlannedRevocation Planned, IssuedEntry? Entry) newer, IssuedEntry older)
    {
        if (CertificateOf(newer) is { } one && IssuedFile.TryRead(older) is { } other)
            return other.San.ToHashSet().SetEquals(one.San);
        warnings.Add($"Whether '{newer.Planned.Name}' ({newer.Planned.SerialNumber}) replaced {older.SerialNumber} can not be told, because the file of one of them is gone from '{layout.IssuedFolder}'.");
        return false;
    }

    private static string SubjectOf((PlannedRevocation Planned, IssuedEntry? Entry) one) => one.Entry?.Subject ?? OneLineName.Format(one.Planned.Certificate!.Subject);

    private static MtlsCertificate? CertificateOf((PlannedRevocation Planned, IssuedEntry? Entry) one) => one.Planned.Certificate ?? (one.Entry is { } entry ? IssuedFile.TryRead(entry) : null);
}
