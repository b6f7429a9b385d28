using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Issuance;

/// <summary>What Netscape's certificate type says a certificate is for.</summary>
[Flags]
public enum NetscapeCertificateTypes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A TLS client.</summary>
    Client = 0x80,

    /// <summary>A TLS server.</summary>
    Server = 0x40,

    /// <summary>Signed and encrypted mail.</summary>
    Email = 0x20,

    /// <summary>Signed programs.</summary>
    ObjSign = 0x10,

    /// <summary>A CA for TLS.</summary>
    SslCa = 0x04,

    /// <summary>A CA for mail.</summary>
    EmailCa = 0x02,

    /// <summary>A CA for programs.</summary>
    ObjCa = 0x01,
}

/// <summary>The extensions of Netscape's time. No program of today looks at them; extendedKeyUsage took their place in 1999.</summary>
/// <param name="Types">nsCertType.</param>
/// <param name="Comment">nsComment, or null.</param>
public sealed record NetscapeExtensions(NetscapeCertificateTypes Types, string? Comment)
{
    internal const string CertTypeOid = "2.16.840.1.113730.1.1";
    internal const string CommentOid = "2.16.840.1.113730.1.13";

    internal IEnumerable<X509Extension> ToExtensions()
    {
        if (Types != NetscapeCertificateTypes.None)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            writer.WriteBitString([(byte)Types], System.Numerics.BitOperations.TrailingZeroCount((int)Types));
            yield return new X509Extension(CertTypeOid, writer.Encode(), critical: false);
        }

        if (Comment is not null)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            writer.WriteCharacterString(UniversalTagNumber.IA5String, Comment);
            yield return new X509Extension(CommentOid, writer.Encode(), critical: false);
        }
    }
}
