using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>A key that a CA had before, with the certificate that names it.</summary>
internal sealed record FormerKey(MtlsCertificate Certificate, PrivateKey? Key);

/// <summary>The former keys of a CA whose certificates are still good: what they signed is covered by no list that the new key signs (RFC 5280, 6.3.3 (f)).</summary>
internal static class FormerKeys
{
    /// <summary>Finds and opens them; one that can not be opened is there without its key, and draws a warning.</summary>
    internal static IReadOnlyList<FormerKey> Open(AuthorityLayout layout, MtlsCertificate current, CrlOptions options, TimeProvider clock, Action<string>? warn) =>
        FormerCertificates.Read(layout, clock)
            .Where(one => !one.PublicKey.Equals(current.PublicKey) && one.Subject.Matches(current.Subject) && one.NotAfter > clock.GetUtcNow())
            .GroupBy(one => one.PublicKey)
            .Select(group => Open(layout, [.. group.OrderBy(one => one.NotAfter)], options, warn))
            .ToList();

    private static FormerKey Open(AuthorityLayout layout, List<MtlsCertificate> certificates, CrlOptions options, Action<string>? warn)
    {
        var last = certificates[^1];
        var path = certificates.Select(one => layout.FormerKey(IssuedEntry.Normalize(one.SerialNumber))).FirstOrDefault(File.Exists);
        try
        {
            if (path is not null && PrivateKey.Open(path, options.FormerPassword ?? options.Password) is var key && key.Matches(last.PublicKey))
                return new FormerKey(last, key);
        }
        catch (MtlsException unusable) when (unusable is PasswordException or InputException or KeyException)
        {
            // Told below: the CA's own list must not wait for it.
        }

        warn?.Invoke($"The former key of '{last.Name}'{(path is null ? $" is not in '{layout.PrivateFolder}'" : $", '{path}', can not be opened")}, so there is no new list for what it signed until {last.NotAfter:u}: servers that check lists will refuse those certificates. {(path is null ? "Put the key file back" : "Give its password (-FormerPassword)")}, or replace the certificates.");
        return new FormerKey(last, null);
    }
}
