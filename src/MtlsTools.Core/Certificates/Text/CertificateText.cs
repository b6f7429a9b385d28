using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;

namespace MtlsTools.Certificates;

/// <summary>A certificate as text: the lines of <c>openssl x509 -text</c>, then the decimal serial number and the fingerprints.</summary>
internal static class CertificateText
{
    internal static string Write(MtlsCertificate certificate)
    {
        var dump = new CertificateDump();
        var content = certificate.Content;
        dump.Line(0, "Certificate:");
        dump.Line(4, "Data:");
        dump.Line(8, $"Version: {content.Version} (0x{content.Version - 1})");
        WriteSerial(dump, content.SerialNumber.Span);
        dump.Line(8, "Signature Algorithm: " + AlgorithmNames.Of(content.SignatureAlgorithm));
        dump.Line(8, "Issuer: " + content.Issuer.ToOneLine());
        dump.Line(8, "Validity");
        dump.Line(12, "Not Before: " + CertificateDump.Date(content.NotBefore));
        dump.Line(12, "Not After : " + CertificateDump.Date(content.NotAfter));
        dump.Line(8, "Subject: " + content.Subject.ToOneLine());
        PublicKeyText.Write(dump, 8, content.PublicKey);
        if (content.Extensions.Count > 0)
            dump.Line(8, "X509v3 extensions:");
        foreach (var extension in content.Extensions)
            ExtensionText.Write(dump, 12, extension);
        WriteSignature(dump, content.Der);
        dump.Line(0, "Serial Number (decimal): " + certificate.SerialNumberDecimal);
        dump.Line(0, "SHA1 Fingerprint=" + CertificateDump.Colons(Convert.FromHexString(certificate.Thumbprint)));
        dump.Line(0, "SHA256 Fingerprint=" + CertificateDump.Colons(Convert.FromHexString(certificate.Sha256)));
        dump.Line(0, "Public Key SHA256=" + CertificateDump.Colons(Convert.FromHexString(certificate.SpkiSha256)));
        return dump.ToString();
    }

    /// <summary>The end of every signed structure: algorithm and signature.</summary>
    internal static void WriteSignature(CertificateDump dump, ReadOnlyMemory<byte> der)
    {
        var signed = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        signed.ReadEncodedValue();
        dump.Line(4, "Signature Algorithm: " + AlgorithmNames.Of(signed.ReadSequence().ReadObjectIdentifier()));
        dump.Line(4, "Signature Value:");
        dump.Hex(8, signed.ReadBitString(out _), 18);
    }

    private static void WriteSerial(CertificateDump dump, ReadOnlySpan<byte> serial)
    {
        if (serial.Length < 8 || (serial.Length == 8 && serial[0] < 0x80))
        {
            var number = new BigInteger(serial, isUnsigned: true, isBigEndian: true);
            dump.Line(8, string.Create(CultureInfo.InvariantCulture, $"Serial Number: {number} (0x{(ulong)number:x})"));
            return;
        }

        dump.Line(8, "Serial Number:");
        dump.Hex(12, serial, serial.Length);
    }
}
