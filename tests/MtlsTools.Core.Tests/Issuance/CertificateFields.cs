using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Tests.Issuance;

/// <summary>Everything in a certificate that two programs must agree on: not the serial number, the times and the signature.</summary>
internal static class CertificateFields
{
    /// <summary>One line a field; extensions by number, because their order means nothing.</summary>
    internal static string Describe(X509Certificate2 certificate) => string.Join('\n', new[]
    {
        $"version {certificate.Version}",
        $"issuer {Convert.ToHexString(certificate.IssuerName.RawData)}",
        $"subject {Convert.ToHexString(certificate.SubjectName.RawData)}",
        $"key {Convert.ToHexString(certificate.PublicKey.ExportSubjectPublicKeyInfo())}",
        $"signature algorithm {certificate.SignatureAlgorithm.Value}",
        $"until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}",
    }.Concat(certificate.Extensions.OrderBy(extension => extension.Oid!.Value, StringComparer.Ordinal)
        .Select(extension => $"{extension.Oid!.Value} {(extension.Critical ? "critical " : "")}{Convert.ToHexString(extension.RawData)}")));

    /// <summary>The same for what openssl has written.</summary>
    internal static string Describe(string path)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
        return Describe(certificate);
    }
}
