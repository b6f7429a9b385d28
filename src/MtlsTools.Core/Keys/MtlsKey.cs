using System.Formats.Asn1;
using System.Security;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>A private key as its users see it: which kind, in which form and how protected it lies in its file, and who may read that file. An encrypted key is described without its password; only its kind stays unknown.</summary>
public sealed class MtlsKey
{
    private MtlsKey(string? path, KeyFormat format, KeyProtection? protection, PrivateKey? key, int block)
    {
        Path = path;
        Format = format;
        Protection = protection;
        PrivateKey = key;
        Block = block;
        OtherReaders = path is null ? null : FileReaders.Describe(path);
    }

    /// <summary>The file, or null for a key in memory.</summary>
    public string? Path { get; }

    /// <summary>The file's name.</summary>
    public string Name => Path is null ? "(in memory)" : System.IO.Path.GetFileName(Path);

    /// <summary>Type and size, such as <c>ECDSA P-256</c>; null while it is locked.</summary>
    public string? Type => PublicKey?.ToString();

    /// <summary>The modulus or curve size in bits; null while it is locked.</summary>
    public int? Bits => PublicKey?.Bits;

    /// <summary>The form.</summary>
    public KeyFormat Format { get; }

    /// <summary>How it is encrypted, or null when it lies there in the clear.</summary>
    public KeyProtection? Protection { get; }

    /// <summary>Whether it is encrypted.</summary>
    public bool IsEncrypted => Protection is not null;

    /// <summary>SHA-256 over the SubjectPublicKeyInfo, upper-case hex; null while it is locked. Certificates and requests of the key have the same.</summary>
    public string? Sha256 => PublicKey?.Sha256;

    /// <summary>Who else than the owner may read or change the file, in words; null when nobody may.</summary>
    public string? OtherReaders { get; }

    /// <summary>The verdict on the file's permissions, with the remedy.</summary>
    public string Permissions => Path is null ? "in memory alone"
        : OtherReaders is null ? "owner only"
        : FileReaders.AreChosen(Path) ? $"{OtherReaders} can read it; see who that is: Get-MtlsKeyAccess '{Path}'"
        : $"{OtherReaders} can read or change it; {(OperatingSystem.IsWindows() ? "take that away in its access list" : $"run: chmod 600 '{Path}'")}";

    /// <summary>Which block of a PEM file it is, counted from 1; 0 for other files.</summary>
    public int Block { get; }

    /// <summary>The public half; null while it is locked.</summary>
    public PublicKeyInfo? PublicKey => PrivateKey?.PublicKey;

    /// <summary>The key itself; null while it is locked.</summary>
    public PrivateKey? PrivateKey { get; }

    /// <summary>Reads the private keys of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Opens encrypted keys; without it they are described alone.</param>
    /// <exception cref="MtlsException">The file holds no key, a damaged one, or the password is wrong.</exception>
    public static IReadOnlyList<MtlsKey> Open(string path, SecureString? password = null)
    {
        var content = InputFile.Read(path);
        try
        {
            var keys = PemBlock.LooksLikePem(content) ? ReadPem(content, password, path) : ReadDer(content, password, path);
            if (keys.Count > 0)
                return keys;
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"'{path}' holds an encrypted private key that is damaged. Get a fresh copy of it.", path, damaged);
        }

        // Says what the file holds instead.
        return [Of(PrivateKey.Parse(content, password, path), KeyFormat.Pkcs8)];
    }

    /// <summary>Describes a key that is at hand, in its file when it has one.</summary>
    public static MtlsKey Of(PrivateKey key, KeyFormat format, bool isEncrypted = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new MtlsKey(key.Path, format, isEncrypted ? KeyProtection.Ours : null, key, key.Path is null ? 0 : 1);
    }

    /// <summary>Name and type.</summary>
    public override string ToString() => $"{Name} ({Type ?? "locked"})";

    private static List<MtlsKey> ReadPem(byte[] content, SecureString? password, string path)
    {
        var blocks = PemBlock.ReadAll(content, path);
        var keys = new List<MtlsKey>();
        foreach (var block in blocks.Where(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)))
        {
            var protection = block.IsLegacyEncrypted ? KeyProtection.OfDekInfo(block.DekInfo) : block.Label == "ENCRYPTED PRIVATE KEY" ? KeyProtection.Read(block.Data) : null;
            var key = protection is not null && password is null ? null : KeyReader.ReadBlock(block, password, path, KeyReader.Where(block, blocks.Count, path));
            var format = block.Label switch { "RSA PRIVATE KEY" => KeyFormat.Pkcs1, "EC PRIVATE KEY" => KeyFormat.Sec1, _ => KeyFormat.Pkcs8 };
            keys.Add(new MtlsKey(path, format, protection, key, block.Number));
        }

        return keys;
    }

    private static List<MtlsKey> ReadDer(byte[] content, SecureString? password, string path)
    {
        var kind = DerContent.Detect(content);
        switch (kind)
        {
            case DerKind.EncryptedPkcs8:
                return [new MtlsKey(path, KeyFormat.Pkcs8, KeyProtection.Read(content), password is null ? null : PrivateKey.Parse(content, password, path), 0)];
            case DerKind.Pkcs8 or DerKind.Pkcs1 or DerKind.Sec1:
                return [new MtlsKey(path, kind switch { DerKind.Pkcs1 => KeyFormat.Pkcs1, DerKind.Sec1 => KeyFormat.Sec1, _ => KeyFormat.Pkcs8 }, null, PrivateKey.Parse(content, null, path), 0)];
            case DerKind.Pfx:
                return ReadPfx(content, password, path);
            default:
                return [];
        }
    }

    private static List<MtlsKey> ReadPfx(byte[] content, SecureString? password, string path)
    {
        var protections = PfxFile.ReadProtections(content, path);
        try
        {
            return PfxFile.Read(content, password, path).Keys
                .Select((key, at) => new MtlsKey(path, KeyFormat.Pfx, at < protections.Count ? protections[at] : null, KeyReader.FromPfx(key, path), 0))
                .ToList();
        }
        catch (PasswordException locked) when (locked.Code == ErrorCode.PasswordRequired && protections.Count > 0)
        {
            return protections.Select(protection => new MtlsKey(path, KeyFormat.Pfx, protection, null, 0)).ToList();
        }
    }
}
