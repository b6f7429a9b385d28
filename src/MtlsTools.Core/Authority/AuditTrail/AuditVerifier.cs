using MtlsTools.Keys;
using MtlsTools.Verification;

namespace MtlsTools.Authority;

/// <summary>Checks an audit log: every entry's own hash, the chain from entry to entry, the seals, and the index beside it.</summary>
internal sealed class AuditVerifier(AuthorityLayout layout, IReadOnlyList<SignatureChecker> keys)
{
    private readonly List<AuditFinding> findings = [];
    private readonly SortedSet<long> missing = [];
    private readonly HashSet<string> issued = [];
    private readonly HashSet<string> revoked = [];
    private long count;
    private long top;
    private string? head = AuditLine.NoHash;
    private long sealedEntries;
    private long before;
    private DateTimeOffset latest = DateTimeOffset.MinValue;

    /// <param name="log">The log.</param>
    /// <param name="index">The entries of the CA's index.</param>
    /// <param name="knownHead">A hash that was in the log once, or null.</param>
    internal AuditReport Run(AuditLog log, IEnumerable<IssuedEntry> index, string? knownHead)
    {
        var hasHead = knownHead is null;
        foreach (var (line, entry, isWhole) in log.Read())
        {
            count++;
            hasHead |= entry is not null && isWhole && string.Equals(entry.Hash, knownHead, StringComparison.OrdinalIgnoreCase);
            if (entry is null)
                Damaged(line);
            else
                Check(entry, isWhole, line);
        }

        foreach (var (first, last) in Ranges(missing))
            Error(AuditProblem.EntryRemoved, null, first == last ? $"Entry {first} is missing." : $"The entries {first} to {last} are missing.", "Somebody has removed them. Compare with a backup of the folder, and with the index.");
        if (!hasHead)
            Error(AuditProblem.HeadMissing, null, $"No entry has the hash {knownHead}, which was in the log.", "Entries have been removed from its end, or the log was written anew. Compare with a backup of the folder.");
        Compare(index);
        return new AuditReport(layout.Audit, count, head ?? AuditLine.NoHash, sealedEntries, findings);
    }

    private void Damaged(long line)
    {
        Error(AuditProblem.LineDamaged, line, "The line is no entry of an audit log.", "Compare with a backup of the folder: the entry that stood here can not be known.");
        top++;
        head = null;
    }

    private void Check(AuditEntry entry, bool isWhole, long line)
    {
        if (!isWhole)
            Error(AuditProblem.EntryEdited, line, $"Entry {entry.Number} ({entry.Event}) does not have the hash that it names: it was changed after it had been written.", "Compare with a backup of the folder.");
        else if (entry.Seal is not null && !AuditSeal.IsValid(entry, keys))
            Error(AuditProblem.SealInvalid, line, $"The seal of entry {entry.Number} was not made by a key of this CA.", "The log up to here may have been written by somebody who does not have the CA's key. Compare with a backup of the folder.");
        else if (entry.Seal is not null)
            sealedEntries = entry.Number;
        Place(entry, line);
        if (entry.Time < latest)
            findings.Add(new AuditFinding(AuditProblem.ClockSetBack, FindingSeverity.Warning, line, $"Entry {entry.Number} is of {entry.Time:u}, before the one above it ({latest:u}).", "A clock was wrong, or was set back: the order of the entries is right, their times may not be."));
        latest = entry.Time > latest ? entry.Time : latest;
        Remember(entry);
    }

    /// <summary>Whether it stands where it was written.</summary>
    private void Place(AuditEntry entry, long line)
    {
        if (entry.Number <= top)
        {
            missing.Remove(entry.Number);
            Error(AuditProblem.EntryMoved, line, $"Entry {entry.Number} stands behind entry {top}, or a second time.", "Lines have been moved or copied. Compare with a backup of the folder.");
            return;
        }

        for (var gap = top + 1; gap < entry.Number; gap++)
            missing.Add(gap);
        if (entry.Number == top + 1 && head is not null && entry.Previous != head)
            Error(AuditProblem.EntryReplaced, line, $"Entry {entry.Number} was not written after the entry that stands before it.", "The entry before it was exchanged, with a new hash. Compare with a backup of the folder.");
        top = entry.Number;
        head = entry.Hash;
    }

    private void Remember(AuditEntry entry)
    {
        if (entry.Event == AuditEvent.Begun)
            before = entry.Count ?? 0;
        if (entry.SerialNumber is not { } serial)
            return;
        if (entry.Event == AuditEvent.Issued)
            issued.Add(serial);
        else if (entry.Event == AuditEvent.Revoked)
            revoked.Add(serial);
    }

    private void Compare(IEnumerable<IssuedEntry> index)
    {
        var unlogged = new List<string>();
        var unloggedRevocations = new List<string>();
        foreach (var (entry, at) in index.Select((entry, at) => (entry, at)))
        {
            if (!issued.Remove(entry.SerialNumber) && at >= before)
                unlogged.Add(entry.SerialNumber);
            if (entry.Status == IssuedStatus.Revoked && !revoked.Contains(entry.SerialNumber) && at >= before)
                unloggedRevocations.Add(entry.SerialNumber);
        }

        if (unlogged.Count > 0)
            Foreign($"The index has {Several(unlogged)} of whose issuance the log does not tell.");
        if (unloggedRevocations.Count > 0)
            Foreign($"The index has {Several(unloggedRevocations)} of whose revocation the log does not tell.");
        if (issued.Count > 0)
            Error(AuditProblem.NotInIndex, null, $"The log tells of {Several([.. issued])} of which the index knows nothing.", $"Lines have been removed from '{layout.Index}': such a certificate can not be revoked by its serial number any more. Compare with a backup of the folder.");
    }

    private void Foreign(string cause) =>
        findings.Add(new AuditFinding(AuditProblem.NotInLog, FindingSeverity.Warning, null, cause, "Another program has worked in this folder (openssl ca, easy-rsa), or entries have been removed from the log. If no other program does, compare with a backup."));

    private void Error(AuditProblem problem, long? line, string cause, string remedy) => findings.Add(new AuditFinding(problem, FindingSeverity.Error, line, cause, remedy));

    private static string Several(List<string> serials)
    {
        const int shown = 3;
        var names = string.Join(", ", serials.Take(shown)) + (serials.Count > shown ? ", …" : "");
        return $"{serials.Count} certificate{(serials.Count == 1 ? "" : "s")} ({names})";
    }

    private static IEnumerable<(long First, long Last)> Ranges(IEnumerable<long> numbers)
    {
        long? first = null;
        var last = 0L;
        foreach (var number in numbers)
        {
            if (first is { } begun && number != last + 1)
            {
                yield return (begun, last);
                first = number;
            }

            first ??= number;
            last = number;
        }

        if (first is { } open)
            yield return (open, last);
    }
}
