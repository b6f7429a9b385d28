using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>Opens what is encrypted with PBES2, PBKDF2 and AES (RFC 8018), as nearly all keys are today. The platform's own reader does the same, but stretches the password nearly three times as slowly.</summary>
internal static class Pbes2
{
    private const string Pbes2Oid = "1.2.840.113549.1.5.13";
    private const string Pbkdf2Oid = "1.2.840.113549.1.5.12";
    private const string HmacSha1Oid = "1.2.840.113549.2.7";

    /// <summary>Decrypts an EncryptedPrivateKeyInfo (RFC 5958); null when it is encrypted otherwise, which is then for the platform to read.</summary>
    /// <exception cref="CryptographicException">The password is wrong, or the content damaged.</exception>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static byte[]? Decrypt(ReadOnlySpan<char> secret, ReadOnlyMemory<byte> der)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        var algorithm = info.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != Pbes2Oid)
            return null;
        var parameters = algorithm.ReadSequence();
        var derivation = parameters.ReadSequence();
        if (derivation.ReadObjectIdentifier() != Pbkdf2Oid)
            return null;
        var pbkdf2 = derivation.ReadSequence();
        var cipher = parameters.ReadSequence();
        if (KeyLength(cipher.ReadObjectIdentifier()) is not { } length || pbkdf2.PeekTag() != Asn1Tag.PrimitiveOctetString)
            return null;
        var salt = pbkdf2.ReadOctetString();
        if (!pbkdf2.TryReadInt32(out var iterations) || iterations < 1)
            return null;
        if (pbkdf2.HasData && pbkdf2.PeekTag() == Asn1Tag.Integer)
            pbkdf2.ReadInteger(); // the key length, which the cipher tells as well
        if (Hash(pbkdf2.HasData ? pbkdf2.ReadSequence().ReadObjectIdentifier() : HmacSha1Oid) is not { } hash)
            return null;
        var key = Rfc2898DeriveBytes.Pbkdf2(secret, salt, iterations, hash, length);
        try
        {
            using var aes = Aes.Create();
            aes.Key = key;
            return aes.DecryptCbc(info.ReadOctetString(), cipher.ReadOctetString());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static int? KeyLength(string cipher) => cipher switch
    {
        "2.16.840.1.101.3.4.1.2" => 16,
        "2.16.840.1.101.3.4.1.22" => 24,
        "2.16.840.1.101.3.4.1.42" => 32,
        _ => null,
    };

    private static HashAlgorithmName? Hash(string oid) => oid switch
    {
        HmacSha1Oid => HashAlgorithmName.SHA1,
        "1.2.840.113549.2.9" => HashAlgorithmName.SHA256,
        "1.2.840.113549.2.10" => HashAlgorithmName.SHA384,
        "1.2.840.113549.2.11" => HashAlgorithmName.SHA512,
        _ => null,
    };
}
