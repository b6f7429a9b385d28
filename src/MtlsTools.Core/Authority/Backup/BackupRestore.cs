using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>Makes a CA folder from a backup: beside its place under another name, checked there, then moved there in one step.</summary>
internal static class BackupRestore
{
    /// <summary>Lists that were published after the backup was made have numbers that it does not know of; they must not be used again.</summary>
    private const int SkippedCrlNumbers = 4096;

    internal static CertificateAuthority Run(BackupArchive archive, AuthorityBackup backup, string folder, TimeProvider clock)
    {
        var draft = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Unpack(archive, draft);
            Check(draft, backup, clock);
            AuthorityBuilder.MoveAside(folder, clock);
            Directory.Move(draft, folder);
        }
        catch (Exception failed)
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
            if (failed is IOException or UnauthorizedAccessException)
                throw AtomicFile.NotWritable(folder, failed);
            throw;
        }

        var restored = CertificateAuthority.Open(folder, clock: clock);
        restored.WhileLocked(
            (layout, audit) =>
            {
                SkipCrlNumbers(layout);
                audit.Write(new AuditEntry { Event = AuditEvent.Restored, Count = backup.Issued, Sha256 = backup.Sha256 });
                return true;
            },
            default);
        return restored;
    }

    private static void Unpack(BackupArchive archive, string draft)
    {
        Directory.CreateDirectory(draft);
        AtomicFile.CreatePrivateDirectory(Path.Combine(draft, "private"));
        foreach (var (name, data, audience) in archive.ReadFiles())
        {
            var path = Path.Combine(draft, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, data, audience, overwrite: false);
        }
    }

    /// <summary>What was written is read again: the CA opens, and its index has what the backup says.</summary>
    private static void Check(string draft, AuthorityBackup backup, TimeProvider clock)
    {
        var layout = AuthorityFinder.Find(draft);
        var authority = CertificateAuthority.Open(layout, clock);
        Directory.CreateDirectory(layout.IssuedFolder);
        Directory.CreateDirectory(layout.CrlFolder);
        if (authority.GetIssued().LongCount() != backup.Issued)
            throw new InputException(ErrorCode.ContentDamaged, $"The index in the backup '{backup.Path}' does not have the {backup.Issued} certificates that the backup tells of. Use another copy of it.", backup.Path);
    }

    private static void SkipCrlNumbers(AuthorityLayout layout)
    {
        if (File.Exists(layout.CrlNumber) && SerialFile.TryParse(File.ReadAllText(layout.CrlNumber).Trim(), out var next))
            SerialFile.Write(layout.CrlNumber, next + SkippedCrlNumbers);
    }
}
