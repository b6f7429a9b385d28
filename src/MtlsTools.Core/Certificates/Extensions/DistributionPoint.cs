using System.Formats.Asn1;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>Where a revocation list is (RFC 5280, 4.2.1.13).</summary>
/// <param name="FullNames">The places, usually URLs.</param>
/// <param name="CrlIssuer">Who signs the list when it is not the certificate's issuer.</param>
internal sealed record DistributionPoint(IReadOnlyList<EncodedName> FullNames, IReadOnlyList<EncodedName> CrlIssuer)
{
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static List<DistributionPoint> Decode(ReadOnlyMemory<byte> content)
    {
        var list = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        var points = new List<DistributionPoint>();
        while (list.HasData)
        {
            var point = list.ReadSequence();
            List<EncodedName> full = [], issuer = [];
            while (point.HasData)
            {
                var tag = point.PeekTag();
                if (tag.TagValue == 0 && point.ReadSequence(tag) is var name && name.PeekTag().TagValue == 0)
                    full = ReadNames(name.ReadSequence(name.PeekTag()));
                else if (tag.TagValue == 2)
                    issuer = ReadNames(point.ReadSequence(tag));
                else if (tag.TagValue != 0)
                    point.ReadEncodedValue(); // the reasons it is limited to
            }

            points.Add(new DistributionPoint(full, issuer));
        }

        return points;
    }

    private static List<EncodedName> ReadNames(AsnReader reader)
    {
        var names = new List<EncodedName>();
        while (reader.HasData)
            names.Add(EncodedName.Read(reader));
        return names;
    }
}
