using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Records revocations in the index of a CA folder, however long it is, in one pass.</summary>
internal sealed class RevocationRecorder(AuthorityLayout layout, AuthorityLedger ledger, TimeProvider clock, string ca)
{
    internal IReadOnlyList<CertificateRevocation> Record(IReadOnlyList<PlannedRevocation> planned, CancellationToken cancellation)
    {
        foreach (var one in planned)
            RevocationErrors.CheckReason(one.Reason);
        if (planned.Count == 0)
            return [];
        var wanted = planned.DistinctBy(one => one.SerialNumber).ToDictionary(one => one.SerialNumber);
        var done = new Dictionary<string, CertificateRevocation>();
        using var held = AuthorityLock.Take(layout, cancellation);
        Rewrite(wanted, done);
        if (done.Count < wanted.Count)
        {
            AddMissing(wanted.Values.Where(one => !done.ContainsKey(one.SerialNumber)));
            done.Clear();
            Rewrite(wanted, done);
        }

        if (layout.NamedFolder is not null)
        {
            foreach (var one in done.Values.Where(one => one.IsChanged && one.Reason is not null and not RevocationReason.CertificateHold))
                EasyRsaFiles.Retire(layout, one.SerialNumber);
        }

        return wanted.Keys.Select(serial => done[serial]).ToList();
    }

    /// <summary>What becomes of an entry. As openssl does it, a reason that stands is not changed; only a hold may end, one way or the other.</summary>
    internal static RevocationOutcome OutcomeOf(IssuedEntry entry, RevocationReason wanted)
    {
        var isOnHold = entry is { Status: IssuedStatus.Revoked, Reason: RevocationReason.CertificateHold };
        if (wanted == RevocationReason.RemoveFromCrl)
            return isOnHold ? RevocationOutcome.Released : RevocationOutcome.NotOnHold;
        if (entry.Status != IssuedStatus.Revoked)
            return RevocationOutcome.Revoked;
        return isOnHold && wanted != RevocationReason.CertificateHold ? RevocationOutcome.Confirmed : RevocationOutcome.AlreadyRevoked;
    }

    private void Rewrite(Dictionary<string, PlannedRevocation> wanted, Dictionary<string, CertificateRevocation> done) =>
        ledger.Index.Rewrite(wanted.Keys.ToHashSet(), (entry, line) => Change(entry, line, wanted[entry.SerialNumber], done), () => done.Count == wanted.Count && Log(done.Values));

    /// <summary>What the CA signed without its index, as openssl x509 does, gets its line now.</summary>
    private void AddMissing(IEnumerable<PlannedRevocation> missing)
    {
        var unlisted = missing.ToList();
        if (unlisted.Find(one => one.Certificate is null) is { } unknown)
            throw RevocationErrors.NotListed(layout, $"the serial number {unknown.SerialNumber}");
        foreach (var one in unlisted)
        {
            using var line = ledger.Index.Append(IssuedEntry.Format(one.SerialNumber, one.Certificate!.NotAfter, one.Certificate.Subject), null);
            RandomAccess.FlushToDisk(line);
            ledger.Audit.Append([AuditEntry.About(AuditEvent.Issued, one.Certificate) with { Reason = "Found when it was revoked: it was issued by other means." }], null, null).Dispose();
        }
    }

    /// <summary>The log is told before the index changes, so that no revocation stands there untold.</summary>
    private bool Log(IEnumerable<CertificateRevocation> done)
    {
        var changed = done.Where(one => one.IsChanged).ToList();
        if (changed.Count > 0)
            ledger.Audit.Append(changed.Select(ToAudit), null, null).Dispose();
        return true;
    }

    private static AuditEntry ToAudit(CertificateRevocation one) => new()
    {
        Event = one.Outcome == RevocationOutcome.Released ? AuditEvent.Released : AuditEvent.Revoked,
        SerialNumber = one.SerialNumber,
        Subject = one.Subject,
        NotAfter = one.NotAfter,
        Reason = one.Reason?.ToString(),
    };

    private string? Change(IssuedEntry entry, string line, PlannedRevocation order, Dictionary<string, CertificateRevocation> done)
    {
        var now = clock.GetUtcNow();
        var outcome = OutcomeOf(entry, order.Reason);
        var (reason, since) = outcome switch
        {
            RevocationOutcome.Revoked => (order.Reason, now),
            RevocationOutcome.Confirmed => (order.Reason, entry.RevokedAt ?? now),
            RevocationOutcome.Released => ((RevocationReason?)null, (DateTimeOffset?)null),
            _ => (entry.Reason, entry.RevokedAt),
        };

        // One serial number in two lines is a mistake of other tools; both are revoked, and what changed is told.
        if (!done.TryGetValue(entry.SerialNumber, out var told) || !told.IsChanged)
            done[entry.SerialNumber] = ToResult(entry, outcome, reason, since);
        return outcome switch
        {
            RevocationOutcome.Revoked or RevocationOutcome.Confirmed => IssuedEntry.Revoke(line, since!.Value, reason!.Value),
            RevocationOutcome.Released => IssuedEntry.Release(line),
            _ => null,
        };
    }

    private CertificateRevocation ToResult(IssuedEntry entry, RevocationOutcome outcome, RevocationReason? reason, DateTimeOffset? since) => new()
    {
        Name = entry.Name ?? entry.Subject,
        SerialNumber = entry.SerialNumber,
        Subject = entry.Subject,
        NotAfter = entry.NotAfter,
        Outcome = outcome,
        Reason = reason,
        RevokedAt = since is { } time ? DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds()) : null,
        Ca = ca,
        CaPath = layout.Folder,
    };
}
