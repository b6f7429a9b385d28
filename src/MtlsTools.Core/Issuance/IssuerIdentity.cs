using System.Formats.Asn1;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Issuance;

/// <summary>What a certificate says of who signed it: the name, the key's identifier, and the issuer's own certificate.</summary>
/// <param name="Name">The issuer's subject, encoded.</param>
/// <param name="KeyId">The identifier of its key.</param>
/// <param name="CertificateIssuer">Who signed the issuer's certificate, encoded.</param>
/// <param name="CertificateSerial">The serial number of the issuer's certificate.</param>
internal sealed record IssuerIdentity(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> KeyId, ReadOnlyMemory<byte> CertificateIssuer, ReadOnlyMemory<byte> CertificateSerial)
{
    internal static IssuerIdentity Of(MtlsCertificate issuer) => new(
        issuer.Subject.Der,
        issuer.Content.SubjectKeyIdentifier ?? KeyIdOf(issuer.PublicKey),
        issuer.Issuer.Der,
        issuer.Content.SerialNumber);

    /// <summary>A root is its own issuer.</summary>
    internal static IssuerIdentity OfRoot(CertificatePlan plan) => new(plan.Subject.Der, KeyIdOf(plan.PublicKey), plan.Subject.Der, plan.SerialNumber);

    /// <summary>SHA-1 over the key's bits (RFC 5280, 4.2.1.2, method 1): a name, not a protection.</summary>
    internal static byte[] KeyIdOf(PublicKeyInfo key)
    {
        var info = new AsnReader(key.Der, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
#pragma warning disable CA5350 // the identifier is SHA-1 by its definition
        return SHA1.HashData(info.ReadBitString(out _));
#pragma warning restore CA5350
    }
}
