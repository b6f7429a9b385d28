using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Requests;

namespace MtlsTools.Verification;

/// <summary>What holds a public key.</summary>
public enum KeyMaterialKind
{
    /// <summary>A private key.</summary>
    Key,

    /// <summary>A certificate.</summary>
    Certificate,

    /// <summary>A certificate request.</summary>
    Request,
}

/// <summary>A key, a certificate or a request, reduced to what they have in common: the public key.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What people call it: the file, or the subject.</param>
/// <param name="PublicKey">The public key.</param>
public sealed record KeyMaterial(KeyMaterialKind Kind, string Name, PublicKeyInfo PublicKey)
{
    /// <summary>SHA-256 over the SubjectPublicKeyInfo.</summary>
    public string SpkiSha256 => PublicKey.Sha256;

    /// <summary>Reads any of the three from a file. Where a file holds a certificate and a key, the certificate counts.</summary>
    /// <exception cref="MtlsException">The file holds none of them, or can not be opened.</exception>
    public static KeyMaterial Read(string path, SecureString? password = null)
    {
        var content = InputFile.Read(path);
        var (isRequest, isCertificate) = Sniff(content, path);
        if (isRequest)
            return new KeyMaterial(KeyMaterialKind.Request, path, CertificateSigningRequest.Parse(content, path).PublicKey);
        if (isCertificate)
            return new KeyMaterial(KeyMaterialKind.Certificate, path, CertificateReader.Read(content, password, path)[0].PublicKey);
        try
        {
            using var key = PrivateKey.Parse(content, password, path);
            return new KeyMaterial(KeyMaterialKind.Key, path, key.PublicKey);
        }
        catch (InputException other) when (other.Code is ErrorCode.ContentNotRecognized or ErrorCode.WrongContent)
        {
            throw new InputException(other.Code, $"'{path}' holds neither a key, nor a certificate, nor a request. Name the file of one of them.", path, other);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Kind}, {PublicKey})";

    private static (bool IsRequest, bool IsCertificate) Sniff(byte[] content, string path)
    {
        if (PemBlock.LooksLikePem(content))
        {
            var labels = PemBlock.ReadAll(content, path).Select(block => block.Label).ToList();
            return (labels.Exists(label => label.EndsWith("CERTIFICATE REQUEST", StringComparison.Ordinal)), labels.Exists(label => label.EndsWith("CERTIFICATE", StringComparison.Ordinal)));
        }

        var kind = DerContent.Detect(content);
        return (kind == DerKind.Request, kind is DerKind.Certificate or DerKind.Pfx);
    }
}

/// <summary>Whether keys, certificates and requests belong together.</summary>
/// <param name="Items">What was compared.</param>
public sealed record KeyPairComparison(IReadOnlyList<KeyMaterial> Items)
{
    /// <summary>Whether all of them carry the same public key.</summary>
    public bool Match => Items.All(item => item.PublicKey.Equals(Items[0].PublicKey));

    /// <summary>Those that differ from the first.</summary>
    public IReadOnlyList<KeyMaterial> Different => Items.Where(item => !item.PublicKey.Equals(Items[0].PublicKey)).ToList();
}
