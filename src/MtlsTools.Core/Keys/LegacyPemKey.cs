using System.Security;
using System.Security.Cryptography;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>Opens keys in OpenSSL's old encrypted form: <c>Proc-Type: 4,ENCRYPTED</c> and <c>DEK-Info</c> (RFC 1421, 4.6), which OpenSSL 1.x and LibreSSL write. It is never written here: one round of MD5 protects no password.</summary>
internal static class LegacyPemKey
{
    internal static byte[] Decrypt(PemBlock block, SecureString? password, string? path, string where)
    {
        var parts = (block.DekInfo ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TryReadHex(parts[1], out var iv) || iv.Length < 8)
            throw new InputException(ErrorCode.ContentDamaged, $"{where} holds an encrypted private key whose DEK-Info line is damaged. Get a fresh copy of it.", path);
        if (KeyLengthOf(parts[0]) is not { } length)
            throw EncryptedKey.NotSupported($"encrypted with the cipher {parts[0]}", where, path);
        if (password is null)
            throw new PasswordException(ErrorCode.PasswordRequired, $"{where} holds an encrypted private key. Give its password.", path);
        var key = SecretText.Use(password, secret => DeriveKey(secret, iv.AsSpan(0, 8), length));
        try
        {
            return CbcCipher.Decrypt(isTripleDes: parts[0].StartsWith("DES", StringComparison.OrdinalIgnoreCase), key, iv, block.Data.Span);
        }
        catch (CryptographicException failed)
        {
            throw EncryptedKey.WrongPassword(where, path, failed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static int? KeyLengthOf(string cipher) => cipher.ToUpperInvariant() switch
    {
        "AES-128-CBC" => 16,
        "AES-192-CBC" or "DES-EDE3-CBC" => 24,
        "AES-256-CBC" => 32,
        _ => null,
    };

    /// <summary>EVP_BytesToKey with MD5 and one round: MD5(previous ‖ password ‖ salt), repeated until the key is full.</summary>
    private static byte[] DeriveKey(ReadOnlySpan<char> secret, ReadOnlySpan<byte> salt, int length)
    {
        var password = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(secret.Length)];
        var key = new byte[length];
        try
        {
            var used = System.Text.Encoding.UTF8.GetBytes(secret, password);
#pragma warning disable CA5351 // the format's own derivation
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
            Span<byte> round = stackalloc byte[16];
            for (var done = 0; done < length; done += round.Length)
            {
                if (done > 0)
                    md5.AppendData(round);
                md5.AppendData(password, 0, used);
                md5.AppendData(salt);
                md5.GetHashAndReset(round);
                round[..Math.Min(round.Length, length - done)].CopyTo(key.AsSpan(done));
            }

            CryptographicOperations.ZeroMemory(round);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    private static bool TryReadHex(string text, out byte[] bytes)
    {
        var isHex = text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
        bytes = isHex ? Convert.FromHexString(text) : [];
        return isHex;
    }
}
