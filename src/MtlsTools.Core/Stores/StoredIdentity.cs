using MtlsTools.Certificates;
using MtlsTools.Names;

namespace MtlsTools.Stores;

/// <summary>Finds a certificate with its key in the user's personal store by a name, as curl, git and the articles on the subject do.</summary>
public static class StoredIdentity
{
    /// <summary>The certificate of a name: its common name, an alternative name, or the whole subject. Only those that are valid at that time and have their key count; of one subject and issuer the newest is taken.</summary>
    /// <param name="name">The name; case does not matter.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when no such certificate is there.</returns>
    /// <exception cref="StoreException">Certificates of several subjects or issuers have the name.</exception>
    public static StoreItem? Find(string name, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Choose(CertificateStore.Open(StoreTarget.DotNetStore, new StoreOptions { StoreName = MtlsStoreName.My }).Read(), name, now);
        }
        catch (StoreException closed) when (closed.Code == ErrorCode.StoreAccessDenied)
        {
            return null; // Who has no store has no certificate in it.
        }
    }

    internal static StoreItem? Choose(IEnumerable<StoreItem> items, string name, DateTimeOffset now)
    {
        var subject = ParseSubject(name);
        var newest = items
            .Where(item => item.HasPrivateKey && item.Certificate.NotBefore <= now && now <= item.NotAfter && IsCalled(item.Certificate, name, subject))
            .GroupBy(item => (item.Certificate.Subject.ToString(), item.Certificate.Issuer.ToString()))
            .Select(same => same.MaxBy(item => item.Certificate.NotBefore)!)
            .ToList();
        return newest.Count <= 1
            ? newest.FirstOrDefault()
            : throw new StoreException(ErrorCode.StoreItemAmbiguous, $"'{name}' fits {newest.Count} valid certificates of this user's store: {string.Join("; ", newest.Select(item => $"{item.Thumbprint} ({item.Certificate.Subject}, issued by {item.Certificate.Issuer}, until {item.NotAfter:yyyy-MM-dd})"))}. Name one by its thumbprint.");
    }

    private static DistinguishedName? ParseSubject(string name)
    {
        try
        {
            return name.Contains('=', StringComparison.Ordinal) ? DistinguishedName.Parse(name) : null;
        }
        catch (MtlsException)
        {
            return null; // It is a name that happens to have the sign in it.
        }
    }

    private static bool IsCalled(MtlsCertificate certificate, string name, DistinguishedName? subject) => subject is not null
        ? certificate.Subject.Equals(subject)
        : name.Equals(certificate.Subject.CommonName, StringComparison.OrdinalIgnoreCase) || certificate.San.Any(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase));
}
