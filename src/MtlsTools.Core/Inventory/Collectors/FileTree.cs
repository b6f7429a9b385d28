using System.IO.Enumeration;
using MtlsTools.Authority;
using MtlsTools.Encoding;

namespace MtlsTools.Inventory;

/// <summary>Walks through files and folders in the order of their names. Links to folders are not followed, so that there are no loops; what is no ordinary file is never opened.</summary>
internal sealed class FileTree
{
    private readonly InventoryOptions options;
    private readonly CancellationToken cancellation;
    private readonly List<string> roots;

    internal FileTree(InventoryOptions options, CancellationToken cancellation)
    {
        this.options = options;
        this.cancellation = cancellation;
        roots = options.Paths.Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))).Distinct(StringComparer.Ordinal).ToList();
    }

    /// <summary>A name in a folder, with what costs nothing to know.</summary>
    private readonly record struct Name(string Text, bool IsFolder, bool IsLink, long Length);

    /// <summary>Everything that may hold certificates or revocation lists, and what could not be looked into.</summary>
    internal IEnumerable<TreeEntry> Walk() => roots.SelectMany(root => Directory.Exists(root) ? Walk(root, 0) : [Named(root)]);

    /// <summary>Every ordinary file, by name alone: for what is looked for beforehand. Failures are left for <see cref="Walk()"/>.</summary>
    internal IEnumerable<string> Files() => roots.SelectMany(root => Directory.Exists(root) ? Files(root, 0) : [root]);

    /// <summary>Whether the walk comes to a file by itself.</summary>
    internal bool Covers(string path) => roots.Exists(root => path == root || (path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && Covers(path[(root.Length + 1)..].Split(Path.DirectorySeparatorChar))));

    private bool Covers(string[] names) => names.Length - 1 <= options.Depth && IsWanted(names[^1]) && !names[..^1].Any(IsPassedOver);

    private static TreeEntry Named(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && Target(file) is { Exists: true, Length: > 0 }
            ? new TreeEntry(path) { IsExpected = true }
            : new TreeEntry(path) { Failure = file.Exists ? NoContent(path) : $"'{path}' does not exist. Check the path." };
    }

    private IEnumerable<TreeEntry> Walk(string folder, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        var (names, failure) = List(folder);
        if (failure is not null)
            yield return new TreeEntry(folder) { Failure = failure };
        var authority = names.Exists(name => name.Text == "index.txt") ? OpenAuthority(folder) : null;
        if (authority is not null)
        {
            foreach (var entry in authority.Value.Authority.GetIssued())
                yield return new TreeEntry(folder) { Entry = entry, Authority = authority.Value.Authority.Certificate };
        }

        foreach (var name in names)
        {
            var path = Path.Combine(folder, name.Text);
            if (authority?.Records.Contains(path) == true)
                continue;
            if (!name.IsFolder)
            {
                if (IsWanted(name.Text) && Entry(path, name) is { } entry)
                    yield return entry;
            }
            else if (IsEntered(path, name, depth))
            {
                foreach (var below in Walk(path, depth + 1))
                    yield return below;
            }
        }
    }

    private IEnumerable<string> Files(string folder, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (var name in List(folder).Names)
        {
            var path = Path.Combine(folder, name.Text);
            if (!name.IsFolder && name.Length > 0 && !IsExcluded(name.Text))
                yield return path;
            else if (name.IsFolder && IsEntered(path, name, depth))
                foreach (var below in Files(path, depth + 1))
                    yield return below;
        }
    }

    private bool IsEntered(string path, Name name, int depth) => !name.IsLink && depth < options.Depth && !IsPassedOver(name.Text) && !FileKinds.IsFolderToSkip(path);

    private bool IsWanted(string name) => !IsExcluded(name) && (options.Include.Count == 0 || options.Include.Any(pattern => Fits(pattern, name)));

    private bool IsPassedOver(string folder) => FileKinds.IsArchive(folder) || IsExcluded(folder);

    private bool IsExcluded(string name) => options.Exclude.Any(pattern => Fits(pattern, name));

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name);

    private static (List<Name> Names, string? Failure) List(string folder)
    {
        var names = new List<Name>();
        try
        {
            names.AddRange(new FileSystemEnumerable<Name>(folder, Describe, new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }));
            names.Sort((one, other) => string.CompareOrdinal(one.Text, other.Text));
            return (names, null);
        }
        catch (UnauthorizedAccessException)
        {
            return (names, $"The folder '{folder}' may not be read by this account, so what is in it is not known. Check its owner and permissions, or leave it out with -Exclude.");
        }
        catch (IOException failed)
        {
            return (names, $"The folder '{folder}' can not be read: {failed.Message} Check the disk, or leave it out with -Exclude.");
        }
    }

    private static Name Describe(ref FileSystemEntry entry)
    {
        var isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
        return new Name(entry.FileName.ToString(), entry.IsDirectory, isLink, entry.IsDirectory ? 0 : entry.Length);
    }

    /// <summary>What is worth opening. Pipes and devices have no length, so nothing ever waits for one.</summary>
    private TreeEntry? Entry(string path, Name name)
    {
        if (FileKinds.IsOther(name.Text))
            return null;
        var isExpected = FileKinds.IsCertificate(name.Text);
        var length = name.Length;
        if (name.IsLink)
        {
            var target = Target(new FileInfo(path));
            if (target is not { Exists: true })
                return isExpected && !Directory.Exists(path) ? new TreeEntry(path) { Failure = $"'{path}' is a link that leads nowhere. Remove it, or restore what it meant." } : null;
            if (Covers(target.FullName))
                return null; // The walk comes to the file itself.
            length = target.Length;
        }

        if (length is > 0 and <= InputFile.MaximumLength)
            return new TreeEntry(path) { IsExpected = isExpected };
        return isExpected ? new TreeEntry(path) { Failure = length == 0 ? NoContent(path) : $"'{path}' is larger than 64 MiB, so it is no certificate. Leave it out with -Exclude." } : null;
    }

    private static string NoContent(string path) => $"'{path}' is empty, or no ordinary file. Get a fresh copy from where it was made.";

    /// <summary>The file itself, or what a link leads to; null for a link that leads nowhere, or around in a circle.</summary>
    private static FileInfo? Target(FileInfo file)
    {
        try
        {
            return file.LinkTarget is null ? file : (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The CA of a folder, with the files in it that only repeat its index or its certificate.</summary>
    private static (CertificateAuthority Authority, HashSet<string> Records)? OpenAuthority(string folder)
    {
        try
        {
            var layout = AuthorityFinder.Find(folder);
            var records = new[] { layout.IssuedFolder, layout.NamedFolder, layout.PendingFolder, layout.ArchiveFolder, layout.RequestsFolder, layout.Chain, layout.Trust, Path.Combine(folder, "revoked") }.OfType<string>();
            return (CertificateAuthority.Open(layout, TimeProvider.System), records.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal));
        }
        catch (MtlsException)
        {
            return null; // A file called index.txt does not make a CA.
        }
    }
}
