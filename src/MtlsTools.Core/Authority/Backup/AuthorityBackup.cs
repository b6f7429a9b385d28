using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>A CA folder as one encrypted file.</summary>
public sealed record AuthorityBackup
{
    /// <summary>More does not fit into memory at once on every system.</summary>
    internal const long LargestContent = 1L << 30;

    private AuthorityBackup(string path, BackupArchive archive, long size, string sha256)
    {
        Path = path;
        Name = archive.Manifest.Name;
        CreatedAt = archive.Manifest.CreatedAt;
        Files = archive.Manifest.Files;
        Issued = archive.Manifest.Issued;
        Size = size;
        Sha256 = sha256;
    }

    /// <summary>The CA's name.</summary>
    public string Name { get; }

    /// <summary>The backup's file.</summary>
    public string Path { get; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>How many files it holds.</summary>
    public int Files { get; }

    /// <summary>How many certificates the CA had issued by then.</summary>
    public long Issued { get; }

    /// <summary>The length of the backup's file in octets.</summary>
    public long Size { get; }

    /// <summary>SHA-256 of the backup's file, upper-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>The CA's name and the time.</summary>
    public override string ToString() => $"{Name}, {CreatedAt:u}";

    /// <summary>Copies a CA folder into one encrypted file. Nobody issues meanwhile.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="password">Encrypts it; without it nobody can open the backup.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    /// <exception cref="OutputException">The file exists, or can not be written.</exception>
    /// <exception cref="AuthorityException">Files of the CA lie outside its folder, or there are too many.</exception>
    public static AuthorityBackup Create(CertificateAuthority authority, string path, SecureString password, bool overwrite = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(password);
        var target = System.IO.Path.GetFullPath(path);
        using var file = PendingFile.Create(target, FileAudience.OwnerOnly, overwrite);
        return authority.WhileLocked(
            (layout, audit) =>
            {
                var archive = BackupArchive.Pack(layout, authority, file, cancellation);
                var envelope = SecretText.Use(password, secret => PasswordEnvelope.Seal(secret, archive.Content));
                CryptographicOperations.ZeroMemory(archive.Content);
                file.Write(envelope);
                var backup = new AuthorityBackup(target, archive, envelope.Length, Convert.ToHexString(SHA256.HashData(envelope)));
                file.Commit();
                audit.Write(new AuditEntry { Event = AuditEvent.BackedUp, Count = backup.Issued, Sha256 = backup.Sha256 });
                return backup;
            },
            cancellation);
    }

    /// <summary>Opens a backup and checks every file in it, without writing anything.</summary>
    /// <exception cref="MtlsException">The password is wrong, or the file is no backup, or damaged.</exception>
    public static AuthorityBackup Verify(string path, SecureString password) => Open(path, password).Backup;

    /// <summary>Makes a CA folder from a backup. It appears whole, after everything in it has been checked, or not at all.</summary>
    /// <param name="path">The backup.</param>
    /// <param name="password">What it was encrypted with.</param>
    /// <param name="folder">The folder to make.</param>
    /// <param name="overwrite">Whether a folder that is there is moved aside.</param>
    /// <param name="clock">The time of the entry in the audit log.</param>
    /// <exception cref="MtlsException">The password is wrong, the file is no backup, or damaged, or the folder can not be written.</exception>
    public static CertificateAuthority Restore(string path, SecureString password, string folder, bool overwrite = false, TimeProvider? clock = null)
    {
        var target = System.IO.Path.GetFullPath(folder);
        CertificateAuthority.CheckFolder(target, overwrite);
        var (backup, archive) = Open(path, password);
        return BackupRestore.Run(archive, backup, target, clock ?? TimeProvider.System);
    }

    private static (AuthorityBackup Backup, BackupArchive Archive) Open(string path, SecureString password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var full = System.IO.Path.GetFullPath(path);
        var envelope = InputFile.Read(full, int.MaxValue / 2);
        try
        {
            var content = SecretText.Use(password, secret => PasswordEnvelope.Open(secret, envelope))
                ?? throw new PasswordException(ErrorCode.PasswordWrong, $"The password does not open the backup '{full}'. Give the one it was made with: nobody can open it without.", full);
            var archive = BackupArchive.Read(content, full);
            return (new AuthorityBackup(full, archive, envelope.Length, Convert.ToHexString(SHA256.HashData(envelope))), archive);
        }
        catch (AsnContentException other)
        {
            throw new InputException(ErrorCode.ContentNotRecognized, $"'{full}' is no backup of a CA folder. Name a file that Backup-MtlsCa made.", full, other);
        }
        catch (CryptographicException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"The backup '{full}' was changed or damaged after it had been made. Use another copy of it.", full, damaged);
        }
    }
}
