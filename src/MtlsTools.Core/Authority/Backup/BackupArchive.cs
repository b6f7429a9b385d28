using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>What a backup says of itself: the first file in it.</summary>
internal sealed record BackupManifest
{
    internal const string FileName = "backup.json";

    /// <summary>The form of the backup; a later one may not be understood.</summary>
    public int Version { get; init; } = 1;

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int Files { get; init; }

    public required long Issued { get; init; }

    /// <summary>The octets of all files together.</summary>
    public required long Size { get; init; }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;

/// <summary>The content of a backup: a compressed tar of the folder, which every system can unpack.</summary>
internal sealed record BackupArchive(BackupManifest Manifest, byte[] Content)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Packs a folder; the caller holds its lock.</summary>
    /// <param name="layout">The folder.</param>
    /// <param name="authority">The CA in it.</param>
    /// <param name="target">The file that is being written, which is not packed should it lie there.</param>
    /// <param name="cancellation">Ends the packing.</param>
    internal static BackupArchive Pack(AuthorityLayout layout, CertificateAuthority authority, PendingFile target, CancellationToken cancellation)
    {
        CheckLayout(layout);
        var files = new DirectoryInfo(layout.Folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.LinkTarget is null && !IsTransient(file.FullName, layout, target))
            .OrderBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var size = files.Sum(file => file.Length);
        if (size > AuthorityBackup.LargestContent)
            throw new AuthorityException(ErrorCode.BackupNotPossible, $"The folder '{layout.Folder}' holds {size >> 20} MiB, and a backup takes {AuthorityBackup.LargestContent >> 20} at most. Move old certificates out of '{layout.IssuedFolder}', or back the folder up by other means.", layout.Folder);
        var manifest = new BackupManifest { Name = authority.Name, CreatedAt = DateTimeOffset.FromUnixTimeSeconds(authority.Now.ToUnixTimeSeconds()), Files = files.Count, Issued = authority.GetIssued().LongCount(), Size = size };
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true), TarEntryFormat.Pax))
        {
            Add(tar, BackupManifest.FileName, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest), AtomicFile.EveryoneMode);
            foreach (var file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                Add(tar, Path.GetRelativePath(layout.Folder, file.FullName).Replace('\\', '/'), Read(file.FullName), IsOwnersAlone(file, layout) ? AtomicFile.OwnerMode : AtomicFile.EveryoneMode);
            }
        }

        return new BackupArchive(manifest, packed.ToArray());
    }

    /// <summary>Reads the manifest, and every file once, so that what is damaged shows before anything is written.</summary>
    internal static BackupArchive Read(byte[] content, string path)
    {
        BackupManifest? manifest = null;
        var (files, size) = (0, 0L);
        try
        {
            foreach (var (name, data, _) in Entries(content))
            {
                if (manifest is null)
                {
                    manifest = name == BackupManifest.FileName ? JsonSerializer.Deserialize(data, BackupJson.Default.BackupManifest) : null;
                    if (manifest is null)
                        break;
                    if (manifest.Version != 1)
                        throw new InputException(ErrorCode.ContentNotRecognized, $"The backup '{path}' was made by a newer version of MtlsTools. Use that version to restore it.", path);
                    continue;
                }

                files++;
                size += data.Length;
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or JsonException or EndOfStreamException or FormatException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"What is in the backup '{path}' can not be unpacked. Use another copy of it.", path, damaged);
        }

        return manifest is { } whole && whole.Files == files && whole.Size == size
            ? new BackupArchive(whole, content)
            : throw new InputException(ErrorCode.ContentDamaged, $"The backup '{path}' does not hold what it says it does. Use another copy of it.", path);
    }

    /// <summary>The files of the folder by their relative names, and whether they are for their owner alone.</summary>
    internal IEnumerable<(string Name, byte[] Data, FileAudience Audience)> ReadFiles() => Entries(Content).Skip(1);

    private static IEnumerable<(string Name, byte[] Data, FileAudience Audience)> Entries(byte[] content)
    {
        using var tar = new TarReader(new GZipStream(new MemoryStream(content, writable: false), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            // Whoever knows the password could have made a backup that reaches out of its folder.
            if (entry.EntryType is not TarEntryType.RegularFile || Path.IsPathRooted(entry.Name) || entry.Name.Split('/', '\\').Contains("..") || entry.Length > AuthorityBackup.LargestContent)
                throw new InvalidDataException($"'{entry.Name}' does not belong into a backup.");
            using var data = new MemoryStream((int)entry.Length);
            entry.DataStream?.CopyTo(data);
            yield return (entry.Name, data.ToArray(), (entry.Mode & Others) == 0 ? FileAudience.OwnerOnly : FileAudience.Everyone);
        }
    }

    private static void Add(TarWriter tar, string name, byte[] data, UnixFileMode mode)
    {
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = mode, DataStream = new MemoryStream(data) });
        if (mode == AtomicFile.OwnerMode)
            CryptographicOperations.ZeroMemory(data);
    }

    private static byte[] Read(string path) => new FileInfo(path).Length == 0 ? [] : InputFile.Read(path, AuthorityBackup.LargestContent);

    private static bool IsOwnersAlone(FileInfo file, AuthorityLayout layout) =>
        file.FullName == layout.Key || file.FullName.StartsWith(layout.PrivateFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || (!OperatingSystem.IsWindows() && (file.UnixFileMode & Others) == 0);

    private static bool IsTransient(string file, AuthorityLayout layout, PendingFile target) =>
        file == layout.Lock || file == target.Path || Path.GetFileName(file) is var name && name.StartsWith('.') && name.EndsWith(".tmp", StringComparison.Ordinal);

    /// <summary>A configuration file of openssl ca may name places anywhere, and absolute ones: a copy of the folder would go on writing to the original.</summary>
    private static void CheckLayout(AuthorityLayout layout)
    {
        AuthorityLayout[] kinds = [new(layout.Folder), AuthorityLayout.OfEasyRsa(layout.Folder), AuthorityLayout.OfOpenSsl(layout.Folder)];
        if (!kinds.Any(kind => kind.Certificate == layout.Certificate && kind.Key == layout.Key && kind.IssuedFolder == layout.IssuedFolder && kind.Index == layout.Index && kind.CrlNumber == layout.CrlNumber))
            throw new AuthorityException(ErrorCode.BackupNotPossible, $"Where the files of the CA in '{layout.Folder}' lie is decided by a configuration file of openssl ca, so a copy of the folder might lack some. Back it up with the tools of the system, together with that file.", layout.Folder);
    }
}
