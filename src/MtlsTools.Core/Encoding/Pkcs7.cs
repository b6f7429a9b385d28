using System.Formats.Asn1;

namespace MtlsTools.Encoding;

/// <summary>PKCS#7 (RFC 5652) as it carries certificates: SignedData that nobody signed.</summary>
internal static class Pkcs7
{
    private const string DataOid = "1.2.840.113549.1.7.1";
    private const string SignedDataOid = "1.2.840.113549.1.7.2";

    internal static byte[] Write(IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var tagged = new Asn1Tag(TagClass.ContextSpecific, 0);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedDataOid);
            using (writer.PushSequence(tagged))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.PushSetOf().Dispose(); // digest algorithms
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(DataOid);
                using (writer.PushSetOf(tagged))
                {
                    foreach (var certificate in certificates)
                        writer.WriteEncodedValue(certificate.Span);
                }

                writer.PushSetOf().Dispose(); // signers
            }
        }

        return writer.Encode();
    }
}
