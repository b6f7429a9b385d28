using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Finds in the index what people want revoked. However many targets there are, it is read once for them, and once more for certificates that go along with them.</summary>
internal sealed class RevocationPlanner(AuthorityLayout layout, AuthorityLedger ledger, OwnCertificates own)
{
    private readonly List<(RevocationTarget Target, MtlsException Error)> failures = [];
    private readonly List<string> warnings = [];

    internal RevocationPlan Plan(IReadOnlyList<RevocationTarget> targets, RevokeOptions options, CancellationToken cancellation)
    {
        RevocationErrors.CheckReason(options.Reason);
        var chosen = new List<(PlannedRevocation Planned, IssuedEntry? Entry)>();
        var found = IssuedSearch.Run(ledger.Index, targets);
        foreach (var target in targets)
        {
            try
            {
                chosen.AddRange(Choose(target, found, options));
            }
            catch (MtlsException failure)
            {
                failures.Add((target, failure));
            }
        }

        var all = new Dictionary<string, PlannedRevocation>();
        foreach (var (planned, _) in chosen)
            all.TryAdd(planned.SerialNumber, planned);
        if (options.Reason != RevocationReason.RemoveFromCrl && chosen.Count > 0)
        {
            var relatives = new RevocationRelatives(layout, ledger, warnings);
            foreach (var more in relatives.Find(chosen, options, cancellation))
                all.TryAdd(more.SerialNumber, more);
        }

        return new RevocationPlan([.. all.Values], failures, warnings);
    }

    private IEnumerable<(PlannedRevocation Planned, IssuedEntry? Entry)> Choose(RevocationTarget target, IssuedSearch found, RevokeOptions options)
    {
        switch (target)
        {
            case CertificateTarget { Certificate: var certificate }:
                own.Check(certificate);
                var listed = found.Find(IssuedEntry.Normalize(certificate.SerialNumber));
                if (listed is null && options.Reason == RevocationReason.RemoveFromCrl)
                    throw RevocationErrors.NotListed(layout, $"the serial number {certificate.SerialNumber}");
                if (listed is null)
                    warnings.Add($"'{certificate.Name}' ({certificate.SerialNumber}) was signed by this CA but is not in its index, so it was issued by other means; it is added as revoked.");
                return [(listed is null ? PlannedRevocation.Of(certificate, options.Reason) : Accept(listed, options) with { Certificate = certificate }, listed)];
            case EntryTarget { Entry: var entry } when !entry.IsOf(layout):
                throw new AuthorityException(ErrorCode.CertificateOfAnotherAuthority, $"The entry '{entry.Name ?? entry.Subject}' ({entry.SerialNumber}) is from the index of another CA than '{layout.Folder}'. Revoke it at the CA that issued it.", layout.Folder);
            case EntryTarget { Entry: var entry }:
                return [Pair(found.Find(entry.SerialNumber) ?? throw RevocationErrors.NotListed(layout, $"the serial number {entry.SerialNumber}"), options)];
            case SerialTarget serial:
                return [Pair(ChooseReading(serial, found), options)];
            case ThumbprintTarget thumbprint:
                return [Pair(found.FindThumbprint(thumbprint) ?? throw RevocationErrors.NotListed(layout, $"the thumbprint {thumbprint.Digits} among the files that are there"), options)];
            default:
                return ChooseNamed((NameTarget)target, found, options).Select(entry => Pair(entry, options));
        }
    }

    private static (PlannedRevocation Planned, IssuedEntry? Entry) Pair(IssuedEntry entry, RevokeOptions options) => (Accept(entry, options), entry);

    /// <exception cref="AuthorityException">Its state stands against it.</exception>
    private static PlannedRevocation Accept(IssuedEntry entry, RevokeOptions options) =>
        RevocationErrors.Of(entry, options.Reason) is { } refused ? throw refused : PlannedRevocation.Of(entry, options.Reason);

    private IssuedEntry ChooseReading(SerialTarget target, IssuedSearch found)
    {
        var entries = target.Readings.Select(found.Find).OfType<IssuedEntry>().ToList();
        return entries switch
        {
            [var one] => one,
            [var hex, var dec] => throw new AuthorityException(ErrorCode.SerialNumberAmbiguous, $"The serial number '{target.Text}' means '{hex.Name ?? hex.Subject}' in hexadecimal and '{dec.Name ?? dec.Subject}' in decimal. Write 0x{hex.SerialNumber} or 0x{dec.SerialNumber}.", layout.Index),
            _ => throw RevocationErrors.NotListed(layout, $"the serial number {string.Join(" (hexadecimal) or ", target.Readings)}{(target.Readings.Count > 1 ? " (decimal)" : "")}"),
        };
    }

    /// <summary>The valid ones that bear the name; without one, those past their end; a name of revoked ones alone can only be lifted from hold.</summary>
    private IReadOnlyList<IssuedEntry> ChooseNamed(NameTarget target, IssuedSearch found, RevokeOptions options)
    {
        var entries = found.FindNamed(target);
        var fitting = entries.Where(entry => RevocationErrors.Of(entry, options.Reason) is null).ToList();
        if (fitting.Exists(entry => entry.Status == IssuedStatus.Valid))
            fitting.RemoveAll(entry => entry.Status == IssuedStatus.Expired);
        if (fitting.Count == 0)
            throw entries.Count == 0 ? RevocationErrors.NotListed(layout, $"the name '{target.Text}'") : RevocationErrors.Of(entries[^1], options.Reason)!;
        if (fitting.Count > 1 && !options.All)
            throw new AuthorityException(ErrorCode.SeveralCertificates, $"The name '{target.Text}' stands for {fitting.Count} certificates: {string.Join(", ", fitting.Select(entry => $"{entry.SerialNumber} (until {entry.NotAfter:u})"))}. Give the serial number of one, or -All.", layout.Index);
        return fitting;
    }
}
