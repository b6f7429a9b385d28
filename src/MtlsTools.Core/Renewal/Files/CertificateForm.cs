using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Renewal.Files;

/// <summary>The form in which a certificate lies in a file, with all that lies there with it, so that its successor has it too.</summary>
internal sealed class CertificateForm
{
    private readonly ExportFormat format;
    private readonly KeyForm? key;
    private readonly bool keyFirst;
    private readonly PfxCompatibility compatibility;
    private readonly IReadOnlyList<PemBlock> others;

    private CertificateForm(ExportFormat format, KeyForm? key = null, bool keyFirst = false, IReadOnlyList<PemBlock>? others = null, string? friendlyName = null, PfxCompatibility compatibility = PfxCompatibility.Modern)
    {
        this.format = format;
        this.key = key;
        this.keyFirst = keyFirst;
        this.others = others ?? [];
        FriendlyName = friendlyName;
        this.compatibility = compatibility;
    }

    /// <summary>Whether the private key lies in the same file.</summary>
    internal bool HasKey => format == ExportFormat.Pfx || key is not null;

    /// <summary>What the entry of a PFX is called, or null.</summary>
    internal string? FriendlyName { get; }

    /// <summary>The form of a file.</summary>
    /// <exception cref="MtlsException">It is damaged, or a PFX whose password is missing or wrong.</exception>
    internal static CertificateForm Of(ReadOnlyMemory<byte> content, string path, SecureString? password)
    {
        if (PemBlock.LooksLikePem(content.Span))
            return OfPem(PemBlock.ReadAll(content.Span, path));
        switch (DerContent.Detect(content))
        {
            case DerKind.Pfx:
                var opened = PfxFile.Read(content, password, path);
                foreach (var one in opened.Keys)
                    CryptographicOperations.ZeroMemory(one);
                var isLegacy = PfxFile.ReadProtections(content, path).Any(one => one.IsLegacy);
                return new CertificateForm(ExportFormat.Pfx, friendlyName: opened.EntryName, compatibility: isLegacy ? PfxCompatibility.Windows2016 : PfxCompatibility.Modern);
            case DerKind.Pkcs7:
                return new CertificateForm(ExportFormat.P7b);
            default:
                return new CertificateForm(ExportFormat.Der); // What is none is found out when it is read.
        }
    }

    /// <summary>Writes a certificate, with its key where it belongs here; wipe the result after use.</summary>
    /// <param name="issued">The certificate with the issuers that go along.</param>
    /// <param name="password">Protects the key, where it was protected.</param>
    internal byte[] Write(MtlsCertificate issued, SecureString? password)
    {
        if (format == ExportFormat.Pfx)
            return CertificateExporter.Export([issued], new ExportOptions { Format = format, Password = password, AllowEmptyPassword = true, Compatibility = compatibility, FriendlyName = FriendlyName });
        if (format != ExportFormat.Pem)
            return CertificateExporter.Export(issued, format);
        var certificates = CertificateExporter.Pem(issued.Chain.Prepend(issued));
        var secret = key?.Write(issued.PrivateKey!, password) ?? [];
        var rest = System.Text.Encoding.ASCII.GetBytes(string.Concat(others.Select(block => PemBlock.Write(block.Label, block.Data.Span))));
        try
        {
            return keyFirst ? [.. secret, .. certificates, .. rest] : [.. certificates, .. secret, .. rest];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static CertificateForm OfPem(IReadOnlyList<PemBlock> blocks)
    {
        if (blocks.Any(block => block.Label is "PKCS7" or "PKCS #7 SIGNED DATA" or "CMS"))
            return new CertificateForm(ExportFormat.P7bPem);
        var key = blocks.FirstOrDefault(KeyForm.IsKey);
        var certificate = blocks.FirstOrDefault(IsCertificate);
        var others = blocks.Where(block => !IsCertificate(block) && !KeyForm.IsKey(block) && block.Label != "EC PARAMETERS").ToList();
        return new CertificateForm(ExportFormat.Pem, key is null ? null : KeyForm.Of(key), keyFirst: key?.Number < certificate?.Number, others);
    }

    private static bool IsCertificate(PemBlock block) => block.Label.EndsWith("CERTIFICATE", StringComparison.Ordinal);
}
