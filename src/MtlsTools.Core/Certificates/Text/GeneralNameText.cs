using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>GeneralNames as OpenSSL prints them.</summary>
internal static class GeneralNameText
{
    private const int Other = 0;
    private const int RegisteredId = 8;

    internal static string Of(EncodedName name) => name.Tag switch
    {
        Other => OfOther(name),
        EncodedName.Email => "email:" + name.Text,
        EncodedName.Dns => "DNS:" + name.Text,
        EncodedName.Uri => "URI:" + name.Text,
        EncodedName.Directory => "DirName:" + name.DirectoryName.NginxLegacy,
        EncodedName.Ip => "IP Address:" + OfAddress(name.Octets),
        RegisteredId => "Registered ID:" + new AsnReader(name.Encoded, AsnEncodingRules.BER).ReadObjectIdentifier(new Asn1Tag(TagClass.ContextSpecific, RegisteredId)),
        _ => "other:" + Convert.ToHexString(name.Encoded.Span),
    };

    /// <summary>Inside name constraints: networks stand with their mask, and directory names in the one-line form.</summary>
    internal static string OfSubtree(EncodedName name) => name.Tag switch
    {
        EncodedName.Ip when name.Octets is { Length: 8 or 32 } network => $"IP:{OfAddress(network[..(network.Length / 2)])}/{OfAddress(network[(network.Length / 2)..])}",
        EncodedName.Directory => "DirName:" + name.DirectoryName.ToOneLine(),
        _ => Of(name),
    };

    private static string OfOther(EncodedName name)
    {
        var (oid, text) = OtherName.Read(name.Encoded);
        return $"othername: {(oid == OtherName.UpnOid ? "UPN" : oid)}::{text ?? Convert.ToHexString(name.Encoded.Span)}";
    }

    private static string OfAddress(byte[] octets) => octets.Length switch
    {
        4 => new IPAddress(octets).ToString(),
        16 => string.Join(':', Enumerable.Range(0, 8).Select(i => BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(2 * i)).ToString("X", CultureInfo.InvariantCulture))),
        _ => "<invalid>",
    };
}
