using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MtlsTools.Connections;

/// <summary>What one side's handshake messages say before encryption begins (RFC 5246, 7.4): under TLS 1.2 all of them, the certificate request included, under TLS 1.3 nothing but the hello.</summary>
internal sealed class PlainHandshake
{
    private const int Certificate = 11, CertificateRequest = 13, ServerHelloDone = 14;
    private const int MaximumLength = 256 * 1024;

    private readonly List<byte> pending = [];
    private int total;

    /// <summary>The certificates that were sent, the sender's own first, DER.</summary>
    internal List<byte[]> Certificates { get; } = [];

    /// <summary>Whether the server asked for a certificate.</summary>
    internal bool CertificateRequested { get; private set; }

    /// <summary>Whether the server's side of it is whole, so that a request that was not seen was not made.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>The signature schemes that came with the request (TLS 1.2).</summary>
    internal List<int> SignatureSchemes { get; } = [];

    /// <summary>The CA names that came with the request, DER.</summary>
    internal List<byte[]> AcceptableIssuers { get; } = [];

    /// <summary>Takes the content of handshake records as it arrives, in any pieces.</summary>
    internal void Add(ReadOnlySpan<byte> content)
    {
        if ((total += content.Length) > MaximumLength)
            return;
        pending.AddRange(content);
        while (pending.Count >= 4)
        {
            var bytes = CollectionsMarshal.AsSpan(pending);
            var length = Length24(bytes[1..]);
            if (bytes.Length < 4 + length)
                return;
            Read(bytes[0], bytes.Slice(4, length));
            pending.RemoveRange(0, 4 + length);
        }
    }

    private void Read(int type, ReadOnlySpan<byte> body)
    {
        try
        {
            if (type == Certificate)
                ReadList(body[3..], 3, Certificates);
            else if (type == CertificateRequest)
                ReadRequest(body);
            IsComplete |= type == ServerHelloDone;
        }
        catch (ArgumentOutOfRangeException)
        {
            // A length that points outside of its message; the platform will say what it thinks of that.
        }
    }

    private void ReadRequest(ReadOnlySpan<byte> body)
    {
        CertificateRequested = true;
        body = body[(1 + body.Slice(0, 1)[0])..];
        var schemes = body.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(body));
        for (; schemes.Length >= 2; schemes = schemes[2..])
            SignatureSchemes.Add(BinaryPrimitives.ReadUInt16BigEndian(schemes));
        body = body[(2 + BinaryPrimitives.ReadUInt16BigEndian(body))..];
        ReadList(body[2..], 2, AcceptableIssuers);
    }

    private static void ReadList(ReadOnlySpan<byte> list, int lengthSize, List<byte[]> into)
    {
        while (list.Length > lengthSize)
        {
            var length = lengthSize == 3 ? Length24(list) : BinaryPrimitives.ReadUInt16BigEndian(list);
            into.Add(list.Slice(lengthSize, length).ToArray());
            list = list[(lengthSize + length)..];
        }
    }

    private static int Length24(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}
