using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>A content that is encrypted and sealed with a password: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084) and a key that the password opens (RFC 5652, 6.2.4; RFC 3211). <c>openssl cms -decrypt -pwri_password</c> opens it as well.</summary>
internal static class PasswordEnvelope
{
    private const string AuthEnvelopedDataOid = "1.2.840.113549.1.9.16.1.23";
    private const string DataOid = "1.2.840.113549.1.7.1";
    private const string PasswordKeyWrapOid = "1.2.840.113549.1.9.16.3.9";
    private const string AesGcmOid = "2.16.840.1.101.3.4.1.46";
    private const int KeyLength = 32;
    private const int SaltLength = 16;
    private const int TagLength = 16;
    private const int NonceLength = 12;
    private const int BlockLength = 16;

    private static readonly Asn1Tag Content = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Derivation = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag PasswordRecipient = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>Encrypts.</summary>
    /// <returns>The ContentInfo (DER).</returns>
    internal static byte[] Seal(ReadOnlySpan<char> secret, ReadOnlySpan<byte> content)
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var tag = new byte[TagLength];
        var encrypted = new byte[content.Length];
        using (var cipher = new AesGcm(key, TagLength))
            cipher.Encrypt(nonce, content, encrypted, tag);
        var writer = new AsnWriter(AsnEncodingRules.DER, content.Length + 1024);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(AuthEnvelopedDataOid);
            using (writer.PushSequence(Derivation))
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSetOf())
                    WriteRecipient(writer, secret, key);
                WriteContent(writer, nonce, encrypted);
                writer.WriteOctetString(tag);
            }
        }

        CryptographicOperations.ZeroMemory(key);
        return writer.Encode();
    }

    /// <summary>Decrypts.</summary>
    /// <returns>The content; null when the password is wrong.</returns>
    /// <exception cref="AsnContentException">It is no such envelope.</exception>
    /// <exception cref="CryptographicException">The content was changed, or has been damaged.</exception>
    internal static byte[]? Open(ReadOnlySpan<char> secret, ReadOnlyMemory<byte> envelope)
    {
        var outer = new AsnReader(envelope, AsnEncodingRules.DER).ReadSequence();
        Require(outer.ReadObjectIdentifier() == AuthEnvelopedDataOid);
        var data = outer.ReadSequence(Derivation).ReadSequence();
        Require(data.ReadInteger().IsZero);
        var recipients = data.ReadSetOf();
        if (ReadRecipient(recipients.ReadSequence(PasswordRecipient), secret) is not { } key)
            return null;
        var info = data.ReadSequence();
        Require(info.ReadObjectIdentifier() == DataOid);
        var algorithm = info.ReadSequence();
        Require(algorithm.ReadObjectIdentifier() == AesGcmOid);
        var nonce = algorithm.ReadSequence().ReadOctetString();
        var isPrimitive = info.TryReadPrimitiveOctetString(out var encrypted, Content);
        Require(nonce.Length == NonceLength && isPrimitive);
        var tag = data.ReadOctetString();
        Require(tag.Length == TagLength);
        var content = new byte[encrypted.Length];
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(nonce, encrypted.Span, tag, content);
        return content;
    }

    private static void WriteRecipient(AsnWriter writer, ReadOnlySpan<char> secret, byte[] key)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var iv = RandomNumberGenerator.GetBytes(BlockLength);
        using (writer.PushSequence(PasswordRecipient))
        {
            writer.WriteInteger(0);
            Pbes2.WriteDerivation(writer, salt, Derivation);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(PasswordKeyWrapOid);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Pbes2.Aes256Oid);
                    writer.WriteOctetString(iv);
                }
            }

            writer.WriteOctetString(WrapKey(Stretch(secret, salt, Pbes2.NewIterations), iv, key));
        }
    }

    private static byte[]? ReadRecipient(AsnReader recipient, ReadOnlySpan<char> secret)
    {
        Require(recipient.ReadInteger().IsZero);
        var derivation = recipient.ReadSequence(Derivation);
        Require(derivation.ReadObjectIdentifier() == Pbes2.Pbkdf2Oid);
        var pbkdf2 = derivation.ReadSequence();
        var salt = pbkdf2.ReadOctetString();
        Require(pbkdf2.TryReadInt32(out var iterations) && iterations is > 0 and <= Pbes2.MostIterations);
        Require(pbkdf2.ReadSequence().ReadObjectIdentifier() == Pbes2.HmacSha256Oid);
        var wrap = recipient.ReadSequence();
        Require(wrap.ReadObjectIdentifier() == PasswordKeyWrapOid);
        var cipher = wrap.ReadSequence();
        Require(cipher.ReadObjectIdentifier() == Pbes2.Aes256Oid);
        return UnwrapKey(Stretch(secret, salt, iterations), cipher.ReadOctetString(), recipient.ReadOctetString());
    }

    private static void WriteContent(AsnWriter writer, byte[] nonce, byte[] encrypted)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(DataOid);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(AesGcmOid);
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(nonce);
                    writer.WriteInteger(TagLength);
                }
            }

            writer.WriteOctetString(encrypted, Content);
        }
    }

    private static byte[] Stretch(ReadOnlySpan<char> secret, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(secret, salt, iterations, HashAlgorithmName.SHA256, KeyLength);

    /// <summary>RFC 3211, 2.3.1: length, three check octets, the key, random padding; encrypted twice, the second time with the last block of the first as the initialisation vector.</summary>
    private static byte[] WrapKey(byte[] wrappingKey, byte[] iv, byte[] key)
    {
        using var aes = Use(wrappingKey);
        var block = RandomNumberGenerator.GetBytes((4 + KeyLength + BlockLength - 1) / BlockLength * BlockLength);
        block[0] = KeyLength;
        for (var i = 0; i < 3; i++)
            block[1 + i] = (byte)~key[i];
        key.CopyTo(block, 4);
        var once = aes.EncryptCbc(block, iv, PaddingMode.None);
        CryptographicOperations.ZeroMemory(block);
        return aes.EncryptCbc(once, once.AsSpan(^BlockLength), PaddingMode.None);
    }

    /// <summary>RFC 3211, 2.3.2; null when the check octets say that the password is wrong.</summary>
    private static byte[]? UnwrapKey(byte[] wrappingKey, byte[] iv, byte[] wrapped)
    {
        using var aes = Use(wrappingKey);
        Require(iv.Length == BlockLength && wrapped.Length >= 3 * BlockLength && wrapped.Length % BlockLength == 0);

        // The last block of the first encryption is what the second one began with.
        var last = aes.DecryptCbc(wrapped.AsSpan(^BlockLength), wrapped.AsSpan()[^(2 * BlockLength)..^BlockLength], PaddingMode.None);
        var once = aes.DecryptCbc(wrapped, last, PaddingMode.None);
        var block = aes.DecryptCbc(once, iv, PaddingMode.None);
        var isRight = block[0] == KeyLength && (byte)~block[1] == block[4] && (byte)~block[2] == block[5] && (byte)~block[3] == block[6];
        return isRight ? block[4..(4 + KeyLength)] : null;
    }

    private static Aes Use(byte[] key)
    {
        var aes = Aes.Create();
        aes.Key = key;
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }

    private static void Require(bool condition)
    {
        if (!condition)
            throw new AsnContentException("It is no envelope of the kind that this tool makes.");
    }
}
