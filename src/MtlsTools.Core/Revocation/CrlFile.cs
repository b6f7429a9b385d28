using MtlsTools.Encoding;

namespace MtlsTools.Revocation;

/// <summary>How a revocation list is encoded in a file.</summary>
public enum CrlFormat
{
    /// <summary>Text, any number of lists: nginx, Apache, HAProxy, OpenSSL.</summary>
    Pem,

    /// <summary>Binary, one list: for download from the URL in the certificates, for Windows and Java.</summary>
    Der,
}

/// <summary>Writes revocation lists, so that readers find the old file or the new one, and never a part.</summary>
internal static class CrlFile
{
    /// <summary>Writes lists into a PEM file, unless it holds just them already.</summary>
    /// <param name="path">The file; one that exists is replaced when it holds revocation lists.</param>
    /// <param name="lists">The lists, in this order.</param>
    /// <param name="overwrite">Whether a file that holds anything else is replaced, too.</param>
    /// <exception cref="OutputException">The file holds something else, or can not be written.</exception>
    internal static string Update(string path, IReadOnlyList<CertificateRevocationList> lists, bool overwrite) =>
        Update(path, System.Text.Encoding.ASCII.GetBytes(string.Concat(lists.Select(list => list.ToPem()))), overwrite);

    /// <summary>The same as DER: the first list, and those of the CA's former keys in files beside it, named by the keys.</summary>
    /// <exception cref="MtlsException">The lists are of several CAs; or as above.</exception>
    internal static IReadOnlyList<string> UpdateDer(string path, IReadOnlyList<CertificateRevocationList> lists, bool overwrite)
    {
        if (lists.FirstOrDefault(list => !list.Issuer.Matches(lists[0].Issuer)) is { } other)
            throw new InputException(ErrorCode.CrlFormatInvalid, $"A DER file holds one revocation list, and those of '{lists[0].Issuer}' and '{other.Issuer}' are to go into '{path}'. Write them as PEM, or one CA at a time.", path);
        return lists.Select((list, number) => Update(number == 0 ? path : Beside(path, list), list.RawData.ToArray(), overwrite)).ToList();
    }

    private static string Beside(string path, CertificateRevocationList list) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{list.AuthorityKeyIdentifier!.KeyIdentifier![..8]}{Path.GetExtension(path)}");

    private static string Update(string path, byte[] content, bool overwrite)
    {
        var there = File.Exists(path) ? File.ReadAllBytes(path) : null;
        if (there is null || !there.AsSpan().SequenceEqual(content))
            AtomicFile.Write(path, content, FileAudience.Everyone, overwrite || there is { Length: 0 } || (there is not null && IsCrl(there)));
        return path;
    }

    private static bool IsCrl(byte[] content)
    {
        try
        {
            return CertificateRevocationList.Read(content).Count > 0;
        }
        catch (InputException)
        {
            return false;
        }
    }
}
