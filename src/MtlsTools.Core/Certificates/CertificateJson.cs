using System.Text.Json;

namespace MtlsTools.Certificates;

/// <summary>A certificate described for programs; a private key is never in it.</summary>
internal static class CertificateJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    internal static byte[] Write(MtlsCertificate certificate)
    {
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, Indented))
        {
            writer.WriteStartObject();
            WriteFields(writer, certificate);
            writer.WriteStartArray("chain");
            foreach (var issuer in certificate.Chain)
            {
                writer.WriteStartObject();
                WriteFields(writer, issuer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        content.WriteByte((byte)'\n');
        return content.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, MtlsCertificate certificate)
    {
        writer.WriteString("name", certificate.Name);
        writer.WriteString("role", certificate.Role.ToString());
        writer.WriteString("subject", certificate.Subject.ToString());
        writer.WriteString("issuer", certificate.Issuer.ToString());
        writer.WriteString("serialNumber", certificate.SerialNumber);
        writer.WriteString("notBefore", certificate.NotBefore);
        writer.WriteString("notAfter", certificate.NotAfter);
        writer.WriteStartArray("san");
        foreach (var name in certificate.San)
            writer.WriteStringValue(name.ToString());
        writer.WriteEndArray();
        writer.WriteBoolean("isCa", certificate.IsCa);
        writer.WriteString("key", certificate.PublicKey.ToString());
        writer.WriteString("sha256", certificate.Sha256);
        writer.WriteString("sha1", certificate.Thumbprint);
        writer.WriteString("spkiSha256", certificate.PublicKey.Sha256);
        writer.WriteString("pem", certificate.ToPem());
    }
}
