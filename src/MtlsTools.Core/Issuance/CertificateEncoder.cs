using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>Writes a certificate (RFC 5280, 4.1). The platform's CertificateRequest would do it too, but decodes the finished certificate again, which takes ten times as long as signing it.</summary>
internal static class CertificateEncoder
{
    /// <summary>Signs what a plan says, with the extensions as they are given.</summary>
    internal static byte[] Encode(CertificatePlan plan, DistinguishedName issuer, IReadOnlyList<X509Extension> extensions, PrivateKey signer)
    {
        var generator = signer.CreateSignatureGenerator();
        var algorithm = generator.GetSignatureAlgorithmIdentifier(signer.SignatureHash);
        var tbs = EncodeTbs(plan, issuer, extensions, algorithm);
        var writer = new AsnWriter(AsnEncodingRules.DER, tbs.Length + 256);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(generator.SignData(tbs, signer.SignatureHash));
        }

        return writer.Encode();
    }

    private static byte[] EncodeTbs(CertificatePlan plan, DistinguishedName issuer, IReadOnlyList<X509Extension> extensions, byte[] algorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 1024);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                writer.WriteInteger(2); // version 3
            writer.WriteIntegerUnsigned(plan.SerialNumber);
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer.Der.Span);
            using (writer.PushSequence())
            {
                WriteTime(writer, plan.NotBefore);
                WriteTime(writer, plan.NotAfter);
            }

            writer.WriteEncodedValue(plan.Subject.Der.Span);
            writer.WriteEncodedValue(plan.PublicKey.Der.Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
            {
                foreach (var extension in extensions)
                    Write(writer, extension);
            }
        }

        return writer.Encode();
    }

    private static void Write(AsnWriter writer, X509Extension extension)
    {
        using var sequence = writer.PushSequence();
        writer.WriteObjectIdentifier(extension.Oid!.Value!);
        if (extension.Critical)
            writer.WriteBoolean(true);
        writer.WriteOctetString(extension.RawData);
    }

    /// <summary>UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5).</summary>
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year < 2050)
            writer.WriteUtcTime(time);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }
}
