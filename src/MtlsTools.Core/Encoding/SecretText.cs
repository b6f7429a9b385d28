using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>Lends the characters of a <see cref="SecureString"/> for the length of one call and wipes the copy afterwards.</summary>
internal static class SecretText
{
    internal delegate T Reader<out T>(ReadOnlySpan<char> secret);

    internal delegate void LineReader(ReadOnlySpan<byte> line);

    /// <summary>A password of 128 random bits for what passes from one program to another; the caller disposes it.</summary>
    internal static SecureString CreateRandom() => Create(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>A password that is no secret to us; the caller disposes it.</summary>
    internal static SecureString Create(string text)
    {
        var password = new SecureString();
        foreach (var c in text)
            password.AppendChar(c);
        return password;
    }

    /// <summary>Lends it as a line of UTF-8, the way programs read passwords.</summary>
    internal static void UseLine(SecureString secret, LineReader read) => Use(secret, text =>
    {
        var line = GC.AllocateArray<byte>(System.Text.Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        try
        {
            System.Text.Encoding.UTF8.GetBytes(text, line);
            line[^1] = (byte)'\n';
            read(line);
            return line.Length;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    });

    internal static T Use<T>(SecureString secret, Reader<T> read)
    {
        var copy = GC.AllocateArray<char>(secret.Length, pinned: true);
        var native = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            Marshal.Copy(native, copy, 0, copy.Length);
            return read(copy);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(native);
            Array.Clear(copy);
        }
    }
}
