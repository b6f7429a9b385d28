using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Encodes and signs responses for one signer (RFC 6960, 4.2). Not safe for several threads at a time.</summary>
internal sealed class OcspResponseWriter
{
    private static readonly Asn1Tag Explicit0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ByKey = new(TagClass.ContextSpecific, 2, isConstructed: true);

    private readonly X509SignatureGenerator generator;
    private readonly HashAlgorithmName hash;
    private readonly byte[] algorithm;
    private readonly byte[] keyHash;
    private readonly ReadOnlyMemory<byte>? certificate;

    /// <param name="key">The signer's key.</param>
    /// <param name="certificate">What goes along with every answer, so that readers find the key: a delegated signer's certificate. Null for the CA itself.</param>
    internal OcspResponseWriter(PrivateKey key, ReadOnlyMemory<byte>? certificate)
    {
        this.certificate = certificate;
        generator = key.CreateSignatureGenerator();
        hash = key.SignatureHash;
        algorithm = generator.GetSignatureAlgorithmIdentifier(hash);
        keyHash = OcspCertId.HashIssuer(default, key.PublicKey, HashAlgorithmName.SHA1).Key;
    }

    /// <summary>An answer that says only that there is none.</summary>
    internal static byte[] Refuse(OcspResponseStatus status)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 8);
        using (writer.PushSequence())
            writer.WriteEnumeratedValue(status);
        return writer.Encode();
    }

    internal byte[] Sign(IReadOnlyList<OcspAnswer> answers, DateTimeOffset producedAt, byte[]? nonce)
    {
        var signed = EncodeData(answers, producedAt, nonce);
        var writer = new AsnWriter(AsnEncodingRules.DER, signed.Length + 256 + (certificate?.Length ?? 0));
        using (writer.PushSequence())
        {
            writer.WriteEnumeratedValue(OcspResponseStatus.Successful);
            using (writer.PushSequence(Explicit0))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(OcspOids.BasicResponse);
                using (writer.PushOctetString())
                    WriteBasic(writer, signed);
            }
        }

        return writer.Encode();
    }

    private void WriteBasic(AsnWriter writer, byte[] signed)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(generator.SignData(signed, hash));
            if (certificate is { } der)
            {
                using (writer.PushSequence(Explicit0))
                using (writer.PushSequence())
                    writer.WriteEncodedValue(der.Span);
            }
        }
    }

    private byte[] EncodeData(IReadOnlyList<OcspAnswer> answers, DateTimeOffset producedAt, byte[]? nonce)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 256);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(ByKey))
                writer.WriteOctetString(keyHash);
            writer.WriteGeneralizedTime(producedAt, omitFractionalSeconds: true);
            using (writer.PushSequence())
            {
                foreach (var answer in answers)
                    answer.Write(writer);
            }

            if (nonce is { } value)
                OcspExtensions.WriteNonce(writer, 1, value);
        }

        return writer.Encode();
    }
}
