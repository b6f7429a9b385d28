namespace MtlsTools.Authority;

/// <summary>Where things lie in a CA folder: as New-MtlsCa makes it, or as another program began it.</summary>
/// <param name="folder">The folder.</param>
internal sealed class AuthorityLayout(string folder)
{
    internal string Folder { get; } = folder;

    internal string Certificate { get; private init; } = Path.Combine(folder, "ca.crt");

    internal string Key { get; private init; } = Path.Combine(folder, "private", "ca.key");

    internal string Index { get; private init; } = Path.Combine(folder, "index.txt");

    /// <summary>The next serial number of <c>openssl ca</c>; ours are random.</summary>
    internal string Serial { get; private init; } = Path.Combine(folder, "serial");

    internal string CrlNumber { get; private init; } = Path.Combine(folder, "crlnumber");

    internal string CrlFolder { get; private init; } = Path.Combine(folder, "crl");

    /// <summary>The revocation list that was published last.</summary>
    internal string Crl { get; private init; } = Path.Combine(folder, "crl", "ca.crl");

    /// <summary>Where certificates lie by their serial numbers.</summary>
    internal string IssuedFolder { get; private init; } = Path.Combine(folder, "issued");

    /// <summary>Where they lie by their names as well, or null.</summary>
    internal string? NamedFolder { get; private init; }

    /// <summary>What <c>openssl ca</c> does when index.txt.attr does not say: refuse a second valid certificate for a subject.</summary>
    internal bool UniqueSubject { get; private init; }

    /// <summary>This CA's certificate and all above it up to the root.</summary>
    internal string Chain => Path.Combine(Folder, "chain.crt");

    /// <summary>After a change of a root's key: every root that its certificates may need.</summary>
    internal string Trust => Path.Combine(Folder, "trust.crt");

    /// <summary>The request that a CA above is to sign.</summary>
    internal string Request => Path.Combine(Folder, "ca.csr");

    internal string PrivateFolder => Path.GetDirectoryName(Key)!;

    /// <summary>The key that a new certificate of the CA belongs to, until it takes the place of the old one.</summary>
    internal string NextKey => Key + ".next";

    /// <summary>What OpenSSL wants to know of the index: whether one subject may have several certificates, as renewals do.</summary>
    internal string IndexAttributes => Index + ".attr";

    /// <summary>The SHA-256 of each certified key with its serial number.</summary>
    internal string CertifiedKeys => Path.Combine(Folder, "spki.txt");

    /// <summary>What the CA did.</summary>
    internal string Audit => Path.Combine(Folder, "audit.jsonl");

    /// <summary>Requests that were denied.</summary>
    internal string RequestsFolder => Path.Combine(Folder, "requests");

    /// <summary>Profiles of this CA's own, found by their names.</summary>
    internal string ProfilesFolder => Path.Combine(Folder, "profiles");

    /// <summary>Certificates on their way into <see cref="IssuedFolder"/>.</summary>
    internal string PendingFolder => Path.Combine(Folder, ".pending");

    /// <summary>Former certificates of the CA.</summary>
    internal string ArchiveFolder => Path.Combine(Folder, "archive");

    /// <summary>Certificates by which an old and a new key of a root vouch for each other.</summary>
    internal string CrossFolder => Path.Combine(Folder, "cross");

    internal string Settings => Path.Combine(Folder, "ca.json");

    internal string Lock => Path.Combine(Folder, ".lock");

    private string IssuedEnding { get; init; } = ".crt";

    /// <summary>The folder that easy-rsa calls <c>pki</c>.</summary>
    internal static AuthorityLayout OfEasyRsa(string folder) => new(folder)
    {
        CrlFolder = folder,
        Crl = Path.Combine(folder, "crl.pem"),
        IssuedFolder = Path.Combine(folder, "certs_by_serial"),
        IssuedEnding = ".pem",
        NamedFolder = Path.Combine(folder, "issued"),
    };

    /// <summary>The folder that OpenSSL's own configuration calls <c>demoCA</c>.</summary>
    internal static AuthorityLayout OfOpenSsl(string folder) => new(folder)
    {
        Certificate = Path.Combine(folder, "cacert.pem"),
        Key = Path.Combine(folder, "private", "cakey.pem"),
        Crl = Path.Combine(folder, "crl.pem"),
        IssuedFolder = Path.Combine(folder, "newcerts"),
        IssuedEnding = ".pem",
        UniqueSubject = true,
    };

    /// <summary>A folder that is described by a configuration file of OpenSSL.</summary>
    internal static AuthorityLayout OfConfiguration(OpenSslConfiguration configuration)
    {
        var section = configuration.Require("ca", "default_ca");
        var index = configuration.RequirePath(section, "database");
        var folder = Path.GetDirectoryName(index)!;
        return new AuthorityLayout(folder)
        {
            Certificate = configuration.RequirePath(section, "certificate"),
            Key = configuration.RequirePath(section, "private_key"),
            Index = index,
            Serial = configuration.FindPath(section, "serial") ?? Path.Combine(folder, "serial"),
            CrlNumber = configuration.FindPath(section, "crlnumber") ?? Path.Combine(folder, "crlnumber"),
            CrlFolder = configuration.FindPath(section, "crl_dir") ?? Path.Combine(folder, "crl"),
            Crl = configuration.FindPath(section, "crl") ?? Path.Combine(folder, "crl.pem"),
            IssuedFolder = configuration.RequirePath(section, "new_certs_dir"),
            IssuedEnding = ".pem",
            UniqueSubject = !IsNo(configuration.Find(section, "unique_subject")),
        };
    }

    /// <summary>Whether a value means no to OpenSSL, which looks at its first letter.</summary>
    internal static bool IsNo(string? value) => value is { Length: > 0 } && value[0] is 'n' or 'N' or 'f' or 'F' or '0';

    /// <summary>The key that a former certificate of the CA had, by that certificate's serial number.</summary>
    internal string FormerKey(string serialNumber) => Path.Combine(PrivateFolder, serialNumber + ".key");

    internal string IssuedCertificate(string serialNumber) => Path.Combine(IssuedFolder, serialNumber + IssuedEnding);

    internal string PendingCertificate(string serialNumber) => Path.Combine(PendingFolder, serialNumber + ".crt");

    /// <summary>Where a certificate lies: among those issued, still on its way after a crash, or where easy-rsa puts what it revokes; null when it is gone.</summary>
    internal string? FindCertificate(string serialNumber) =>
        new[] { IssuedCertificate(serialNumber), PendingCertificate(serialNumber), Path.Combine(Folder, "revoked", "certs_by_serial", serialNumber + ".crt") }.FirstOrDefault(File.Exists);
}
