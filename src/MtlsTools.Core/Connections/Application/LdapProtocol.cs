using System.Formats.Asn1;
using System.Globalization;
using MtlsTools.Connections.Preamble;

namespace MtlsTools.Connections.Application;

/// <summary>LDAP: an anonymous bind, and the result.</summary>
internal sealed class LdapProtocol : IApplicationProtocol
{
    private static readonly Asn1Tag BindResponse = new(TagClass.Application, 1);

    /// <summary>Message 2, BindRequest, version 3, no name, simple authentication with no password (RFC 4511, 4.2).</summary>
    private static readonly byte[] Bind = [0x30, 0x0C, 2, 1, 2, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0];

    public ReadOnlyMemory<byte> Request => Bind;

    public AnswerState Look(ReadOnlySpan<byte> answer) =>
        answer[0] == 0x30 && !(AsnDecoder.TryReadEncodedValue(answer, AsnEncodingRules.BER, out _, out _, out _, out var whole) && whole <= answer.Length) ? AnswerState.Begun : AnswerState.Complete;

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        try
        {
            var (code, text) = LdapStartTls.Read(answer.ToArray(), BindResponse);
            return new ApplicationAnswer { Protocol = "LDAP", Complaint = code == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"result {code} {text}").Trim() };
        }
        catch (PreambleException)
        {
            return new ApplicationAnswer { Protocol = "LDAP", IsProper = false };
        }
    }
}
