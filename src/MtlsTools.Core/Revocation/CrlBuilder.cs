using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;

namespace MtlsTools.Revocation;

/// <summary>Encodes and signs revocation lists (RFC 5280, 5.1), version 2 with a number and the identifier of the key.</summary>
/// <remarks>The platform's CertificateRevocationListBuilder keeps every entry as an object and looks each new one up among the others; this one writes an entry as it comes.</remarks>
internal static class CrlBuilder
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag KeyIdTag = new(TagClass.ContextSpecific, 0);

    /// <summary>Signs a list.</summary>
    /// <param name="issuer">The CA.</param>
    /// <param name="key">Its key.</param>
    /// <param name="number">The list's number.</param>
    /// <param name="thisUpdate">When it begins.</param>
    /// <param name="nextUpdate">When the next one is due.</param>
    /// <param name="entries">What it lists, taken as they come.</param>
    /// <returns>The DER encoding.</returns>
    internal static byte[] Sign(MtlsCertificate issuer, PrivateKey key, BigInteger number, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, IEnumerable<RevokedCertificate> entries)
    {
        var generator = key.CreateSignatureGenerator();
        var algorithm = generator.GetSignatureAlgorithmIdentifier(key.SignatureHash);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1); // version 2
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer.Subject.Der.Span);
            DerTime.Write(writer, thisUpdate);
            DerTime.Write(writer, nextUpdate);
            WriteEntries(writer, entries);
            WriteExtensions(writer, IssuerIdentity.Of(issuer).KeyId, number);
        }

        return SignedStructure.Sign(writer.Encode(), algorithm, generator, key.SignatureHash);
    }

    /// <summary>A list without entries lacks the field (RFC 5280, 5.1.2.6).</summary>
    private static void WriteEntries(AsnWriter writer, IEnumerable<RevokedCertificate> entries)
    {
        using var each = entries.GetEnumerator();
        if (!each.MoveNext())
            return;
        var reasons = new Dictionary<RevocationReason, byte[]>();
        using (writer.PushSequence())
        {
            do
            {
                using (writer.PushSequence())
                {
                    writer.WriteIntegerUnsigned(Convert.FromHexString(each.Current.SerialNumber));
                    DerTime.Write(writer, each.Current.RevokedOn);
                    if (each.Current.Reason == RevocationReason.Unspecified)
                        continue; // RFC 5280, 5.3.1: leave it out instead
                    if (!reasons.TryGetValue(each.Current.Reason, out var reason))
                        reasons[each.Current.Reason] = reason = EncodeReason(each.Current.Reason);
                    writer.WriteEncodedValue(reason);
                }
            }
            while (each.MoveNext());
        }
    }

    private static byte[] EncodeReason(RevocationReason reason)
    {
        var value = new AsnWriter(AsnEncodingRules.DER);
        value.WriteEnumeratedValue(reason);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            WriteExtension(writer, RevokedEntries.ReasonOid, value);
        return writer.Encode();
    }

    private static void WriteExtensions(AsnWriter writer, ReadOnlyMemory<byte> keyId, BigInteger number)
    {
        var authority = new AsnWriter(AsnEncodingRules.DER);
        using (authority.PushSequence())
            authority.WriteOctetString(keyId.Span, KeyIdTag);
        var counter = new AsnWriter(AsnEncodingRules.DER);
        counter.WriteInteger(number);
        using (writer.PushSequence(ExtensionsTag))
        using (writer.PushSequence())
        {
            WriteExtension(writer, CertificateExtension.AuthorityKeyIdentifier, authority);
            WriteExtension(writer, CertificateRevocationList.NumberOid, counter);
        }
    }

    private static void WriteExtension(AsnWriter writer, string oid, AsnWriter value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteOctetString(value.Encode());
        }
    }
}
