using MtlsTools.Encoding;

namespace MtlsTools.Revocation;

/// <summary>Writes revocation lists, so that readers find the old file or the new one, and never a part.</summary>
public static class CrlFile
{
    /// <summary>Writes lists into one PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lists">The lists, in this order.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputException">The file exists, or can not be written.</exception>
    public static void Write(string path, IEnumerable<CertificateRevocationList> lists, bool overwrite) =>
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(string.Concat(lists.Select(list => list.ToPem()))), FileAudience.Everyone, overwrite);
}
