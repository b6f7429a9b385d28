using System.Formats.Asn1;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>Where to ask about a certificate, or get its issuer's (RFC 5280, 4.2.2.1).</summary>
internal readonly record struct AccessDescription(string Method, EncodedName Location)
{
    internal const string AuthorityInfoAccess = "1.3.6.1.5.5.7.1.1";
    internal const string Ocsp = "1.3.6.1.5.5.7.48.1";
    internal const string CaIssuers = "1.3.6.1.5.5.7.48.2";

    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static List<AccessDescription> Decode(ReadOnlyMemory<byte> content)
    {
        var list = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        var descriptions = new List<AccessDescription>();
        while (list.HasData)
        {
            var description = list.ReadSequence();
            descriptions.Add(new AccessDescription(description.ReadObjectIdentifier(), EncodedName.Read(description)));
        }

        return descriptions;
    }
}
