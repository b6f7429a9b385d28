using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MtlsTools.Encoding;

namespace MtlsTools.Certificates;

/// <summary>Puts certificates into the forms that programs want.</summary>
public static class CertificateExporter
{
    /// <summary>The bytes of a form.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="format">The form.</param>
    /// <param name="password">Protects PKCS#12; required for it.</param>
    /// <exception cref="MtlsException">The form needs a key, a password or issuers that are not there.</exception>
    public static byte[] Export(MtlsCertificate certificate, ExportFormat format, SecureString? password = null) =>
        Export([certificate], new ExportOptions { Format = format, Password = password });

    /// <summary>The bytes of a form that may hold several certificates; one that several have in common is in it once.</summary>
    /// <exception cref="MtlsException">The form needs a key, a password or issuers that are not there, or holds one certificate only.</exception>
    public static byte[] Export(IReadOnlyList<MtlsCertificate> certificates, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(certificates.Count, nameof(certificates));
        if (certificates.Count > 1 && !options.Format.HoldsSeveral())
            throw new InputException(ErrorCode.SeveralCertificates, $"A file of the format {options.Format} holds one certificate, and '{certificates[1].Name}' is another one. Write one file each with -OutDirectory, or choose a format that holds several.");
        var first = certificates[0];
        return options.Format switch
        {
            ExportFormat.Pem => Pem(certificates.Distinct()),
            ExportFormat.Der => first.RawData.ToArray(),
            ExportFormat.FullChain => Pem(FullChain(first)),
            ExportFormat.Bundle => Pem(Bundle(certificates)),
            ExportFormat.P7b => P7b(certificates),
            ExportFormat.P7bPem => System.Text.Encoding.ASCII.GetBytes(PemBlock.Write("PKCS7", P7b(certificates))),
            ExportFormat.Pfx => Pfx(first, options),
            ExportFormat.TrustStore => TrustStore(Bundle(certificates), options),
            ExportFormat.KubernetesSecret => Secret(first, options),
            ExportFormat.Base64 => Base64Line(first.RawData.Span),
            ExportFormat.PfxBase64 => Base64Line(Pfx(first, options)),
            ExportFormat.Json => CertificateJson.Write(first),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Format, "Not an export format."),
        };
    }

    /// <summary>Writes a form into a file; what carries the key is readable by its owner alone.</summary>
    /// <exception cref="MtlsException">As <see cref="Export(IReadOnlyList{MtlsCertificate}, ExportOptions)"/>, or the file exists or can not be written.</exception>
    public static void Save(string path, MtlsCertificate certificate, ExportFormat format, SecureString? password = null, bool overwrite = false)
    {
        using var file = PendingFile.Create(path, AudienceOf(format), overwrite);
        Write(file, [certificate], new ExportOptions { Format = format, Password = password });
        file.Commit();
    }

    /// <summary>Writes a form into a pending file, which was made for its audience; the caller commits it.</summary>
    /// <exception cref="MtlsException">As <see cref="Export(IReadOnlyList{MtlsCertificate}, ExportOptions)"/>, or the file can not be written.</exception>
    public static void Write(PendingFile file, IReadOnlyList<MtlsCertificate> certificates, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        var content = Export(certificates, options);
        try
        {
            file.Write(content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Who may read a file of this form.</summary>
    public static FileAudience AudienceOf(ExportFormat format) => format.HasPrivateKey() ? FileAudience.OwnerOnly : FileAudience.Everyone;

    /// <summary>What is presented: the certificate and its intermediates; whoever trusts the root has it.</summary>
    internal static IEnumerable<MtlsCertificate> FullChain(MtlsCertificate certificate) => certificate.Intermediates.Prepend(certificate);

    private static IEnumerable<MtlsCertificate> Bundle(IEnumerable<MtlsCertificate> certificates) => certificates.SelectMany(Issuers).Distinct();

    private static IReadOnlyList<MtlsCertificate> Issuers(MtlsCertificate certificate)
    {
        var issuers = certificate.IsCa ? certificate.Chain.Prepend(certificate).ToList() : certificate.Chain;
        return issuers.Count > 0 && issuers[^1].IsSelfSigned
            ? issuers
            : throw new KeyException(ErrorCode.ChainMissing, $"The issuers of '{certificate.Name}' up to the root are not known here. Give them with -Chain, or export the CA itself.", certificate.Path);
    }

    internal static byte[] Pem(IEnumerable<MtlsCertificate> certificates) => System.Text.Encoding.ASCII.GetBytes(string.Concat(certificates.Select(one => one.ToPem())));

    private static byte[] P7b(IEnumerable<MtlsCertificate> certificates) =>
        Pkcs7.Write(WithIssuers(certificates).Select(one => one.RawData));

    /// <summary>Each certificate and every issuer of it that is known, once.</summary>
    internal static IEnumerable<MtlsCertificate> WithIssuers(IEnumerable<MtlsCertificate> certificates) => certificates.SelectMany(one => one.Chain.Prepend(one)).Distinct();

    private static byte[] Base64Line(ReadOnlySpan<byte> content) => System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(content) + "\n");

    private static byte[] Secret(MtlsCertificate certificate, ExportOptions options)
    {
        RequireKey(certificate, "a Kubernetes Secret");
        return KubernetesSecret.Write(certificate, Pem(FullChain(certificate)), Pem(Bundle([certificate])), options.SecretName, options.Namespace);
    }

    private static byte[] Pfx(MtlsCertificate certificate, ExportOptions options) =>
        Pfx(certificate, PasswordOf(options), options.FriendlyName ?? certificate.Name, ProtectionFor(options.Compatibility));

    /// <summary>PKCS#12 that another program reads at once and that is gone then.</summary>
    /// <param name="certificate">The certificate with its key and the chain that goes along.</param>
    /// <param name="password">By <see cref="SecretText.CreateRandom"/>, and no other.</param>
    /// <param name="friendlyName">What the entry is called.</param>
    /// <exception cref="KeyException">There is no key, or it can not be exported.</exception>
    internal static byte[] TransientPfx(MtlsCertificate certificate, SecureString password, string friendlyName) =>
        Pfx(certificate, password, friendlyName, PfxProtection.Transient);

    private static byte[] Pfx(MtlsCertificate certificate, SecureString password, string friendlyName, PfxProtection protection)
    {
        var pkcs8 = RequireKey(certificate, "a PFX").ExportPkcs8();
        try
        {
            return PfxFile.Write(certificate.X509, certificate.Chain.Select(one => one.X509), pkcs8, password, friendlyName, protection);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static byte[] TrustStore(IEnumerable<MtlsCertificate> trusted, ExportOptions options) =>
        PfxFile.WriteTrust(Named(trusted, options.FriendlyName), PasswordOf(options), ProtectionFor(options.Compatibility));

    /// <summary>Java knows an entry by its alias, in small letters: of two with the same one it would lose the first.</summary>
    private static IEnumerable<(X509Certificate2 Certificate, string FriendlyName)> Named(IEnumerable<MtlsCertificate> certificates, string? friendlyName)
    {
        var taken = new HashSet<string>();
        foreach (var certificate in certificates)
        {
            var name = friendlyName ?? certificate.Name;
            var unique = name;
            for (var number = 2; !taken.Add(unique.ToLowerInvariant()); number++)
                unique = $"{name} {number}";
            yield return (certificate.X509, unique);
        }
    }

    private static SecureString PasswordOf(ExportOptions options)
    {
        var forJava = options.Compatibility == PfxCompatibility.Java || options.Format == ExportFormat.TrustStore;
        if (options.Password is { Length: > 0 } password)
        {
            return !forJava || SecretText.Use(password, secret => Ascii.IsValid(secret))
                ? password
                : throw new PasswordException(ErrorCode.PasswordNotSuitable, "The password has characters that are not ASCII, and Java opens no key store with such a one. Give another one with -Password.");
        }

        if (options.AllowEmptyPassword && !forJava)
            return options.Password ?? new SecureString();
        throw options switch
        {
            { AllowEmptyPassword: true } => new PasswordException(ErrorCode.PasswordNotSuitable, "Java opens no key store with an empty password. Give one with -Password."),
            { Password: null } => new PasswordException(ErrorCode.PasswordRequired, "A PFX file is protected by a password. Give one with -Password."),
            _ => new PasswordException(ErrorCode.PasswordRequired, "The password is empty, and would protect nothing. Give another one with -Password, or ask for an empty one with -AllowEmptyPassword."),
        };
    }

    internal static PfxProtection ProtectionFor(PfxCompatibility compatibility) =>
        compatibility is PfxCompatibility.Windows2016 or PfxCompatibility.MacOS ? PfxProtection.Legacy : PfxProtection.Modern;

    private static Keys.PrivateKey RequireKey(MtlsCertificate certificate, string form) => certificate.PrivateKey
        ?? throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{certificate.Name}' has no private key here, and {form} is made to carry it. Give the key file with -Key.", certificate.Path);
}
