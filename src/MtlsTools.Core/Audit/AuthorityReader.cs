using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Policy;

namespace MtlsTools.Audit;

/// <summary>Looks through a CA folder for what the rules want to know. The index is read once, line by line.</summary>
internal static class AuthorityReader
{
    /// <summary>So many of the newest certificates tell what a CA is used for.</summary>
    private const int Sample = 1000;

    internal static AuthorityFacts Read(CertificateAuthority authority)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var repeated = new HashSet<string>(StringComparer.Ordinal);
        var newest = new Queue<string>();
        IssuedEntry? last = null;
        var revoked = 0;
        foreach (var entry in authority.GetIssued())
        {
            if (!seen.Add(entry.SerialNumber))
                repeated.Add(entry.SerialNumber);
            if (entry.Status == IssuedStatus.Revoked)
                revoked++;
            if (entry.Status != IssuedStatus.Valid)
                continue;
            if (last is null || entry.NotAfter > last.NotAfter)
                last = entry;
            if (entry.Path is null)
                continue;
            newest.Enqueue(entry.Path);
            if (newest.Count > Sample)
                newest.Dequeue();
        }

        var (servers, clients) = Count(newest);
        var next = ReadNextSerial(authority.Path);
        return new AuthorityFacts
        {
            Certificate = authority.Certificate,
            RepeatedSerials = [.. repeated],
            NextSerial = next,
            NextSerialIsUsed = next is not null && (next.Length == 0 || !next.All(char.IsAsciiHexDigit) || seen.Contains(next.ToUpperInvariant())),
            LastToEnd = last is null ? null : (last.Subject, last.NotAfter),
            Servers = servers,
            Clients = clients,
            Revoked = revoked,
            HasCrl = RevocationLists(authority).Any(),
        };
    }

    /// <summary>The revocation lists in the folder.</summary>
    internal static IEnumerable<string> RevocationLists(CertificateAuthority authority) =>
        new[] { authority.Path, Path.Combine(authority.Path, "crl") }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*"))
            .Where(file => Path.GetExtension(file) == ".crl" || Path.GetFileName(file) == "crl.pem")
            .Order(StringComparer.Ordinal);

    private static (int Servers, int Clients) Count(IEnumerable<string> paths)
    {
        int servers = 0, clients = 0;
        foreach (var path in paths)
        {
            try
            {
                var role = CertificateReader.ReadFile(path)[0].Role;
                servers += role is CertificateRole.Server or CertificateRole.Peer ? 1 : 0;
                clients += role is CertificateRole.Client or CertificateRole.Peer ? 1 : 0;
            }
            catch (InputException)
            {
                // A copy that is gone or damaged says nothing of the CA's use; judging that file itself tells of it.
            }

            if (servers > 0 && clients > 0)
                break;
        }

        return (servers, clients);
    }

    /// <summary>OpenSSL's file of the next serial number, when the folder has one.</summary>
    private static string? ReadNextSerial(string folder)
    {
        var file = Path.Combine(folder, "serial");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }
}
