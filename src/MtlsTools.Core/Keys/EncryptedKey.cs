using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>Opens encrypted PKCS#8 keys (RFC 5958, encrypted by RFC 8018's PBES2) and tells a wrong password from an unknown algorithm.</summary>
internal static class EncryptedKey
{
    private const string Pbes2Scheme = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";

    private static readonly HashSet<string> Ciphers =
    [
        "1.2.840.113549.3.7", // des-ede3-cbc
        "2.16.840.1.101.3.4.1.2", // aes128-cbc
        "2.16.840.1.101.3.4.1.22", // aes192-cbc
        "2.16.840.1.101.3.4.1.42", // aes256-cbc
    ];

    private static readonly HashSet<string> PseudoRandomFunctions =
    [
        "1.2.840.113549.2.7", // hmacWithSHA1
        "1.2.840.113549.2.9", // hmacWithSHA256
        "1.2.840.113549.2.10", // hmacWithSHA384
        "1.2.840.113549.2.11", // hmacWithSHA512
    ];

    internal static PrivateKey Decrypt(ReadOnlyMemory<byte> der, SecureString? password, string? path)
    {
        var where = InputFile.Describe(path);
        RefuseUnknownAlgorithm(der, where, path);
        if (password is null)
            throw new PasswordException(ErrorCode.PasswordRequired, $"{where} holds an encrypted private key. Give its password.", path);
        byte[]? plain = null;
        try
        {
            plain = SecretText.Use(password, secret => Pbes2.Decrypt(secret, der) ?? Pkcs8PrivateKeyInfo.DecryptAndDecode(secret, der, out _).Encode());
            return PrivateKey.FromPkcs8(plain, path);
        }
        catch (Exception failed) when (failed is CryptographicException or AsnContentException or InputException { Code: ErrorCode.ContentDamaged })
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
            if (scheme != Pbes2Scheme)
                return; // PBES1: the platform reads the ones in use.
            var parameters = algorithm.ReadSequence();
            var derivation = parameters.ReadSequence();
            var function = derivation.ReadObjectIdentifier();
            if (function != Pbkdf2)
                throw NotSupported($"whose password is stretched with {(function == "1.3.6.1.4.1.11591.4.11" ? "scrypt" : function)}", where, path);
            if (PseudoRandomFunction(derivation.ReadSequence()) is { } hash && !PseudoRandomFunctions.Contains(hash))
                throw NotSupported($"whose password is stretched with the hash function {hash}", where, path);
            if (parameters.ReadSequence().ReadObjectIdentifier() is var cipher && !Ciphers.Contains(cipher))
                throw NotSupported($"encrypted with the cipher {cipher}", where, path);
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} holds an encrypted private key that is damaged. Get a fresh copy of it.", path, damaged);
        }
    }

    /// <summary>PBKDF2's hash function, or null for the default (RFC 8018, A.2).</summary>
    private static string? PseudoRandomFunction(AsnReader pbkdf2)
    {
        pbkdf2.ReadEncodedValue(); // salt
        pbkdf2.ReadInteger(); // iterations
        if (pbkdf2.HasData && pbkdf2.PeekTag() == Asn1Tag.Integer)
            pbkdf2.ReadInteger(); // key length
        return pbkdf2.HasData ? pbkdf2.ReadSequence().ReadObjectIdentifier() : null;
    }

    private static KeyException NotSupported(string how, string where, string? path) =>
        new(ErrorCode.KeyNotSupported, $"{where} holds a private key {how}, which is not supported. Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW", path);
}
