using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Encoding;

/// <summary>PKCS#12 (RFC 7292), read and written without touching any key store.</summary>
internal sealed class PfxFile
{
    /// <summary>Java's mark of a certificate that is trusted by itself, and not merely part of a chain.</summary>
    private const string TrustedKeyUsageOid = "2.16.840.1.113894.746875.1.1";

    private const string AnyUsageOid = "2.5.29.37.0";
    private const string FriendlyNameOid = "1.2.840.113549.1.9.20";

    private PfxFile(IReadOnlyList<X509Certificate2> certificates, IReadOnlyList<byte[]> keys)
    {
        Certificates = certificates;
        Keys = keys;
    }

    internal IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>The private keys as unencrypted PKCS#8; wipe them after use.</summary>
    internal IReadOnlyList<byte[]> Keys { get; }

    /// <summary>What the entry of the first key is called, Java's alias; null when it has no name.</summary>
    internal string? EntryName { get; private init; }

    internal static PfxFile Read(ReadOnlyMemory<byte> der, SecureString? password, string? path)
    {
        try
        {
            var info = Decode(der, path);
            return password is null
                ? ReadWithoutPassword(info, path)
                : SecretText.Use(password, secret => Read(info, secret, path) ?? throw WrongPassword(path));
        }
        catch (Exception damaged) when (damaged is CryptographicException or AsnContentException)
        {
            throw Damaged(path, damaged);
        }
    }

    /// <summary>How the keys are encrypted, as far as their bags can be seen without the password.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    internal static IReadOnlyList<KeyProtection> ReadProtections(ReadOnlyMemory<byte> der, string? path)
    {
        try
        {
            return (from contents in Decode(der, path).AuthenticatedSafe
                    where contents.ConfidentialityMode == Pkcs12ConfidentialityMode.None
                    from bag in contents.GetBags().OfType<Pkcs12ShroudedKeyBag>()
                    select KeyProtection.Read(bag.EncryptedPkcs8PrivateKey)).ToList();
        }
        catch (Exception damaged) when (damaged is CryptographicException or AsnContentException)
        {
            throw Damaged(path, damaged);
        }
    }

    private static Pkcs12Info Decode(ReadOnlyMemory<byte> der, string? path)
    {
        PfxLimits.Check(der, path);
        return Pkcs12Info.Decode(der, out _);
    }

    /// <summary>Writes a leaf with its key and chain.</summary>
    internal static byte[] Write(X509Certificate2 leaf, IEnumerable<X509Certificate2> chain, ReadOnlyMemory<byte> pkcs8, SecureString password, string friendlyName, PfxProtection protection) => SecretText.Use(password, secret =>
    {
        var localKeyId = new Pkcs9LocalKeyId(leaf.GetCertHash(HashAlgorithmName.SHA256));
        var certificates = new Pkcs12SafeContents();
        var leafBag = certificates.AddCertificate(leaf);
        leafBag.Attributes.Add(localKeyId);
        leafBag.Attributes.Add(FriendlyName(friendlyName));
        foreach (var issuer in chain)
            certificates.AddCertificate(issuer);
        var keyBag = new Pkcs12ShroudedKeyBag(Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true).Encrypt(secret, protection.Encryption));
        keyBag.Attributes.Add(localKeyId);
        keyBag.Attributes.Add(FriendlyName(friendlyName));
        var keys = new Pkcs12SafeContents();
        keys.AddSafeBag(keyBag);
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(keys);
        return Seal(builder, certificates, secret, protection);
    });

    /// <summary>Writes certificates to be trusted, each under a name of its own.</summary>
    internal static byte[] WriteTrust(IEnumerable<(X509Certificate2 Certificate, string FriendlyName)> trusted, SecureString password, PfxProtection protection) => SecretText.Use(password, secret =>
    {
        var certificates = new Pkcs12SafeContents();
        foreach (var (certificate, friendlyName) in trusted)
        {
            var bag = certificates.AddCertificate(certificate);
            bag.Attributes.Add(FriendlyName(friendlyName));
            bag.Attributes.Add(Attribute(TrustedKeyUsageOid, writer => writer.WriteObjectIdentifier(AnyUsageOid)));
        }

        return Seal(new Pkcs12Builder(), certificates, secret, protection);
    });

    private static byte[] Seal(Pkcs12Builder builder, Pkcs12SafeContents certificates, ReadOnlySpan<char> secret, PfxProtection protection)
    {
        builder.AddSafeContentsEncrypted(certificates, secret, protection.Encryption);
        builder.SealWithMac(secret, protection.MacHash, protection.MacIterations);
        return builder.Encode();
    }

    /// <summary>A BMPString has no room for characters beyond the first plane.</summary>
    private static Pkcs9AttributeObject FriendlyName(string name) => Attribute(
        FriendlyNameOid,
        writer => writer.WriteCharacterString(UniversalTagNumber.BMPString, new string(name.Select(c => char.IsSurrogate(c) ? '?' : c).ToArray())));

    private static Pkcs9AttributeObject Attribute(string oid, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return new Pkcs9AttributeObject(oid, writer.Encode());
    }

    /// <summary>No password and an empty one are two different things (RFC 7292, B.1), and tools mean either by "none".</summary>
    private static PfxFile ReadWithoutPassword(Pkcs12Info info, string? path) =>
        Read(info, default, path) ?? Read(info, "", path) ?? throw new PasswordException(ErrorCode.PasswordRequired, $"{InputFile.Describe(path)} is a PFX file with a password. Give its password.", path);

    /// <summary>Null when the password is wrong.</summary>
    private static PfxFile? Read(Pkcs12Info info, ReadOnlySpan<char> secret, string? path)
    {
        if (info.IntegrityMode == Pkcs12IntegrityMode.Password && !info.VerifyMac(secret))
            return null;
        var certificates = new List<X509Certificate2>();
        var keys = new List<byte[]>();
        string? name = null;
        try
        {
            foreach (var contents in info.AuthenticatedSafe)
            {
                if (contents.ConfidentialityMode == Pkcs12ConfidentialityMode.Password)
                    contents.Decrypt(secret);
                foreach (var bag in contents.GetBags())
                {
                    ReadBag(bag, secret, path, certificates, keys);
                    name ??= bag is Pkcs12KeyBag or Pkcs12ShroudedKeyBag ? NameOf(bag) : null;
                }
            }
        }
        catch (CryptographicException) when (info.IntegrityMode != Pkcs12IntegrityMode.Password && info.AuthenticatedSafe.Any(IsEncrypted))
        {
            return null;
        }

        return new PfxFile(certificates, keys) { EntryName = name };
    }

    private static string? NameOf(Pkcs12SafeBag bag) => bag.Attributes.Cast<CryptographicAttributeObject>()
        .Where(attribute => attribute.Oid.Value == FriendlyNameOid && attribute.Values.Count > 0)
        .Select(attribute => AsnDecoder.ReadCharacterString(attribute.Values[0].RawData, AsnEncodingRules.BER, UniversalTagNumber.BMPString, out _))
        .FirstOrDefault(name => name.Length > 0);

    private static bool IsEncrypted(Pkcs12SafeContents contents) =>
        contents.ConfidentialityMode != Pkcs12ConfidentialityMode.None || contents.GetBags().Any(bag => bag is Pkcs12ShroudedKeyBag);

    private static void ReadBag(Pkcs12SafeBag bag, ReadOnlySpan<char> secret, string? path, List<X509Certificate2> certificates, List<byte[]> keys)
    {
        switch (bag)
        {
            case Pkcs12CertBag { IsX509Certificate: true } certificate:
                certificates.Add(certificate.GetCertificate());
                break;
            case Pkcs12KeyBag plain:
                keys.Add(plain.Pkcs8PrivateKey.ToArray());
                break;
            case Pkcs12ShroudedKeyBag shrouded:
                PfxLimits.Check(shrouded.EncryptedPkcs8PrivateKey, path);
                keys.Add(Pbes2.Read(shrouded.EncryptedPkcs8PrivateKey) is { } pbes2 ? Open(pbes2, secret, path) : Pkcs8PrivateKeyInfo.DecryptAndDecode(secret, shrouded.EncryptedPkcs8PrivateKey, out _).Encode());
                break;
            case Pkcs12SafeContentsBag { SafeContents: { } nested }:
                foreach (var inner in nested.GetBags())
                    ReadBag(inner, secret, path, certificates, keys);
                break;
        }
    }

    private static byte[] Open(Pbes2 encryption, ReadOnlySpan<char> secret, string? path) => encryption.Obstacle is { } obstacle
        ? throw new KeyException(ErrorCode.KeyNotSupported, $"{InputFile.Describe(path)} holds a private key {obstacle}, which is not supported, whatever the password. Export it again with AES-256 (openssl pkcs12 -export does).", path)
        : RequireKey(encryption.Decrypt(secret));

    /// <summary>One wrong password in 256 ends in bytes that look padded: only what is a key was opened.</summary>
    /// <exception cref="CryptographicException">It is none.</exception>
    private static byte[] RequireKey(byte[] opened)
    {
        try
        {
            Pkcs8PrivateKeyInfo.Decode(opened, out _, skipCopy: true);
            return opened;
        }
        catch (CryptographicException)
        {
            CryptographicOperations.ZeroMemory(opened);
            throw;
        }
    }

    private static InputException Damaged(string? path, Exception cause) =>
        new(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} is a damaged PFX file, or encrypted with an algorithm that is not supported. Make it again, or convert it with openssl pkcs12.", path, cause);

    private static PasswordException WrongPassword(string? path) =>
        new(ErrorCode.PasswordWrong, $"The password does not open the PFX file {(path is null ? "" : $"'{path}'")}. Give the password it was made with.", path);
}
