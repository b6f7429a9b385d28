using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Keys.Access;
using MtlsTools.Requests;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>A private key where it lies: a key or certificate file, a certificate of a store, or an object with a key.</summary>
public sealed class KeyAccessArgument
{
    private readonly object value;

    /// <summary>The path of a key file or a certificate file, or a certificate in a store: its thumbprint, its path in Cert:, or its name.</summary>
    public KeyAccessArgument(string path) => value = path;

    /// <summary>A key file or a certificate file.</summary>
    public KeyAccessArgument(FileSystemInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A key.</summary>
    public KeyAccessArgument(PrivateKey key) => value = key;

    /// <summary>A key with its description.</summary>
    public KeyAccessArgument(MtlsKey key) => value = key;

    /// <summary>A certificate with its key.</summary>
    public KeyAccessArgument(MtlsCertificate certificate) => value = certificate;

    /// <summary>A request with its key.</summary>
    public KeyAccessArgument(CertificateSigningRequest request) => value = request;

    /// <summary>A certificate in a store.</summary>
    public KeyAccessArgument(StoreItem item) => value = item;

    /// <summary>A certificate of .NET.</summary>
    public KeyAccessArgument(X509Certificate2 certificate) => value = MtlsCertificate.FromX509(certificate);

    /// <summary>A permission: its key.</summary>
    public KeyAccessArgument(KeyAccess access) => value = access;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    internal KeyAccessList Resolve(PSCmdlet cmdlet) => value switch
    {
        string text when StoredCertificate.Find(cmdlet, text) is { } stored => Open(stored),
        string path => KeyAccessList.Open(cmdlet.FilePath(path)),
        MtlsKey { Path: { } path } => KeyAccessList.Open(path),
        MtlsKey { PrivateKey: { } key } => KeyAccessList.Open(key),
        PrivateKey key => KeyAccessList.Open(key),
        KeyAccess access => access.List,
        MtlsCertificate certificate => Open(certificate),
        StoreItem item => Open(item),
        CertificateSigningRequest { PrivateKey: { } key } => KeyAccessList.Open(key),
        var other => throw new KeyException(ErrorCode.KeyRequired, $"'{other}' carries no private key. Name the key file."),
    };

    /// <summary>What an import returns still has the key that it came with; the one that is meant lies in the store.</summary>
    private static KeyAccessList Open(StoreItem item)
    {
        if (item.Target is not (StoreTarget.Windows or StoreTarget.DotNetStore))
            throw new KeyException(ErrorCode.KeyPlaceUnknown, $"The key of '{item.Name}' lies in {item.Place}, which guards its keys in its own way. Name the file of that store to see who may open it.");
        return Open(CertificateStore.Open(item.Target, new StoreOptions { StoreName = item.StoreName, Location = item.Location ?? StoreLocation.CurrentUser }).Find(item.Thumbprint)[0].Certificate);
    }

    private static KeyAccessList Open(MtlsCertificate certificate) => certificate switch
    {
        { PrivateKey: { } key } => KeyAccessList.Open(key),
        { KeyPath: { } path } => KeyAccessList.Open(path),
        { Path: { } path } => KeyAccessList.Open(path),
        _ => throw new KeyException(ErrorCode.KeyRequired, $"The private key of the certificate '{certificate.Name}' is not here, or this account may not open it. Run PowerShell as administrator, or name the key file."),
    };
}
