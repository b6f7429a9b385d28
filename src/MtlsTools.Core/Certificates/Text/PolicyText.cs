using System.Formats.Asn1;

namespace MtlsTools.Certificates;

/// <summary>The policies of a certificate (RFC 5280, 4.2.1.4 and 4.2.1.11) as OpenSSL prints them.</summary>
internal static class PolicyText
{
    private const string Cps = "1.3.6.1.5.5.7.2.1";
    private const string UserNotice = "1.3.6.1.5.5.7.2.2";

    internal static IEnumerable<string> Lines(AsnReader policies)
    {
        while (policies.HasData)
        {
            var policy = policies.ReadSequence();
            var oid = policy.ReadObjectIdentifier();
            yield return "Policy: " + (oid == "2.5.29.32.0" ? "X509v3 Any Policy" : oid);
            for (var qualifiers = policy.HasData ? policy.ReadSequence() : null; qualifiers is { HasData: true };)
            {
                var qualifier = qualifiers.ReadSequence();
                foreach (var line in Qualifier(qualifier.ReadObjectIdentifier(), qualifier))
                    yield return "  " + line;
            }
        }
    }

    internal static IEnumerable<string> Constraints(AsnReader sequence)
    {
        var parts = new List<string>();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            parts.Add($"{(tag.TagValue == 0 ? "Require Explicit Policy" : "Inhibit Policy Mapping")}:{sequence.ReadInteger(tag)}");
        }

        return [string.Join(", ", parts)];
    }

    private static IEnumerable<string> Qualifier(string oid, AsnReader content)
    {
        switch (oid)
        {
            case Cps:
                yield return "CPS: " + content.ReadCharacterString(UniversalTagNumber.IA5String);
                break;
            case UserNotice:
                yield return "User Notice:";
                for (var notice = content.ReadSequence(); notice.HasData;)
                {
                    var tag = notice.PeekTag();
                    if (tag != Asn1Tag.Sequence)
                        yield return "  Explicit Text: " + notice.ReadCharacterString((UniversalTagNumber)tag.TagValue);
                    else
                        notice.ReadEncodedValue(); // a reference to a published notice
                }

                break;
            default:
                yield return $"{oid}: {Convert.ToHexString(content.ReadEncodedValue().Span)}";
                break;
        }
    }
}
