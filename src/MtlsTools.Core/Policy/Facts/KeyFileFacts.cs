using System.Formats.Asn1;
using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Policy;

/// <summary>What the rules want to know of a file with a private key.</summary>
internal sealed class KeyFileFacts
{
    private readonly List<KeyProtection> protections = [];
    private readonly List<PublicKeyInfo> keys = [];

    private KeyFileFacts(string path) => Path = path;

    /// <summary>A key in memory: where it came from, and its public half.</summary>
    internal KeyFileFacts(PrivateKey key)
    {
        Path = key.Path ?? "(in memory)";
        keys.Add(key.PublicKey);
    }

    internal string Path { get; }

    /// <summary>How the keys are encrypted; those that are not are left out.</summary>
    internal IReadOnlyList<KeyProtection> Protections => protections;

    /// <summary>The public halves of the keys that could be opened.</summary>
    internal IReadOnlyList<PublicKeyInfo> Keys => keys;

    /// <summary>Whether it is a PFX that opens without a password, and holds a key.</summary>
    internal bool OpensWithEmptyPassword { get; private set; }

    /// <summary>Whether a key lies there in the clear.</summary>
    internal bool HasPlainKey { get; private set; }

    /// <summary>Whether the file is the key of a CA.</summary>
    internal bool IsCaKey { get; set; }

    /// <summary>Who else than the owner may read or change the file, in words; null when nobody may.</summary>
    internal string? OtherReaders { get; private set; }

    /// <summary>Whether those are accounts chosen by name, who may read it and no more.</summary>
    internal bool IsLent { get; private set; }

    /// <summary>Reads the private keys of a file, or null when it holds none.</summary>
    /// <exception cref="MtlsException">A key is damaged, or the password wrong.</exception>
    internal static KeyFileFacts? Read(string path, ReadOnlyMemory<byte> content, SecureString? password)
    {
        var facts = new KeyFileFacts(path);
        try
        {
            if (PemBlock.LooksLikePem(content.Span))
            {
                foreach (var block in PemBlock.ReadAll(content.Span, path).Where(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)))
                    facts.Add(block.IsLegacyEncrypted ? KeyProtection.DekInfo : block.Label == "ENCRYPTED PRIVATE KEY" ? KeyProtection.Read(block.Data) : null, () => KeyReader.ReadBlock(block, password, path), password);
            }
            else
            {
                facts.AddDer(content, password);
            }
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"'{path}' holds an encrypted private key that is damaged. Get a fresh copy of it.", path, damaged);
        }

        if (!facts.HasPlainKey && facts.protections.Count == 0)
            return null;
        facts.OtherReaders = FileReaders.Describe(path);
        facts.IsLent = FileReaders.AreChosen(path);
        return facts;
    }

    /// <summary>The same, where a key that is encrypted in the file has been opened already.</summary>
    internal KeyFileFacts Knowing(PrivateKey key)
    {
        if (keys.Count == 0)
            keys.Add(key.PublicKey);
        return this;
    }

        private void AddDer(ReadOnlyMemory<byte> der, SecureString? password)
    {
        switch (DerContent.Detect(der))
        {
            case DerKind.Pkcs8 or DerKind.Pkcs1 or DerKind.Sec1:
                Add(null, () => PrivateKey.Parse(der, null, Path), password);
                break;
            case DerKind.EncryptedPkcs8:
                Add(KeyProtection.Read(der), () => PrivateKey.Parse(der, password, Path), password);
                break;
            case DerKind.Pfx:
                AddPfx(der, password);
                break;
        }
    }

    private void Add(KeyProtection? protection, Func<PrivateKey?> open, SecureString? password)
    {
        if (protection is null)
            HasPlainKey = true;
        else
            protections.Add(protection);
        if (protection is not null && password is null)
            return;
        using var key = open();
        if (key is not null)
            keys.Add(key.PublicKey);
    }

    private void AddPfx(ReadOnlyMemory<byte> der, SecureString? password)
    {
        var refusal = password is { Length: > 0 } ? TryPfx(der, password) : null;
        var isOpened = password is { Length: > 0 } && refusal is null;
        if (!isOpened && TryPfx(der, null) is null)
        {
            OpensWithEmptyPassword = HasPlainKey = keys.Count > 0;
            return;
        }

        protections.AddRange(PfxFile.ReadProtections(der, Path));
        if (refusal is not null)
            throw refusal;
    }

    /// <summary>Takes the keys of a PFX, or tells why its password does not open it.</summary>
    private PasswordException? TryPfx(ReadOnlyMemory<byte> der, SecureString? password)
    {
        try
        {
            foreach (var key in PfxFile.Read(der, password, Path).Keys)
                TakeKey(key);
            return null;
        }
        catch (PasswordException refusal)
        {
            return refusal;
        }
    }

    private void TakeKey(byte[] pkcs8)
    {
        using var key = KeyReader.FromPfx(pkcs8, Path);
        keys.Add(key.PublicKey);
    }
}
