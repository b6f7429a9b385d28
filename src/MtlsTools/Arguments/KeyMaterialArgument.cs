using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Requests;
using MtlsTools.Stores;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>A key, a certificate or a request, as a path or an object.</summary>
public sealed class KeyMaterialArgument
{
    private readonly object value;

    /// <summary>The path of a file.</summary>
    public KeyMaterialArgument(string path) => value = path;

    /// <summary>A file.</summary>
    public KeyMaterialArgument(FileInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A key.</summary>
    public KeyMaterialArgument(PrivateKey key) => value = key;

    /// <summary>A key with its description.</summary>
    public KeyMaterialArgument(MtlsKey key) => value = key;

    /// <summary>A certificate.</summary>
    public KeyMaterialArgument(MtlsCertificate certificate) => value = certificate;

    /// <summary>A CA: its certificate.</summary>
    public KeyMaterialArgument(CertificateAuthority authority) => value = (authority ?? throw new ArgumentNullException(nameof(authority))).Certificate;

    /// <summary>A certificate in a store.</summary>
    public KeyMaterialArgument(StoreItem item) => value = (item ?? throw new ArgumentNullException(nameof(item))).Certificate;

    /// <summary>A certificate of .NET.</summary>
    public KeyMaterialArgument(X509Certificate2 certificate) => value = MtlsCertificate.FromX509(certificate);

    /// <summary>A request.</summary>
    public KeyMaterialArgument(CertificateSigningRequest request) => value = request;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    internal KeyMaterial Resolve(PSCmdlet cmdlet, SecureString? password) => value switch
    {
        string path => KeyMaterial.Read(cmdlet.FilePath(path), password),
        MtlsKey { PrivateKey: null, Path: { } path } => KeyMaterial.Read(path, password),
        MtlsKey { PrivateKey: { } key } => new KeyMaterial(KeyMaterialKind.Key, key.Path ?? "private key", key.PublicKey),
        PrivateKey key => new KeyMaterial(KeyMaterialKind.Key, key.Path ?? "private key", key.PublicKey),
        MtlsCertificate certificate => new KeyMaterial(KeyMaterialKind.Certificate, certificate.Path ?? certificate.Name, certificate.PublicKey),
        CertificateSigningRequest request => new KeyMaterial(KeyMaterialKind.Request, request.Path ?? request.ToString(), request.PublicKey),
        _ => throw new InvalidOperationException("The constructors admit nothing else."),
    };
}
