using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>What easy-rsa does with the files of a certificate that it revokes: they move into <c>revoked</c>, named by serial number, so that the name is free for a new one.</summary>
internal static class EasyRsaFiles
{
    private static readonly string[] Bundles = ["p12", "p7b", "p8", "p1"];

    /// <summary>Moves the files of a certificate that is revoked for good. What is not there is not missed.</summary>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    internal static void Retire(AuthorityLayout layout, string serial)
    {
        var copy = layout.IssuedCertificate(serial);
        var name = FindName(layout, serial);
        if (name is null && !File.Exists(copy))
            return;
        var revoked = Path.Combine(layout.Folder, "revoked");
        var kept = Path.Combine(revoked, "certs_by_serial", serial + ".crt");
        try
        {
            foreach (var folder in new[] { "certs_by_serial", "private_by_serial", "reqs_by_serial" })
                Directory.CreateDirectory(Path.Combine(revoked, folder));
            if (name is null)
            {
                File.Move(copy, kept, overwrite: true);
                return;
            }

            Move(layout.NamedFolder!, name, "crt", revoked, "certs_by_serial", serial);
            Move(layout.PrivateFolder, name, "key", revoked, "private_by_serial", serial);
            Move(Path.Combine(layout.Folder, "reqs"), name, "req", revoked, "reqs_by_serial", serial);
            foreach (var ending in Bundles)
            {
                Move(layout.NamedFolder!, name, ending, revoked, "certs_by_serial", serial);
                Move(layout.PrivateFolder, name, ending, revoked, "private_by_serial", serial);
            }

            File.Delete(copy);
            File.Delete(Path.Combine(layout.Folder, name + ".creds"));
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(revoked, denied);
        }
    }

    private static void Move(string from, string name, string ending, string revoked, string folder, string serial)
    {
        var path = Path.Combine(from, $"{name}.{ending}");
        if (File.Exists(path))
            File.Move(path, Path.Combine(revoked, folder, $"{serial}.{ending}"), overwrite: true);
    }

    /// <summary>The name that a certificate's files bear; several certificates may have had it one after the other.</summary>
    private static string? FindName(AuthorityLayout layout, string serial)
    {
        if (layout.FindCertificate(serial) is not { } path || !Directory.Exists(layout.NamedFolder))
            return null;
        var names = new[] { CertificateReader.ReadFile(path)[0].Name, serial };
        return names.Select(name => Path.GetFileName(name)).Concat(Directory.EnumerateFiles(layout.NamedFolder, "*.crt").Select(file => Path.GetFileNameWithoutExtension(file)))
            .FirstOrDefault(name => name.Length > 0 && IsOf(Path.Combine(layout.NamedFolder, name + ".crt"), serial));
    }

    private static bool IsOf(string path, string serial)
    {
        try
        {
            return File.Exists(path) && IssuedEntry.Normalize(CertificateReader.ReadFile(path)[0].SerialNumber) == serial;
        }
        catch (InputException)
        {
            return false;
        }
    }
}
