using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Encoding;

/// <summary>PKCS#12 (RFC 7292), read and written without touching any key store.</summary>
internal sealed class PfxFile
{
    private const int KeyIterations = 600_000;

    /// <summary>Certificates are public, and whoever guesses passwords tries them on the MAC: more rounds for them than for the MAC would only cost time.</summary>
    private const int MacIterations = 100_000;

    private PfxFile(IReadOnlyList<X509Certificate2> certificates, IReadOnlyList<byte[]> keys)
    {
        Certificates = certificates;
        Keys = keys;
    }

    internal IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>The private keys as unencrypted PKCS#8; wipe them after use.</summary>
    internal IReadOnlyList<byte[]> Keys { get; }

    internal static PfxFile Read(ReadOnlyMemory<byte> der, SecureString? password, string? path)
    {
        try
        {
            var info = Pkcs12Info.Decode(der, out _);
            return password is null
                ? ReadWithoutPassword(info, path)
                : SecretText.Use(password, secret => Read(info, secret) ?? throw WrongPassword(path));
        }
        catch (Exception damaged) when (damaged is CryptographicException or AsnContentException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} is a damaged PFX file, or encrypted with an algorithm that is not supported. Make it again, or convert it with openssl pkcs12.", path, damaged);
        }
    }

    /// <summary>Writes a leaf with its key and chain: PBES2 with AES-256-CBC, MAC with SHA-256.</summary>
    internal static byte[] Write(X509Certificate2 leaf, IEnumerable<X509Certificate2> chain, byte[]? pkcs8, SecureString password, string friendlyName)
    {
        var certificates = new Pkcs12SafeContents();
        var leafBag = certificates.AddCertificate(leaf);
        foreach (var issuer in chain)
            certificates.AddCertificate(issuer);
        var builder = new Pkcs12Builder();
        return SecretText.Use(password, secret =>
        {
            if (pkcs8 is not null)
            {
                var localKeyId = new Pkcs9LocalKeyId(leaf.GetCertHash(HashAlgorithmName.SHA256));
                leafBag.Attributes.Add(localKeyId);
                leafBag.Attributes.Add(FriendlyName(friendlyName));
                var keyBag = new Pkcs12ShroudedKeyBag(Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true).Encrypt(secret, Aes256(KeyIterations)));
                keyBag.Attributes.Add(localKeyId);
                keyBag.Attributes.Add(FriendlyName(friendlyName));
                var keys = new Pkcs12SafeContents();
                keys.AddSafeBag(keyBag);
                builder.AddSafeContentsUnencrypted(keys);
            }

            builder.AddSafeContentsEncrypted(certificates, secret, Aes256(MacIterations));
            builder.SealWithMac(secret, HashAlgorithmName.SHA256, MacIterations);
            return builder.Encode();
        });
    }

    private static PbeParameters Aes256(int iterations) => new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterations);

    private static Pkcs9AttributeObject FriendlyName(string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.BMPString, name);
        return new Pkcs9AttributeObject("1.2.840.113549.1.9.20", writer.Encode());
    }

    /// <summary>No password and an empty one are two different things (RFC 7292, B.1), and tools mean either by "none".</summary>
    private static PfxFile ReadWithoutPassword(Pkcs12Info info, string? path) =>
        Read(info, default) ?? Read(info, "") ?? throw new PasswordException(ErrorCode.PasswordRequired, $"{InputFile.Describe(path)} is a PFX file with a password. Give its password.", path);

    /// <summary>Null when the password is wrong.</summary>
    private static PfxFile? Read(Pkcs12Info info, ReadOnlySpan<char> secret)
    {
        if (info.IntegrityMode == Pkcs12IntegrityMode.Password && !info.VerifyMac(secret))
            return null;
        var certificates = new List<X509Certificate2>();
        var keys = new List<byte[]>();
        try
        {
            foreach (var contents in info.AuthenticatedSafe)
            {
                if (contents.ConfidentialityMode == Pkcs12ConfidentialityMode.Password)
                    contents.Decrypt(secret);
                foreach (var bag in contents.GetBags())
                    ReadBag(bag, secret, certificates, keys);
            }
        }
        catch (CryptographicException) when (info.IntegrityMode != Pkcs12IntegrityMode.Password)
        {
            return null;
        }

        return new PfxFile(certificates, keys);
    }

    private static void ReadBag(Pkcs12SafeBag bag, ReadOnlySpan<char> secret, List<X509Certificate2> certificates, List<byte[]> keys)
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
                keys.Add(Pbes2.Decrypt(secret, shrouded.EncryptedPkcs8PrivateKey) ?? Pkcs8PrivateKeyInfo.DecryptAndDecode(secret, shrouded.EncryptedPkcs8PrivateKey, out _).Encode());
                break;
            case Pkcs12SafeContentsBag { SafeContents: { } nested }:
                foreach (var inner in nested.GetBags())
                    ReadBag(inner, secret, certificates, keys);
                break;
        }
    }

    private static PasswordException WrongPassword(string? path) =>
        new(ErrorCode.PasswordWrong, $"The password does not open the PFX file {(path is null ? "" : $"'{path}'")}. Give the password it was made with.", path);
}
