using System.Formats.Asn1;

namespace MtlsTools.Encoding;

/// <summary>PKCS#7 (RFC 5652) as it carries certificates: SignedData, usually signed by nobody.</summary>
internal static class Pkcs7
{
    private const string DataOid = "1.2.840.113549.1.7.1";
    private const string SignedDataOid = "1.2.840.113549.1.7.2";

    /// <summary>The certificates, DER, in their order; none when the content is of another kind.</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static List<ReadOnlyMemory<byte>> ReadCertificates(ReadOnlyMemory<byte> content)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        var outer = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        if (outer.ReadObjectIdentifier() != SignedDataOid)
            return certificates;
        var tagged = new Asn1Tag(TagClass.ContextSpecific, 0);
        var signed = outer.ReadSequence(tagged).ReadSequence();
        signed.ReadInteger();
        signed.ReadEncodedValue(); // digest algorithms
        signed.ReadEncodedValue(); // what is signed
        if (!signed.HasData || !signed.PeekTag().HasSameClassAndValue(tagged))
            return certificates;
        for (var list = signed.ReadSetOf(skipSortOrderValidation: true, tagged); list.HasData;)
        {
            var isCertificate = list.PeekTag() == Asn1Tag.Sequence;
            var one = list.ReadEncodedValue();
            if (isCertificate) // the other choices are attribute certificates
                certificates.Add(one);
        }

        return certificates;
    }

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
