using MtlsTools.Certificates;

namespace MtlsTools.Authority;

/// <summary>Looks many serial numbers and names up in one pass over an index; thumbprints, which it does not hold, in the files of the certificates.</summary>
internal sealed class IssuedSearch
{
    private readonly Dictionary<string, IssuedEntry?> bySerial;
    private readonly Dictionary<NameTarget, List<IssuedEntry>> byName;
    private readonly Dictionary<ThumbprintTarget, IssuedEntry> byThumbprint = [];

    private IssuedSearch(IReadOnlyList<RevocationTarget> targets)
    {
        bySerial = targets.SelectMany(SerialsOf).Distinct().ToDictionary(serial => serial, _ => (IssuedEntry?)null);
        byName = targets.OfType<NameTarget>().Distinct().ToDictionary(name => name, _ => new List<IssuedEntry>());
    }

    internal static IssuedSearch Run(AuthorityIndex index, IReadOnlyList<RevocationTarget> targets)
    {
        var search = new IssuedSearch(targets);
        foreach (var entry in index.Read())
            search.Take(entry);
        var files = targets.OfType<ThumbprintTarget>().Where(target => search.FindThumbprint(target) is null).ToHashSet();
        if (files.Count > 0)
            search.ReadFiles(index, files);
        return search;
    }

    internal IssuedEntry? Find(string serial) => bySerial.GetValueOrDefault(serial);

    internal IReadOnlyList<IssuedEntry> FindNamed(NameTarget target) => byName[target];

    internal IssuedEntry? FindThumbprint(ThumbprintTarget target) => byThumbprint.GetValueOrDefault(target);

    private static IEnumerable<string> SerialsOf(RevocationTarget target) => target switch
    {
        CertificateTarget { Certificate: var certificate } => [IssuedEntry.Normalize(certificate.SerialNumber)],
        EntryTarget { Entry: var entry } => [entry.SerialNumber],
        SerialTarget { Readings: var readings } => readings,
        _ => [],
    };

    private void Take(IssuedEntry entry)
    {
        if (bySerial.ContainsKey(entry.SerialNumber))
            bySerial[entry.SerialNumber] = entry;
        foreach (var (name, entries) in byName)
        {
            if (name.Means(entry))
                entries.Add(entry);
        }
    }

    private void ReadFiles(AuthorityIndex index, HashSet<ThumbprintTarget> wanted)
    {
        foreach (var entry in index.Read())
        {
            if (IssuedFile.TryRead(entry) is not { } certificate)
                continue;
            foreach (var target in wanted.Where(one => one.Digits == certificate.Thumbprint || one.Digits == certificate.Sha256).ToList())
            {
                byThumbprint[target] = entry;
                wanted.Remove(target);
            }

            if (wanted.Count == 0)
                return;
        }
    }
}

/// <summary>The file of a certificate that an index lists.</summary>
internal static class IssuedFile
{
    /// <summary>Null when it is gone or damaged.</summary>
    internal static MtlsCertificate? TryRead(IssuedEntry entry)
    {
        try
        {
            return entry.Path is { } path ? CertificateReader.ReadFile(path)[0] : null;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
