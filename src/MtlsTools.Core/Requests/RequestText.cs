using System.Formats.Asn1;
using MtlsTools.Certificates;

namespace MtlsTools.Requests;

/// <summary>A request as text: the lines of <c>openssl req -text</c>, then whether its signature is good.</summary>
internal static class RequestText
{
    internal static string Write(CertificateSigningRequest request)
    {
        var dump = new CertificateDump();
        var version = (int)new AsnReader(request.Der, AsnEncodingRules.BER).ReadSequence().ReadSequence().ReadInteger();
        dump.Line(0, "Certificate Request:");
        dump.Line(4, "Data:");
        dump.Line(8, $"Version: {version + 1} (0x{version:x})");
        dump.Line(8, "Subject: " + request.Subject.ToOneLine());
        PublicKeyText.Write(dump, 8, request.PublicKey);
        dump.Line(8, "Attributes:");
        dump.Line(12, request.Extensions.Count > 0 ? "Requested Extensions:" : "(none)");
        foreach (var extension in request.Extensions)
            ExtensionText.Write(dump, 16, new CertificateExtension(extension.Oid!.Value!, extension.Critical, extension.RawData));
        CertificateText.WriteSignature(dump, request.Der);
        dump.Line(0, "Public Key SHA256=" + CertificateDump.Colons(Convert.FromHexString(request.PublicKey.Sha256)));
        dump.Line(0, $"Certificate request self-signature {(request.SignatureValid ? "verify OK" : "did not match the contents")}");
        return dump.ToString();
    }
}
