using MtlsTools.Encoding;
using static MtlsTools.Encoding.BashText;

namespace MtlsTools.Certificates;

/// <summary>The openssl commands that would write the same file, as a bash script. It brings the certificates along; the private key it reads from its file.</summary>
public static class OpenSslExport
{
    /// <summary>The environment variable in which the script looks for the password before openssl asks for it.</summary>
    public const string PasswordVariable = "PFX_PASSWORD";

    /// <summary>Whether openssl can make the form.</summary>
    public static bool CanMake(ExportFormat format) => format is not (ExportFormat.Json or ExportFormat.KubernetesSecret or ExportFormat.TrustStore);

    /// <summary>The script.</summary>
    /// <param name="certificates">As for <see cref="CertificateExporter.Export(IReadOnlyList{MtlsCertificate}, ExportOptions)"/>.</param>
    /// <param name="options">The form. Its password is not in the script: openssl asks for it.</param>
    /// <param name="outPath">The file that the script writes.</param>
    /// <param name="outKey">Where the script writes the private key as well, or null.</param>
    /// <exception cref="MtlsException">The form can not be made of these certificates, or the private key is in no file.</exception>
    /// <exception cref="ArgumentOutOfRangeException">openssl can not make the form.</exception>
    public static string Write(IReadOnlyList<MtlsCertificate> certificates, ExportOptions options, string outPath, string? outKey)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(certificates.Count, nameof(certificates));
        var output = Quote(outPath);
        var (told, command, input) = options.Format switch
        {
            ExportFormat.Pem or ExportFormat.FullChain or ExportFormat.Bundle => ("PEM blocks are put together as they are.", $"cat > {output} {Here}", options.Format),
            ExportFormat.Der => ("The certificate alone, binary.", $"openssl x509 -outform DER -out {output} {Here}", ExportFormat.Pem),
            ExportFormat.Base64 => ("The certificate as one line.", $"openssl x509 -outform DER {Here} {Line(output)}", ExportFormat.Pem),
            ExportFormat.P7b => ("The certificate and its issuers as PKCS#7 without a signature, binary.", $"openssl crl2pkcs7 -nocrl -certfile /dev/stdin -outform DER -out {output} {Here}", ExportFormat.P7b),
            ExportFormat.P7bPem => ("The certificate and its issuers as PKCS#7 without a signature.", $"openssl crl2pkcs7 -nocrl -certfile /dev/stdin -out {output} {Here}", ExportFormat.P7b),
            ExportFormat.Pfx => (AboutPassword, $"umask 077; {Pkcs12(certificates[0], options)} -out {output} {Here}", ExportFormat.P7b),
            ExportFormat.PfxBase64 => (AboutPassword, $"umask 077; {Pkcs12(certificates[0], options)} {Here} {Line(output)}", ExportFormat.P7b),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Format, "openssl can not make this form."),
        };
        var pem = input == ExportFormat.P7b
            ? string.Concat(CertificateExporter.WithIssuers(certificates).Select(one => one.ToPem()))
            : System.Text.Encoding.ASCII.GetString(CertificateExporter.Export(certificates, options with { Format = input }));
        return $"{Head}\n# {told}\n{command}\n{pem}PEM\n{KeyCopy(certificates[0], options, outKey)}";
    }

    /// <summary>The certificates follow the line that this stands in.</summary>
    private const string Here = "<<'PEM'";

    private static string AboutPassword => $"Certificate, issuers and private key, for their owner alone. openssl asks for the password unless {PasswordVariable} holds it.";

    /// <summary>base64 -A ends without a line end.</summary>
    private static string Line(string output) => $"| (openssl base64 -A; echo) > {output}";

    private static string Pkcs12(MtlsCertificate certificate, ExportOptions options)
    {
        var protection = CertificateExporter.ProtectionFor(options.Compatibility);
        var algorithms = protection == PfxProtection.Legacy
            ? "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1"
            : "-keypbe AES-256-CBC -certpbe AES-256-CBC -macalg sha256";
        return $"openssl pkcs12 -export -inkey {Quote(KeyFile(certificate))} -in /dev/stdin -name {Quote(options.FriendlyName ?? certificate.Name)} {algorithms} -iter {protection.MacIterations} ${{{PasswordVariable}+-passout env:{PasswordVariable}}}";
    }

    private static string KeyCopy(MtlsCertificate certificate, ExportOptions options, string? outKey)
    {
        if (outKey is null)
            return "";
        var encrypt = options.Password is null ? "" : " -aes-256-cbc";
        return $"\n# The private key, for its owner alone.{(encrypt.Length > 0 ? " openssl asks for the password." : "")}\n(umask 077; openssl pkey -in {Quote(KeyFile(certificate))}{encrypt} -out {Quote(outKey)})\n";
    }

    private static string KeyFile(MtlsCertificate certificate) => certificate.KeyPath
        ?? throw new KeyException(ErrorCode.KeyRequired, $"The private key of '{certificate.Name}' is in no file that openssl could read. Save it with -OutKey first, and name that file with -Key.", certificate.Path);
}
