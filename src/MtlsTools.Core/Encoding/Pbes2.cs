using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>Encryption by PBES2 (RFC 8018, 6.2), as nearly all keys have it today. The platform's own reader and writer do the same, but stretch the password nearly three times as slowly.</summary>
internal sealed class Pbes2
{
    private const string Oid = "1.2.840.113549.1.5.13";
    internal const string Pbkdf2Oid = "1.2.840.113549.1.5.12";
    private const string ScryptOid = "1.3.6.1.4.1.11591.4.11";
    internal const string Aes256Oid = "2.16.840.1.101.3.4.1.42";
    internal const string HmacSha256Oid = "1.2.840.113549.2.9";
    private const string TripleDes = "des-ede3-cbc";
    internal const int NewIterations = 600_000;

    /// <summary>About ten seconds of work; a file that asks for more wants to keep this machine busy.</summary>
    internal const int MostIterations = 10_000_000;

    private static readonly Dictionary<string, (string Name, int KeyLength)> Ciphers = new()
    {
        ["1.2.840.113549.3.7"] = (TripleDes, 24),
        ["2.16.840.1.101.3.4.1.2"] = ("aes-128-cbc", 16),
        ["2.16.840.1.101.3.4.1.22"] = ("aes-192-cbc", 24),
        [Aes256Oid] = ("aes-256-cbc", 32),
    };

    private static readonly Dictionary<string, HashAlgorithmName> Hashes = new()
    {
        ["1.2.840.113549.2.7"] = HashAlgorithmName.SHA1, // the default (RFC 8018, A.2)
        [HmacSha256Oid] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.2.10"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.2.11"] = HashAlgorithmName.SHA512,
    };

    private static readonly Dictionary<string, string> UnsupportedHashes = new()
    {
        ["1.2.840.113549.2.8"] = "HMAC-SHA224",
        ["1.2.840.113549.2.12"] = "HMAC-SHA512/224",
        ["1.2.840.113549.2.13"] = "HMAC-SHA512/256",
    };

    private readonly string derivation;
    private readonly string cipher;
    private readonly string hash = "1.2.840.113549.2.7";
    private readonly byte[] salt = [];
    private readonly byte[] iv = [];
    private readonly byte[] content;

    private Pbes2(AsnReader parameters, AsnReader info)
    {
        var kdf = parameters.ReadSequence();
        derivation = kdf.ReadObjectIdentifier();
        var encryption = parameters.ReadSequence();
        cipher = encryption.ReadObjectIdentifier();
        if (encryption.HasData && encryption.PeekTag() == Asn1Tag.PrimitiveOctetString)
            iv = encryption.ReadOctetString();
        content = info.ReadOctetString();
        if (derivation != Pbkdf2Oid)
            return;
        var pbkdf2 = kdf.ReadSequence();
        salt = pbkdf2.ReadOctetString();
        Iterations = pbkdf2.TryReadInt64(out var count) ? count : long.MaxValue;
        if (pbkdf2.HasData && pbkdf2.PeekTag() == Asn1Tag.Integer)
            pbkdf2.ReadInteger(); // the key length, which the cipher tells as well
        if (pbkdf2.HasData)
            hash = pbkdf2.ReadSequence().ReadObjectIdentifier();
    }

    /// <summary>How often the password is stretched, when it is by PBKDF2.</summary>
    internal long? Iterations { get; }

    /// <summary>Whether the cipher is given up by today's systems.</summary>
    internal bool IsLegacy => !CipherName.StartsWith("aes-", StringComparison.Ordinal);

    /// <summary>Why it can not be opened, whatever the password, as the end of "a private key …"; null when it can.</summary>
    internal string? Obstacle
    {
        get
        {
            if (derivation != Pbkdf2Oid)
                return $"whose password is stretched with {DerivationName}";
            if (!Hashes.ContainsKey(hash))
                return $"whose password is stretched with {HashName}";
            if (Iterations is < 1 or > MostIterations)
                return $"whose password is to be stretched {Iterations} times, where 1 to {MostIterations} make sense";
            return Ciphers.ContainsKey(cipher) ? null : $"encrypted with the cipher {cipher}";
        }
    }

    /// <summary>How the password is stretched: <c>PBKDF2 with HMAC-SHA256</c>.</summary>
    internal string DerivationName => derivation switch
    {
        Pbkdf2Oid => $"PBKDF2 with {HashName}",
        ScryptOid => "scrypt",
        _ => derivation,
    };

    private string HashName => Hashes.TryGetValue(hash, out var known) ? $"HMAC-{known.Name}" : UnsupportedHashes.GetValueOrDefault(hash, hash);

    private string CipherName => Ciphers.TryGetValue(cipher, out var known) ? known.Name : cipher switch { "1.2.840.113549.3.2" => "rc2-cbc", "1.3.14.3.2.7" => "des-cbc", _ => cipher };

    /// <summary>Reads an EncryptedPrivateKeyInfo (RFC 5958, 3); null when it is encrypted by another scheme.</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static Pbes2? Read(ReadOnlyMemory<byte> der)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        var algorithm = info.ReadSequence();
        return algorithm.ReadObjectIdentifier() == Oid ? new Pbes2(algorithm.ReadSequence(), info) : null;
    }

    /// <summary>Encrypts PKCS#8 with AES-256-CBC and PBKDF2, SHA-256, 600 000 iterations.</summary>
    /// <returns>An EncryptedPrivateKeyInfo.</returns>
    internal static byte[] Encrypt(ReadOnlySpan<char> secret, ReadOnlySpan<byte> pkcs8)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var iv = RandomNumberGenerator.GetBytes(16);
        using var aes = Aes.Create();
        var key = Rfc2898DeriveBytes.Pbkdf2(secret, salt, NewIterations, HashAlgorithmName.SHA256, 32);
        aes.Key = key;
        CryptographicOperations.ZeroMemory(key);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oid);
                using (writer.PushSequence())
                {
                    WriteDerivation(writer, salt);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Aes256Oid);
                        writer.WriteOctetString(iv);
                    }
                }
            }

            writer.WriteOctetString(aes.EncryptCbc(pkcs8, iv));
        }

        return writer.Encode();
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">The password is wrong, or the content damaged.</exception>
    internal byte[] Decrypt(ReadOnlySpan<char> secret)
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(secret, salt, (int)Iterations!.Value, Hashes[hash], Ciphers[cipher].KeyLength);
        try
        {
            return CbcCipher.Decrypt(isTripleDes: CipherName == TripleDes, key, iv, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>For people: <c>PBES2 with aes-256-cbc</c>.</summary>
    public override string ToString() => $"PBES2 with {CipherName}";

    /// <summary>Writes how a password is stretched: PBKDF2 with HMAC-SHA256 and <see cref="NewIterations"/> (RFC 8018, A.2).</summary>
    internal static void WriteDerivation(AsnWriter writer, byte[] salt, Asn1Tag? tag = null)
    {
        using (writer.PushSequence(tag))
        {
            writer.WriteObjectIdentifier(Pbkdf2Oid);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(NewIterations);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(HmacSha256Oid);
                    writer.WriteNull();
                }
            }
        }
    }
}
