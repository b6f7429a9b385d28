using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Revocation;

namespace MtlsTools.Inventory;

/// <summary>Reads certificates and revocation lists of a PEM text. One damaged block does not hide the sound ones.</summary>
internal static class PemCollector
{
    private const string Begin = "-----BEGIN ";

    internal static IReadOnlyList<Found> Read(byte[] content, TreeEntry entry)
    {
        try
        {
            return ReadWhole(content, entry.Path);
        }
        catch (InputException damaged) when (damaged.Code is ErrorCode.ContentDamaged or ErrorCode.PemTruncated)
        {
            return ReadPieces(content, entry);
        }
    }

    private static List<Found> ReadWhole(ReadOnlyMemory<byte> content, string path)
    {
        var found = new List<Found>();
        var blocks = PemBlock.ReadAll(content.Span, path);
        if (blocks.Any(block => IsCertificate(block.Label)))
            found.AddRange(FileCollector.ToFound(CertificateReader.Read(content, null, path), path, InventorySource.File));
        if (blocks.Any(block => IsList(block.Label)))
            found.AddRange(CertificateRevocationList.Read(content, path).Select(list => new Found(InventorySource.File, path) { List = list, Path = path }));

        // A key that needs a password is not opened; that it lies there can be seen.
        if (found.Count > 0 && blocks.Any(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)) && !found.Exists(one => one.HasPrivateKey))
            found[0] = found[0] with { HasPrivateKey = found[0].Certificate is not null };
        return found;
    }

    private static List<Found> ReadPieces(byte[] content, TreeEntry entry)
    {
        var found = new List<Found>();
        var text = System.Text.Encoding.UTF8.GetString(content);
        for (int at = text.IndexOf(Begin, StringComparison.Ordinal), line = 1, counted = 0; at >= 0;)
        {
            var next = text.IndexOf(Begin, at + Begin.Length, StringComparison.Ordinal);
            line += text.AsSpan(counted, at - counted).Count('\n');
            counted = at;
            var piece = text[at..(next < 0 ? text.Length : next)];
            at = next;
            if (!IsCertificate(LabelOf(piece)) && !IsList(LabelOf(piece)))
                continue;
            try
            {
                found.AddRange(ReadWhole(System.Text.Encoding.UTF8.GetBytes(piece), entry.Path).Select(one => one with { ComesAlong = one.Certificate is { IsCa: true } }));
            }
            catch (MtlsException)
            {
                if (entry.IsExpected)
                    found.Add(Found.Failed(InventorySource.File, entry.Path, $"'{entry.Path}': the block at line {line} ({LabelOf(piece)}) is damaged or cut off; the others were read. Get a fresh copy of the file.", entry.Path));
            }
        }

        return found;
    }

    private static string LabelOf(string piece) => piece.IndexOf("-----", Begin.Length, StringComparison.Ordinal) is var end and > 0 and < 64 ? piece[Begin.Length..end] : "?";

    private static bool IsCertificate(string label) => label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE" or "PKCS7" or "PKCS #7 SIGNED DATA" or "CMS";

    private static bool IsList(string label) => label is "X509 CRL" or "CRL";
}
