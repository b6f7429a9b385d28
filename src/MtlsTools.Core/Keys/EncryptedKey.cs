using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>Opens encrypted PKCS#8 keys (RFC 5958, encrypted by RFC 8018's PBES2) and tells a wrong password from an unknown algorithm.</summary>
internal static class EncryptedKey
{
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";

    internal static PrivateKey Decrypt(ReadOnlyMemory<byte> der, SecureString? password, string? path)
    {
        var where = path is null ? "The text" : $"'{path}'";
        RefuseUnknownAlgorithm(der, where, path);
        if (password is null)
            throw new PasswordException(ErrorCode.PasswordRequired, $"{where} holds an encrypted private key. Give its password.", path);
        byte[]? plain = null;
        try
        {
            var info = SecretText.Use(password, secret => Pkcs8PrivateKeyInfo.DecryptAndDecode(secret, der, out _));
            plain = info.Encode();
            return PrivateKey.FromPkcs8(plain, path);
        }
        catch (Exception failed) when (failed is CryptographicException or InputException { Code: ErrorCode.ContentDamaged })
        {
            // With a sound structure and a known algorithm, padding or key garbage means the password (RFC 8018, 6.2.2).
            throw new PasswordException(ErrorCode.PasswordWrong, $"The password does not open the private key in {(path is null ? "the text" : $"'{path}'")}. Give the password it was encrypted with.", path, failed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static void RefuseUnknownAlgorithm(ReadOnlyMemory<byte> der, string where, string? path)
    {
        try
        {
            var algorithm = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            var scheme = algorithm.ReadObjectIdentifier();
            if (scheme != Pbes2)
                return; // PBES1: the platform reads the ones in use.
            var derivation = algorithm.ReadSequence().ReadSequence().ReadObjectIdentifier();
            if (derivation != Pbkdf2)
                throw new KeyException(ErrorCode.KeyNotSupported, $"{where} holds a private key whose password is stretched with {(derivation == "1.3.6.1.4.1.11591.4.11" ? "scrypt" : derivation)}, which is not supported. Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW", path);
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} holds an encrypted private key that is damaged. Get a fresh copy of it.", path, damaged);
        }
    }
}
