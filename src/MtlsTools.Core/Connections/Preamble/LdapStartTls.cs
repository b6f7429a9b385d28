using System.Formats.Asn1;

namespace MtlsTools.Connections.Preamble;

/// <summary>LDAP (RFC 4511, 4.14).</summary>
internal sealed class LdapStartTls : IStartTls
{
    private const string StartTlsOid = "1.3.6.1.4.1.1466.20037";
    private const int MaximumMessage = 16 * 1024;

    private static readonly Asn1Tag ExtendedRequest = new(TagClass.Application, 23);
    private static readonly Asn1Tag ExtendedResponse = new(TagClass.Application, 24);

    public int Port => 389;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        await stream.WriteAsync(Request(), cancellation).ConfigureAwait(false);
        var (code, text) = Read(await HearMessageAsync(stream, cancellation).ConfigureAwait(false), ExtendedResponse);
        if (code != 0)
            throw new PreambleException(code == 2 ? PreambleFault.NotOffered : PreambleFault.Refused, $"result {code} {text}");
    }

    /// <summary>Result code and text of an LDAP response.</summary>
    /// <exception cref="PreambleException">It is no such response.</exception>
    internal static (int Code, string Text) Read(ReadOnlyMemory<byte> message, Asn1Tag kind)
    {
        try
        {
            var whole = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
            whole.ReadInteger();
            var response = whole.ReadSequence(kind);
            var code = response.ReadEnumeratedBytes().Span[^1];
            response.ReadOctetString();
            return (code, System.Text.Encoding.UTF8.GetString(response.ReadOctetString()));
        }
        catch (AsnContentException)
        {
            throw new PreambleException(PreambleFault.NotSpoken, "");
        }
    }

    private static byte[] Request()
    {
        var message = new AsnWriter(AsnEncodingRules.BER);
        using (message.PushSequence())
        {
            message.WriteInteger(1);
            using (message.PushSequence(ExtendedRequest))
                message.WriteOctetString(System.Text.Encoding.ASCII.GetBytes(StartTlsOid), new Asn1Tag(TagClass.ContextSpecific, 0));
        }

        return message.Encode();
    }

    private static async Task<byte[]> HearMessageAsync(Stream stream, CancellationToken cancellation)
    {
        var header = await stream.HearBytesAsync(2, cancellation).ConfigureAwait(false);
        if (header[0] != 0x30 || header[1] is 0x80 or > 0x82)
            throw new PreambleException(PreambleFault.NotSpoken, System.Text.Encoding.Latin1.GetString(header));
        var more = header[1] < 0x80 ? [] : await stream.HearBytesAsync(header[1] - 0x80, cancellation).ConfigureAwait(false);
        var length = header[1] < 0x80 ? header[1] : more.Aggregate(0, (sum, next) => (sum << 8) | next);
        if (length > MaximumMessage)
            throw new PreambleException(PreambleFault.NotSpoken, "");
        return [.. header, .. more, .. await stream.HearBytesAsync(length, cancellation).ConfigureAwait(false)];
    }
}
