using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Issuance;

/// <summary>Encodes and signs the certificate of a plan (RFC 5280, 4.1).</summary>
/// <remarks>The platform's CertificateRequest writes version 3 alone, and decodes the finished certificate again, which takes ten times as long as signing it.</remarks>
internal static class CertificateSigner
{
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    /// <summary>Signs with an issuer's key.</summary>
    /// <returns>The DER encoding.</returns>
    internal static byte[] Sign(CertificatePlan plan, IssuerIdentity issuer, PrivateKey issuerKey)
    {
        var generator = issuerKey.CreateSignatureGenerator();
        return Sign(plan, issuer, generator, issuerKey.SignatureHash, generator.GetSignatureAlgorithmIdentifier(issuerKey.SignatureHash));
    }

    /// <summary>The same with any hash; what the algorithm is called the caller knows.</summary>
    internal static byte[] Sign(CertificatePlan plan, IssuerIdentity issuer, X509SignatureGenerator generator, HashAlgorithmName hash, byte[] algorithm)
    {
        var signed = EncodeContent(plan, issuer, algorithm);
        return SignedStructure.Sign(signed, algorithm, generator, hash);
    }

    /// <summary>Signs with the certificate's own key: a root.</summary>
    /// <returns>The DER encoding.</returns>
    internal static byte[] SelfSign(CertificatePlan plan, PrivateKey key) => Sign(plan, IssuerIdentity.OfRoot(plan), key);

    private static byte[] EncodeContent(CertificatePlan plan, IssuerIdentity issuer, byte[] algorithm)
    {
        var extensions = ExtensionBuilder.Build(plan, issuer).ToList();
        var writer = new AsnWriter(AsnEncodingRules.DER, 1024);
        using (writer.PushSequence())
        {
            // Without extensions it is version 1, the default, which is not written (RFC 5280, 4.1.2.1).
            if (extensions.Count > 0)
            {
                using (writer.PushSequence(VersionTag))
                    writer.WriteInteger(2);
            }

            writer.WriteIntegerUnsigned(plan.SerialNumber);
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer.Name.Span);
            using (writer.PushSequence())
            {
                DerTime.Write(writer, plan.NotBefore);
                DerTime.Write(writer, plan.NotAfter);
            }

            writer.WriteEncodedValue(plan.Subject.Der.Span);
            writer.WriteEncodedValue(plan.PublicKey.Der.Span);
            if (extensions.Count > 0)
                WriteExtensions(writer, extensions);
        }

        return writer.Encode();
    }

    private static void WriteExtensions(AsnWriter writer, List<X509Extension> extensions)
    {
        using (writer.PushSequence(ExtensionsTag))
        using (writer.PushSequence())
        {
            foreach (var extension in extensions)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(extension.Oid!.Value!);
                    if (extension.Critical)
                        writer.WriteBoolean(true);
                    writer.WriteOctetString(extension.RawData);
                }
            }
        }
    }
}
