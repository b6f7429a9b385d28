using MtlsTools.Certificates;

namespace MtlsTools.Connections.Trace;

/// <summary>Reads handshake messages (RFC 8446, 4; RFC 5246, 7.4). A message that breaks its own lengths is shown as such and is no error.</summary>
internal static class HandshakeParser
{
    internal const int ClientHello = 1, ServerHello = 2, Finished = 20, KeyUpdate = 24;
    private const int NewSessionTicket = 4, EncryptedExtensions = 8, Certificate = 11, ServerKeyExchange = 12, CertificateRequest = 13, CertificateVerify = 15, CertificateStatus = 22;
    private const int StatusRequest = 5;

    /// <param name="message">What is known of it already.</param>
    /// <param name="type">Its type.</param>
    /// <param name="body">Its content, without the header of four octets.</param>
    /// <param name="isTls13">Whether the connection is TLS 1.3, which has other forms for some.</param>
    internal static TracedMessage Parse(TracedMessage message, int type, ReadOnlySpan<byte> body, bool isTls13)
    {
        try
        {
            return type switch
            {
                ClientHello => HelloParser.Client(message, body),
                ServerHello => HelloParser.Server(message, body),
                NewSessionTicket => Ticket(message, body),
                EncryptedExtensions => Extensions(message, body),
                Certificate => Certificates(message, body, isTls13),
                ServerKeyExchange => KeyExchange(message, body),
                CertificateRequest => isTls13 ? Request13(message, body) : Request12(message, body),
                CertificateVerify => Proof(message, body),
                CertificateStatus => Status(message, body),
                _ => message,
            };
        }
        catch (WireFormatException malformed)
        {
            return message with { Summary = $"malformed: {malformed.Message}" };
        }
    }

    private static TracedMessage Ticket(TracedMessage message, ReadOnlySpan<byte> body) =>
        message with { Summary = $"to resume within {new WireReader(body).UInt32()} seconds" };

    private static TracedMessage Extensions(TracedMessage message, ReadOnlySpan<byte> body)
    {
        var read = HelloParser.Extensions(message, new WireReader(body).Vector(2), isClient: false);
        return read with { Summary = HelloParser.Words(("", read.Extensions), ("ALPN", read.ApplicationProtocols)) };
    }

    private static TracedMessage Certificates(TracedMessage message, ReadOnlySpan<byte> body, bool isTls13)
    {
        var reader = new WireReader(body);
        if (isTls13)
            reader.Vector(1);
        var certificates = new List<MtlsCertificate>();
        var unreadable = 0;
        for (var list = new WireReader(reader.Vector(3)); list.HasData;)
        {
            var der = list.Vector(3).ToArray();
            if (isTls13 && FindStaple(list.Vector(2)) is { } staple && certificates.Count + unreadable == 0)
                message = Status(message, staple);
            if (TryDecode(der) is { } certificate)
                certificates.Add(certificate);
            else
                unreadable++;
        }

        var names = certificates.Select(one => one.Subject.ToString()).Concat(Enumerable.Repeat("unreadable", unreadable)).ToList();
        return message with { Certificates = certificates, Summary = names.Count == 0 ? "no certificate" : string.Join(" / ", names) + (message.StapledResponse.IsEmpty ? "" : "; with an OCSP response") };
    }

    /// <summary>The status of the sender's own certificate, among the extensions that TLS 1.3 puts beside each.</summary>
    private static byte[]? FindStaple(ReadOnlySpan<byte> extensions)
    {
        for (var reader = new WireReader(extensions); reader.HasData;)
        {
            var type = reader.UInt16();
            var content = reader.Vector(2);
            if (type == StatusRequest)
                return content.ToArray();
        }

        return null;
    }

    private static TracedMessage Status(TracedMessage message, ReadOnlySpan<byte> body)
    {
        const int ocsp = 1;
        var reader = new WireReader(body);
        return reader.UInt8() == ocsp && reader.Vector(3).ToArray() is var response ? message with { StapledResponse = response, Summary = $"an OCSP response of {response.Length} octets" } : message;
    }

    private static MtlsCertificate? TryDecode(byte[] der)
    {
        try
        {
            return MtlsCertificate.Decode(der);
        }
        catch (MtlsException)
        {
            return null; // The summary says so, and the platform will say what it thinks of it.
        }
    }

    /// <summary>Of the elliptic curves' form (RFC 8422, 5.4); others show their size alone.</summary>
    private static TracedMessage KeyExchange(TracedMessage message, ReadOnlySpan<byte> body)
    {
        const int namedCurve = 3;
        var reader = new WireReader(body);
        if (reader.UInt8() != namedCurve)
            return message;
        var group = TlsNames.Group(reader.UInt16());
        reader.Vector(1);
        var signature = TlsNames.Signature(reader.UInt16());
        return message with { KeyShares = [group], SignatureAlgorithms = [signature], Summary = $"{group}, signed with {signature}" };
    }

    private static TracedMessage Request12(TracedMessage message, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        reader.Vector(1);
        var algorithms = WireReader.Numbers(reader.Vector(2)).Select(TlsNames.Signature).ToList();
        return Request(message with { SignatureAlgorithms = algorithms, AcceptableIssuers = HelloParser.Issuers(reader.Vector(2)) });
    }

    private static TracedMessage Request13(TracedMessage message, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        reader.Vector(1);
        return Request(HelloParser.Extensions(message, reader.Vector(2), isClient: false));
    }

    private static TracedMessage Request(TracedMessage message) =>
        message with { Summary = message.AcceptableIssuers.Count == 0 ? "names no CA" : $"accepts {string.Join(" / ", message.AcceptableIssuers)}" };

    private static TracedMessage Proof(TracedMessage message, ReadOnlySpan<byte> body)
    {
        var algorithm = TlsNames.Signature(new WireReader(body).UInt16());
        return message with { SignatureAlgorithms = [algorithm], Summary = $"proves the key with {algorithm}" };
    }
}
