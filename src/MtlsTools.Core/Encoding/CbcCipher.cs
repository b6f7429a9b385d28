using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>The two ciphers in which keys are encrypted.</summary>
internal static class CbcCipher
{
    /// <summary>Decrypts, padding removed.</summary>
    /// <exception cref="CryptographicException">The key is wrong, or the content damaged.</exception>
    internal static byte[] Decrypt(bool isTripleDes, byte[] key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> content)
    {
#pragma warning disable CA5350 // what others encrypted so must be opened; nothing is encrypted so here
        using SymmetricAlgorithm cipher = isTripleDes ? TripleDES.Create() : Aes.Create();
#pragma warning restore CA5350
        if (iv.Length != cipher.BlockSize / 8)
            throw new CryptographicException("The initialisation vector has the wrong length.");
        cipher.Key = key;
        return cipher.DecryptCbc(content, iv);
    }
}
