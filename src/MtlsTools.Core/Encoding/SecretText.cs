using System.Runtime.InteropServices;
using System.Security;

namespace MtlsTools.Encoding;

/// <summary>Lends the characters of a <see cref="SecureString"/> for the length of one call and wipes the copy afterwards.</summary>
internal static class SecretText
{
    internal delegate T Reader<out T>(ReadOnlySpan<char> secret);

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
