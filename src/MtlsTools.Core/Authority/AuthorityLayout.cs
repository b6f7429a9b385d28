namespace MtlsTools.Authority;

/// <summary>Where things lie in a CA folder.</summary>
internal sealed class AuthorityLayout(string folder)
{
    internal string Folder { get; } = folder;

    internal string Certificate => Path.Combine(Folder, "ca.crt");

    internal string Chain => Path.Combine(Folder, "chain.crt");

    internal string PrivateFolder => Path.Combine(Folder, "private");

    internal string Key => Path.Combine(PrivateFolder, "ca.key");

    internal string Index => Path.Combine(Folder, "index.txt");

    /// <summary>What OpenSSL wants to know of the index: that one subject may have several certificates, as renewals do.</summary>
    internal string IndexAttributes => Path.Combine(Folder, "index.txt.attr");

    internal string CrlNumber => Path.Combine(Folder, "crlnumber");

    internal string IssuedFolder => Path.Combine(Folder, "issued");

    /// <summary>The SHA-256 of each certified key with its serial number.</summary>
    internal string CertifiedKeys => Path.Combine(Folder, "spki.txt");

    /// <summary>Requests that were denied.</summary>
    internal string RequestsFolder => Path.Combine(Folder, "requests");

    /// <summary>Profiles of this CA's own, found by their names.</summary>
    internal string ProfilesFolder => Path.Combine(Folder, "profiles");

    internal string CrlFolder => Path.Combine(Folder, "crl");

    internal string Settings => Path.Combine(Folder, "ca.json");

    internal string Lock => Path.Combine(Folder, ".lock");

    internal string IssuedCertificate(string serialNumber) => Path.Combine(IssuedFolder, serialNumber + ".crt");
}
