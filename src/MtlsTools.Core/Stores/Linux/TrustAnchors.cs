using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Stores.Linux;

/// <summary>The files that say what a system trusts: the administrators' anchors, and the bundle that programs read.</summary>
internal sealed partial class TrustAnchors(TrustRoot root, TrustLayout layout)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal string Folder { get; } = root.At(layout.Anchors);

    internal string Bundle => root.At(layout.Bundle);

    /// <summary>Every certificate that administrators put there, with its first file. What is no certificate is passed over, as the tools do.</summary>
    internal IEnumerable<(string File, MtlsCertificate Certificate)> Read() =>
        Files(Folder, layout.Pattern).SelectMany(file => Certificates(file).Select(certificate => (File: file, Certificate: certificate))).DistinctBy(anchor => anchor.Certificate);

    internal IReadOnlyList<string> FilesOf(MtlsCertificate certificate) => Files(Folder, layout.Pattern).Where(file => Certificates(file).Contains(certificate)).ToList();

    /// <summary>Whether programs trust it now.</summary>
    internal bool IsInBundle(MtlsCertificate certificate) => Certificates(Bundle).Contains(certificate);

    /// <summary>Whether the distribution itself brings it: then it stays trusted, whatever administrators do here.</summary>
    internal bool IsSupplied(MtlsCertificate certificate) => Files(root.At(layout.Supplied), "*").Any(file => Certificates(file).Contains(certificate));

    /// <summary>The file that a CA gets: its name, as far as every shell takes it, and what tells it from others of that name.</summary>
    internal string PathFor(MtlsCertificate certificate, string? name)
    {
        var safe = ExportFileName.Safe(name ?? certificate.Name);
        return Path.Combine(Folder, $"mtlstools-{safe}{(safe.Length > 0 ? "-" : "")}{certificate.Thumbprint[..8].ToLowerInvariant()}.crt");
    }

    /// <summary>Writes a CA, readable for all whatever the umask says: programs of every user look it up.</summary>
    /// <returns>What undoes it.</returns>
    internal Action Add(MtlsCertificate certificate, string path)
    {
        if (FilesOf(certificate).Count > 0)
            return () => { };
        var former = File.Exists(path) ? InputFile.Read(path) : null;
        Write(path, System.Text.Encoding.ASCII.GetBytes(certificate.ToPem()));
        return () => Restore(path, former);
    }

    /// <summary>Takes a CA out of every file that holds it; a file that is left without any goes.</summary>
    /// <returns>What undoes it.</returns>
    internal Action Remove(MtlsCertificate certificate)
    {
        var former = FilesOf(certificate).ToDictionary(path => path, InputFile.Read);

        // The tools of Debian leave the bundle as it was when nothing is left to write into it.
        if (Certificates(Bundle) is { Count: > 0 } trusted && trusted.All(certificate.Equals))
            former[Bundle] = InputFile.Read(Bundle);
        foreach (var (path, content) in former)
        {
            var rest = Without(certificate, content);
            if (rest is null)
                Guard(path, () => File.Delete(path));
            else
                Write(path, rest);
        }

        return () =>
        {
            foreach (var (path, content) in former)
                Restore(path, content);
        };
    }

    /// <summary>The other certificates of a file with the text around them, or null when there are none.</summary>
    private static byte[]? Without(MtlsCertificate certificate, byte[] content)
    {
        if (!PemBlock.LooksLikePem(content))
            return null;
        var text = System.Text.Encoding.UTF8.GetString(content);
        var rest = Block().Replace(text, block => CertificateReader.Read(System.Text.Encoding.ASCII.GetBytes(block.Value))[0].Equals(certificate) ? "" : block.Value);
        return Block().IsMatch(rest) ? System.Text.Encoding.UTF8.GetBytes(rest) : null;
    }

    [GeneratedRegex("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\r?\n?", RegexOptions.Singleline)]
    private static partial Regex Block();

    private static void Restore(string path, byte[]? content)
    {
        if (content is null)
            Guard(path, () => File.Delete(path));
        else
            Write(path, content);
    }

    private static void Write(string path, byte[] content)
    {
        AtomicFile.Write(path, content, FileAudience.Everyone, overwrite: true);
        Guard(path, () =>
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, Mode);
        });
    }

    private static void Guard(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, failed);
        }
    }

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden }).Order(StringComparer.Ordinal)
        : [];

    private static IReadOnlyList<MtlsCertificate> Certificates(string file)
    {
        try
        {
            return CertificateReader.ReadFile(file);
        }
        catch (InputException none) when (none.Code is not ErrorCode.FileNotReadable)
        {
            return [];
        }
    }
}
