using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Rotation;

/// <summary>Changes the files by which servers and clients know whom to trust. What else stands in them, comments included, stays as it is.</summary>
internal static class TrustBundle
{
    /// <summary>The certificates of a file that programs can read as it is.</summary>
    /// <exception cref="InputException">It is no PEM file of certificates.</exception>
    internal static IReadOnlyList<MtlsCertificate> Read(string path)
    {
        var content = InputFile.Read(path);
        return PemBlock.LooksLikePem(content)
            ? CertificateReader.Read(content, path: path)
            : throw new InputException(ErrorCode.RotationInputNotSuitable, $"The trust file '{path}' is not PEM, and other forms hold one certificate or need a password. Name the PEM file that the server or client reads.", path);
    }

    /// <summary>Adds what is missing.</summary>
    /// <returns>Whether the file has changed.</returns>
    internal static bool Add(string path, IReadOnlyList<MtlsCertificate> wanted)
    {
        var missing = wanted.Except(Read(path)).ToList();
        if (missing.Count == 0)
            return false;
        var content = InputFile.Read(path);
        var gap = content[^1] == '\n' ? "" : "\n";
        Write(path, [.. content, .. System.Text.Encoding.ASCII.GetBytes(gap), .. CertificateExporter.Pem(missing)]);
        return true;
    }

    /// <summary>Takes out what is no longer trusted, under whatever certificate the same CA stands there.</summary>
    /// <returns>Whether the file has changed.</returns>
    /// <exception cref="RotationException">Nothing would be left: that trusts nobody, and some programs take it for everybody.</exception>
    internal static bool Remove(string path, IReadOnlyList<MtlsCertificate> unwanted)
    {
        var all = Read(path);
        var leaving = all.Where(one => unwanted.Any(old => IsSame(one, old))).ToHashSet();
        if (leaving.Count == 0)
            return false;
        if (leaving.Count == all.Count)
            throw new RotationException(ErrorCode.RotationBlocked, $"'{path}' would trust nobody any more: it holds nothing but what is removed. Somebody has changed it since the step TrustBoth; add the new certificates to it.", path);

        // Byte for byte as text, so that comments in any encoding survive.
        var text = System.Text.Encoding.Latin1.GetString(InputFile.Read(path));
        for (var from = 0; PemEncoding.TryFind(text.AsSpan(from), out var block);)
        {
            var (start, length) = block.Location.GetOffsetAndLength(text.Length - from);
            var end = from + start + length;
            if (text[from..][block.Label] is "CERTIFICATE" or "X509 CERTIFICATE" && leaving.Any(one => one.RawData.Span.SequenceEqual(Convert.FromBase64String(text[from..][block.Base64Data]))))
            {
                while (end < text.Length && text[end] is '\r' or '\n')
                    end++;
                text = text.Remove(from + start, end - from - start);
                from += start;
            }
            else
            {
                from = end;
            }
        }

        Write(path, System.Text.Encoding.Latin1.GetBytes(text));
        return true;
    }

    /// <summary>The same CA, or the same pinned certificate: a name and a key.</summary>
    internal static bool IsSame(MtlsCertificate one, MtlsCertificate other) => one.PublicKey.Equals(other.PublicKey) && one.Subject.Equals(other.Subject);

    /// <summary>Writes a bundle of its own.</summary>
    internal static void Create(string path, params MtlsCertificate[] trusted) => Write(path, CertificateExporter.Pem(trusted));

    private static void Write(string path, byte[] content) => AtomicFile.Write(path, content, FileAudience.Everyone, overwrite: true);
}
