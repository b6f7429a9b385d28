using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MtlsTools.Connections.Trace;

/// <summary>Opens the records of one direction of a TLS 1.3 connection with its traffic secret (RFC 8446, 5.2 and 7.3).</summary>
internal sealed class TrafficKeys
{
    private const int TagLength = 16;
    private const int NonceLength = 12;

    private readonly int suite;
    private readonly byte[] secret;
    private readonly byte[] key;
    private readonly byte[] iv;
    private long sequence;

    private TrafficKeys(int suite, byte[] secret)
    {
        this.suite = suite;
        this.secret = secret;
        key = Expand("key", suite == 0x1301 ? 16 : 32);
        iv = Expand("iv", NonceLength);
    }

    /// <summary>The keys of a secret, or null for a cipher suite that can not be opened here.</summary>
    internal static TrafficKeys? Create(int suite, byte[] secret) => suite switch
    {
        0x1301 or 0x1302 => new TrafficKeys(suite, secret),
        0x1303 when ChaCha20Poly1305.IsSupported => new TrafficKeys(suite, secret),
        _ => null,
    };

    /// <summary>The keys after a KeyUpdate.</summary>
    internal TrafficKeys Next() => new(suite, Expand("traffic upd", secret.Length));

    /// <summary>The content of the next record without its padding, and the type that stands at its end; null when it does not open.</summary>
    internal (int Type, byte[] Content)? Open(WireRecord record)
    {
        var sealedContent = record.Content;
        var number = sequence++;
        if (sealedContent.Length <= TagLength)
            return null;
        var plain = new byte[sealedContent.Length - TagLength];
        try
        {
            Decrypt(Nonce(number), sealedContent[..^TagLength], sealedContent[^TagLength..], plain, record.Header);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        var end = plain.AsSpan().TrimEnd((byte)0).Length;
        return end == 0 ? null : (plain[end - 1], plain[..(end - 1)]);
    }

    private void Decrypt(byte[] nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> header)
    {
        if (suite == 0x1303)
        {
            using var chacha = new ChaCha20Poly1305(key);
            chacha.Decrypt(nonce, ciphertext, tag, plain, header);
            return;
        }

        using var gcm = new AesGcm(key, TagLength);
        gcm.Decrypt(nonce, ciphertext, tag, plain, header);
    }

    /// <summary>The record's number, laid over the end of the initialisation vector.</summary>
    private byte[] Nonce(long number)
    {
        var nonce = (byte[])iv.Clone();
        var last = nonce.AsSpan(NonceLength - sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(last, BinaryPrimitives.ReadInt64BigEndian(last) ^ number);
        return nonce;
    }

    /// <summary>HKDF-Expand-Label with an empty context.</summary>
    private byte[] Expand(string label, int length)
    {
        var name = System.Text.Encoding.ASCII.GetBytes("tls13 " + label);
        byte[] info = [(byte)(length >> 8), (byte)length, (byte)name.Length, .. name, 0];
        return HKDF.Expand(suite == 0x1302 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, secret, length, info);
    }
}
