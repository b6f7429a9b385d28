using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys.Platform;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Wherever a certificate is wanted: a path, a file, a certificate, a CA or a store item. PowerShell converts by these constructors; errors come later, record by record.</summary>
public sealed class CertificateArgument
{
    private readonly object value;

    /// <summary>The path of a certificate file or of a CA folder, or a certificate in a store: its thumbprint, or Cert:\CurrentUser\My\ and the thumbprint.</summary>
    public CertificateArgument(string path) => value = path;

    /// <summary>A certificate file or a CA folder.</summary>
    public CertificateArgument(FileSystemInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A certificate of this module.</summary>
    public CertificateArgument(MtlsCertificate certificate) => value = certificate;

    /// <summary>A CA: its own certificate, with the chain above it.</summary>
    public CertificateArgument(CertificateAuthority authority) => value = (authority ?? throw new ArgumentNullException(nameof(authority))).Certificate;

    /// <summary>A certificate in a store.</summary>
    public CertificateArgument(StoreItem item) => value = (item ?? throw new ArgumentNullException(nameof(item))).Certificate;

    /// <summary>A certificate of .NET.</summary>
    public CertificateArgument(X509Certificate2 certificate) => value = certificate;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    /// <summary>The certificate that is meant, without looking for a key.</summary>
    internal MtlsCertificate Resolve(PSCmdlet cmdlet, SecureString? password = null) => ResolveAll(cmdlet, password)[0];

    /// <summary>Every certificate of a bundle, for trust and intermediates.</summary>
    internal IReadOnlyList<MtlsCertificate> ResolveAll(PSCmdlet cmdlet, SecureString? password = null) => value switch
    {
        MtlsCertificate certificate => [certificate],
        X509Certificate2 platform => [MtlsCertificate.FromX509(platform)],
        string text when StoredCertificate.Find(cmdlet, text) is { } stored => [stored],
        string path when cmdlet.FilePath(path) is var file => Directory.Exists(file) ? [CertificateAuthority.Open(file).Certificate] : CertificateReader.ReadFile(file, password),
        _ => throw new InvalidOperationException("The constructors admit nothing else."),
    };

    /// <summary>A CA's certificate with the issuers that are named or lie in its file, and its key where one is named.</summary>
    internal MtlsCertificate ResolveAuthority(PSCmdlet cmdlet, KeyArgument? key, SecureString? keyPassword, CertificateArgument[] chain)
    {
        var listed = ResolveAll(cmdlet, keyPassword);
        var certificate = listed[0].WithChain([.. listed[0].Chain, .. listed.Skip(1), .. chain.SelectMany(one => one.ResolveAll(cmdlet))]);
        return key is null ? certificate : certificate.WithKey(key.Resolve(cmdlet, keyPassword));
    }

    /// <summary>The certificate with its private key: the key that is given, that it has, or that lies in its file or beside it.</summary>
    internal MtlsCertificate ResolveIdentity(PSCmdlet cmdlet, KeyArgument? key, SecureString? password)
    {
        var stored = value is string name ? StoredCertificate.Find(cmdlet, name) : null;
        if (value is string path && stored is null && key is null)
            return CertificateReader.ReadIdentity(cmdlet.FilePath(path), null, password);

        var certificate = stored ?? Resolve(cmdlet, password);
        if (key is not null)
            return certificate.WithKey(key.Resolve(cmdlet, password));
        if (certificate.HasPrivateKey)
            return certificate;
        if (certificate.Path is { } file && File.Exists(file))
            return certificate.WithKey(CertificateReader.ReadIdentity(file, null, password).PrivateKey!);
        return PlatformKeys.Find(certificate.PublicKey) is { } waiting
            ? certificate.WithKey(waiting)
            : throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{certificate.Name}' has no private key here. Give the key file with -Key, or a PFX.");
    }

    internal static IReadOnlyList<MtlsCertificate>? ResolveAll(PSCmdlet cmdlet, CertificateArgument[]? arguments) =>
        arguments?.SelectMany(argument => argument.ResolveAll(cmdlet)).ToList();
}
