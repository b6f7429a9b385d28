using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>Opens encrypted PKCS#8 keys (RFC 5958) and tells a wrong password from an unknown algorithm.</summary>
internal static class EncryptedKey
{
    internal static PrivateKey Decrypt(ReadOnlyMemory<byte> der, SecureString? password, string? path, string where)
    {
        var pbes2 = ReadScheme(der, where, path);
        if (password is null)
            throw new PasswordException(ErrorCode.PasswordRequired, $"{where} holds an encrypted private key. Give its password.", path);
        byte[]? plain = null;
        try
        {
            // PBES1: the platform reads the ones in use.
            plain = SecretText.Use(password, secret => pbes2?.Decrypt(secret) ?? Pkcs8PrivateKeyInfo.DecryptAndDecode(secret, der, out _).Encode());
            return PrivateKey.FromPkcs8(plain, path, where);
        }
        catch (Exception failed) when (failed is CryptographicException or InputException { Code: ErrorCode.ContentDamaged })
        {
            // With a sound structure and a known algorithm, padding or key garbage means the password (RFC 8018, 6.2.2).
            throw WrongPassword(where, path, failed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    internal static PasswordException WrongPassword(string where, string? path, Exception cause) =>
        new(ErrorCode.PasswordWrong, $"{where} holds a private key that the password does not open. Give the password it was encrypted with.", path, cause);

    internal static KeyException NotSupported(string obstacle, string where, string? path) =>
        new(ErrorCode.KeyNotSupported, $"{where} holds a private key {obstacle}, which is not supported. Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW", path);

    /// <summary>The PBES2 parameters; null for PBES1.</summary>
    private static Pbes2? ReadScheme(ReadOnlyMemory<byte> der, string where, string? path)
    {
        try
        {
            var pbes2 = Pbes2.Read(der);
            if (pbes2?.Obstacle is { } obstacle)
                throw NotSupported(obstacle, where, path);
            if (pbes2 is null && KeyProtection.Read(der).Iterations is > Pbes2.MostIterations and var rounds)
                throw NotSupported($"whose password is to be stretched {rounds} times", where, path);
            return pbes2;
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} holds an encrypted private key that is damaged. Get a fresh copy of it.", path, damaged);
        }
    }
}
