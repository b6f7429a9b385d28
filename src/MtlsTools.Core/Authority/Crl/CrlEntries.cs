using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>What the index wants listed, and whether a list says so.</summary>
internal sealed class CrlEntries
{
    private CrlEntries(IReadOnlyList<RevokedCertificate> all, bool areListed)
    {
        All = all;
        AreListed = areListed;
    }

    internal IReadOnlyList<RevokedCertificate> All { get; }

    /// <summary>Whether the list that is there says the same of every certificate.</summary>
    internal bool AreListed { get; }

    /// <summary>Reads the index once. An entry is left out when a list has been published with it after the end of its certificate (RFC 5280, 3.3): nobody needs it any more.</summary>
    internal static CrlEntries Read(AuthorityIndex index, CertificateRevocationList? previous)
    {
        var all = new List<RevokedCertificate>();
        var (known, changed) = (0, previous is null);

        // OpenSSL can write removeFromCRL into an index; a whole list has no such entries (RFC 5280, 5.3.1).
        foreach (var entry in index.Read().Where(entry => entry is { Status: IssuedStatus.Revoked, RevokedAt: not null, Reason: not RevocationReason.RemoveFromCrl }))
        {
            var listed = previous?.Find(entry.SerialNumber);
            var reason = entry.Reason ?? RevocationReason.Unspecified;
            if (listed is not null)
                known++;
            else if (previous is not null && entry.NotAfter < previous.ThisUpdate && entry.RevokedAt < previous.ThisUpdate)
                continue;
            changed |= listed is null || listed.Reason != reason;
            if (listed is null || entry.NotAfter >= previous!.ThisUpdate)
                all.Add(new RevokedCertificate(entry.SerialNumber, entry.RevokedAt!.Value, reason));
        }

        return new CrlEntries(all, !changed && known == previous!.Count);
    }
}
