namespace MtlsTools.Certificates;

/// <summary>One extension of a certificate as it is encoded (RFC 5280, 4.1.2.9).</summary>
/// <param name="Oid">Which extension.</param>
/// <param name="IsCritical">Whether a verifier that does not know it must refuse the certificate.</param>
/// <param name="Value">The DER content.</param>
public sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value)
{
    internal const string SubjectKeyIdentifier = "2.5.29.14";
    internal const string KeyUsage = "2.5.29.15";
    internal const string BasicConstraints = "2.5.29.19";
    internal const string AuthorityKeyIdentifier = "2.5.29.35";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string CrlDistributionPoints = "2.5.29.31";
}
