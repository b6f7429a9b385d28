using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Inventory;

/// <summary>Looks for the private key of a certificate's file where people put it.</summary>
internal static class KeyBeside
{
    /// <summary>The key's file, or null. A key that is encrypted is taken by its name; any other has to be the certificate's.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="path">Its file.</param>
    /// <param name="configured">The key that a configuration names with it, or null.</param>
    internal static string? Find(MtlsCertificate certificate, string path, string? configured) =>
        Candidates(path, configured).FirstOrDefault(candidate => candidate != path && new FileInfo(candidate) is { Exists: true, Length: > 0 and < 64 * 1024 } && Fits(candidate, certificate));

    private static IEnumerable<string> Candidates(string path, string? configured)
    {
        var folder = Path.GetDirectoryName(path)!;
        var name = Path.GetFileNameWithoutExtension(path);
        if (configured is not null)
            yield return configured;
        yield return Path.Combine(folder, name + ".key");
        yield return Path.Combine(folder, name + "-key.pem");
        yield return Path.Combine(folder, "privkey.pem");
        yield return Path.Combine(folder, name.Replace("fullchain", "privkey", StringComparison.Ordinal).Replace("cert", "privkey", StringComparison.Ordinal) + ".pem");
        yield return Path.Combine(folder, "private", name + ".key");
        yield return Path.Combine(folder, "private", "cakey.pem");
    }

    private static bool Fits(string candidate, MtlsCertificate certificate)
    {
        try
        {
            using var key = PrivateKey.Open(candidate);
            return key.Matches(certificate.PublicKey);
        }
        catch (PasswordException)
        {
            return true;
        }
        catch (MtlsException)
        {
            return false;
        }
    }
}
