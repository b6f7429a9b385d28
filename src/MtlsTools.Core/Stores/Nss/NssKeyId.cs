using System.Formats.Asn1;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Stores.Nss;

/// <summary>The name by which NSS connects a key with its certificates (CKA_ID): SHA-1 over an RSA modulus, or over the point of a curve.</summary>
internal static class NssKeyId
{
    /// <summary>As certutil prints and takes it.</summary>
    internal static string Hex(PublicKeyInfo key) => Convert.ToHexString(Of(key)).ToLowerInvariant();

    internal static byte[] Of(PublicKeyInfo key)
    {
        var info = new AsnReader(key.Der, AsnEncodingRules.DER).ReadSequence();
        info.ReadSequence();
        var content = info.ReadBitString(out _);
        if (key.IsRsa)
            content = MtlsCertificate.WithoutSignOctet(new AsnReader(content, AsnEncodingRules.DER).ReadSequence().ReadIntegerBytes().Span).ToArray();
#pragma warning disable CA5350 // a name, and no proof of anything
        return SHA1.HashData(content);
#pragma warning restore CA5350
    }
}
