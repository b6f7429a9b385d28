namespace MtlsTools.Stores.Nss;

/// <summary>Where the databases of a user lie.</summary>
/// <param name="home">The user's folder.</param>
/// <param name="variable">An environment variable, or null.</param>
internal sealed class NssLocation(string home, Func<string, string?> variable)
{
    internal static NssLocation Current { get; } = new(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Environment.GetEnvironmentVariable);

    /// <summary>The folder of a database: the one that is named, or Chromium's.</summary>
    /// <param name="storePath">As the user wrote it, with or without <c>sql:</c>; null for the usual one.</param>
    /// <param name="toChange">Whether an empty folder will do, in which a database can be made.</param>
    /// <exception cref="MtlsException">There is none; the message lists those that were found.</exception>
    internal string Resolve(string? storePath, bool toChange)
    {
        if (storePath is null)
            return Shared.FirstOrDefault(IsDatabase) ?? throw NotNamed();
        var folder = storePath.StartsWith("sql:", StringComparison.Ordinal) ? storePath[4..] : storePath;
        if (IsDatabase(folder))
            return folder;
        if (folder.StartsWith("dbm:", StringComparison.Ordinal) || File.Exists(Path.Combine(folder, "cert8.db")))
            throw new InputException(ErrorCode.ContentNotRecognized, $"'{folder}' holds an NSS database of the old kind (dbm: cert8.db, key3.db), which today's NSS does not open any more. Start its program once in a version that converts it, as Firefox does since 58, or make a new database.", folder);
        if (!Directory.Exists(folder))
            throw new InputException(ErrorCode.FileNotFound, $"The folder '{folder}' does not exist. Name a folder with an NSS database, such as a profile of Firefox; for a new database make an empty folder first.{List()}", folder);
        return toChange && NssDatabase.IsEmpty(folder)
            ? folder
            : throw new InputException(ErrorCode.FileNotFound, $"The folder '{folder}' holds no NSS database (cert9.db). Name the folder that has it; a new database is made in an empty folder only, or by: certutil -N -d sql:{Encoding.BashText.QuoteIfNeeded(folder)}{List()}", folder);
    }

    /// <summary>Where Chromium has its database; other systems' Chromium uses the system's stores.</summary>
    private IEnumerable<string> Shared => OperatingSystem.IsLinux()
        ? [Path.Combine(home, ".pki", "nssdb"), Path.Combine(variable("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"), "pki", "nssdb")]
        : [];

    /// <summary>Where Firefox keeps its profiles: of the distribution, of snap, of flatpak, of macOS and Windows.</summary>
    private IEnumerable<string> FirefoxFolders => OperatingSystem.IsWindows() ? [Path.Combine(variable("APPDATA") ?? home, "Mozilla", "Firefox")]
        : OperatingSystem.IsMacOS() ? [Path.Combine(home, "Library", "Application Support", "Firefox")]
        :
        [
            Path.Combine(home, ".mozilla", "firefox"),
            Path.Combine(variable("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config"), "mozilla", "firefox"),
            Path.Combine(home, "snap", "firefox", "common", ".mozilla", "firefox"),
            Path.Combine(home, ".var", "app", "org.mozilla.firefox", ".mozilla", "firefox"),
        ];

    /// <summary>The profiles of Firefox, and Chromium's database where snap has it, that hold a database.</summary>
    internal IReadOnlyList<string> Found => FirefoxFolders.SelectMany(Profiles)
        .Append(Path.Combine(home, "snap", "chromium", "current", ".pki", "nssdb"))
        .Where(IsDatabase)
        .ToList();

    private static bool IsDatabase(string folder) => File.Exists(Path.Combine(folder, "cert9.db"));

    private static IEnumerable<string> Profiles(string folder)
    {
        var list = Path.Combine(folder, "profiles.ini");
        return !File.Exists(list) ? [] : File.ReadLines(list)
            .Where(line => line.StartsWith("Path=", StringComparison.Ordinal))
            .Select(line => Path.GetFullPath(Path.Combine(folder, line["Path=".Length..].Trim())));
    }

    private StoreException NotNamed() => new(ErrorCode.StorePathRequired, $"There is no usual NSS database of this user{(Shared.FirstOrDefault() is { } usual ? $" ('{usual}', which Chromium makes)" : "")}. Name one with -StorePath.{List()}");

    private string List() => Found.Count == 0 ? "" : $" Found were: {string.Join(", ", Found.Select(one => $"'{one}'"))}.";
}
