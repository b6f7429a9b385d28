using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>Wherever a private key is wanted: a path, a file, a key, or a certificate or request that carries one.</summary>
public sealed class KeyArgument
{
    private readonly object value;

    /// <summary>The path of a key file.</summary>
    public KeyArgument(string path) => value = path;

    /// <summary>A key file.</summary>
    public KeyArgument(FileInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A key.</summary>
    public KeyArgument(PrivateKey key) => value = key;

    /// <summary>A key with its description.</summary>
    public KeyArgument(MtlsKey key) => value = key;

    /// <summary>A certificate with its key.</summary>
    public KeyArgument(MtlsCertificate certificate) => value = certificate;

    /// <summary>A request with its key.</summary>
    public KeyArgument(CertificateSigningRequest request) => value = request;

    /// <summary>A key of .NET, RSA or ECDSA: in memory, in a store of the platform, or on a device. It is used where it is.</summary>
    public KeyArgument(AsymmetricAlgorithm key) => value = key;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    internal PrivateKey Resolve(PSCmdlet cmdlet, SecureString? password) => value switch
    {
        PrivateKey key => key,
        AsymmetricAlgorithm key => PrivateKey.FromAlgorithm(key),
        MtlsKey { PrivateKey: { } key } => key,
        MtlsKey { Path: { } path } => PrivateKey.Open(path, password),
        string path => PrivateKey.Open(cmdlet.FilePath(path), password),
        MtlsCertificate { PrivateKey: { } key } => key,
        CertificateSigningRequest { PrivateKey: { } key } => key,
        var other => throw new KeyException(ErrorCode.KeyRequired, $"'{other}' carries no private key. Name the key file."),
    };
}
