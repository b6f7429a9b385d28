using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>A certificate as its users see it: for whom, by whom, until when, with which key and chain, and where it lies.</summary>
/// <remarks>The key handle it may carry is released by the garbage collector, because certificates travel through pipelines that dispose nothing.</remarks>
public sealed class MtlsCertificate : IEquatable<MtlsCertificate>
{
    internal const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";
    private const string AnyPurposeOid = "2.5.29.37.0";

    private readonly TimeProvider clock;
    private readonly Lazy<PublicKeyInfo> publicKey;
    private readonly Lazy<bool> selfSigned;
    private readonly Lazy<CertificateContent> content;

    private MtlsCertificate(X509Certificate2 certificate, PrivateKey? key, IReadOnlyList<MtlsCertificate> chain, string? path, string? keyPath, TimeProvider clock)
    {
        X509 = certificate;
        PrivateKey = key;
        Chain = chain;
        Path = path;
        KeyPath = key?.Path ?? keyPath;
        this.clock = clock;
        Subject = DistinguishedName.Decode(certificate.SubjectName.RawData);
        Issuer = DistinguishedName.Decode(certificate.IssuerName.RawData);
        NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        San = certificate.Extensions[AlternativeNames.Oid] is { } san ? AlternativeNames.Decode(san.RawData) : [];
        publicKey = new Lazy<PublicKeyInfo>(() => PublicKeyInfo.Decode(X509.PublicKey.ExportSubjectPublicKeyInfo()));
        content = new Lazy<CertificateContent>(() => CertificateContent.Decode(X509.RawDataMemory));
        selfSigned = new Lazy<bool>(() => Subject.Equals(Issuer) && Signature.IsValid(X509.RawDataMemory, PublicKey));
    }

    /// <summary>What people call it: the common name, or the first alternative name.</summary>
    public string Name => Subject.CommonName ?? (San.Count > 0 ? San[0].Value : Subject.ToString());

    /// <summary>What it is made for.</summary>
    public CertificateRole Role => DetectRole();

    /// <summary>Whom it certifies.</summary>
    public DistinguishedName Subject { get; }

    /// <summary>Who signed it.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>The subject alternative names.</summary>
    public IReadOnlyList<AlternativeName> San { get; }

    /// <summary>Valid from (UTC).</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Valid until (UTC), inclusive.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Whole days until <see cref="NotAfter"/>; negative once it has passed.</summary>
    public int DaysLeft => (int)Math.Floor((NotAfter - clock.GetUtcNow()).TotalDays);

    /// <summary>The serial number, upper-case hex.</summary>
    public string SerialNumber => X509.SerialNumber;

    /// <summary>SHA-1 over the certificate, upper-case hex: the name that Windows' and .NET's stores use.</summary>
    public string Thumbprint => X509.Thumbprint;

    /// <summary>SHA-256 over the certificate, upper-case hex.</summary>
    public string Sha256 => X509.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The public key.</summary>
    public PublicKeyInfo PublicKey => publicKey.Value;

    /// <summary>Whether a private key travels with it.</summary>
    public bool HasPrivateKey => PrivateKey is not null;

    /// <summary>The private key, or null.</summary>
    public PrivateKey? PrivateKey { get; }

    /// <summary>The issuers known along with it, nearest first; the root is among them only when its file held it.</summary>
    public IReadOnlyList<MtlsCertificate> Chain { get; }

    /// <summary>The file it was read from or written to, or null.</summary>
    public string? Path { get; }

    /// <summary>The private key's file, or null.</summary>
    public string? KeyPath { get; }

    /// <summary>Whether basicConstraints say CA:TRUE.</summary>
    public bool IsCa => BasicConstraints is { CertificateAuthority: true };

    /// <summary>Whether it is signed with its own key; telling this from equal names alone would be wrong.</summary>
    public bool IsSelfSigned => selfSigned.Value;

    /// <summary>The platform's public certificate; this object keeps it alive.</summary>
    public X509Certificate2 X509 { get; }

    /// <summary>What path validation reads of it.</summary>
    /// <exception cref="System.Formats.Asn1.AsnContentException">It is not what RFC 5280, 4.1 describes.</exception>
    internal CertificateContent Content => content.Value;

    internal X509BasicConstraintsExtension? BasicConstraints => X509.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();

    internal X509KeyUsageFlags? KeyUsage => X509.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;

    /// <summary>Whether it may sign certificates: CA:TRUE, and keyCertSign when keyUsage is there.</summary>
    public bool CanSignCertificates => IsCa && (KeyUsage is not { } usage || usage.HasFlag(X509KeyUsageFlags.KeyCertSign));

    /// <summary>Wraps a platform certificate.</summary>
    /// <param name="certificate">The certificate; a private key attached to it is ignored, give it as <paramref name="key"/>.</param>
    /// <param name="key">The private key, or null.</param>
    /// <param name="chain">Known issuers, nearest first.</param>
    /// <param name="path">The file it lies in.</param>
    /// <param name="clock">What <see cref="DaysLeft"/> counts from.</param>
    /// <exception cref="KeyException">The key does not belong to the certificate.</exception>
    /// <exception cref="MtlsException">A name or an extension of the certificate is damaged.</exception>
    public static MtlsCertificate Create(X509Certificate2 certificate, PrivateKey? key = null, IReadOnlyList<MtlsCertificate>? chain = null, string? path = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DecodeExtensions(certificate);

        // A certificate of a store brings its key along, and would refuse to have one attached for TLS.
        var bare = certificate.HasPrivateKey ? new X509Certificate2(certificate.RawDataMemory.Span) : certificate;
        var created = new MtlsCertificate(bare, key, chain ?? [], path, null, clock ?? TimeProvider.System);
        if (key is not null && !key.Matches(created.PublicKey))
            throw new KeyException(ErrorCode.KeyMismatch, $"The private key{(key.Path is null ? "" : $" '{key.Path}'")} does not belong to the certificate '{created.Name}'{(path is null ? "" : $" in '{path}'")}. Compare-MtlsKeyPair shows which belong together.", key.Path ?? path);
        return created;
    }

    /// <summary>What the other side of a TLS connection presented, with the issuers it sent along.</summary>
    /// <exception cref="MtlsException">The certificate is damaged.</exception>
    internal static MtlsCertificate FromPeer(X509Certificate presented, X509Chain? chain) =>
        FromPeer(presented.GetRawCertData(), chain?.ChainPolicy.ExtraStore.Select(one => one.RawData) ?? []);

    /// <summary>The same from the bytes on the wire.</summary>
    /// <exception cref="MtlsException">The certificate is damaged.</exception>
    internal static MtlsCertificate FromPeer(byte[] presented, IEnumerable<byte[]> sent)
    {
        try
        {
            var leaf = Create(new X509Certificate2(presented));

            // The platform lists the presented certificate itself among those that came along.
            return leaf.WithChain(sent.Select(one => Create(new X509Certificate2(one))).Where(one => !one.Equals(leaf)).ToList());
        }
        catch (CryptographicException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, "What was presented is a damaged certificate. Issue it again.", null, damaged);
        }
    }

    /// <summary>Takes over a platform certificate together with the key that is attached to it, from a store for instance; the key stays where it is.</summary>
    public static MtlsCertificate FromX509(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var key = !certificate.HasPrivateKey ? null : (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();
        return Create(certificate, key is null ? null : PrivateKey.FromAlgorithm(key));
    }

    /// <summary>The same certificate with a private key.</summary>
    /// <exception cref="KeyException">The key does not belong to the certificate.</exception>
    public MtlsCertificate WithKey(PrivateKey key) => Create(X509, key, Chain, Path, clock);

    /// <summary>The same certificate with other known issuers.</summary>
    public MtlsCertificate WithChain(IReadOnlyList<MtlsCertificate> chain) => new(X509, PrivateKey, chain, Path, KeyPath, clock);

    /// <summary>The same certificate, lying in another file.</summary>
    public MtlsCertificate At(string path) => new(X509, PrivateKey, Chain, path, KeyPath, clock);

    /// <summary>The certificate alone as PEM text.</summary>
    public string ToPem() => PemBlock.Write("CERTIFICATE", X509.RawDataMemory.Span);

    /// <summary>The chain without a root: what a server or client sends.</summary>
    public IReadOnlyList<MtlsCertificate> Intermediates => Chain.Where(issuer => !issuer.IsSelfSigned).ToList();

    /// <summary>A platform certificate with the private key attached, for TLS. The caller disposes it.</summary>
    /// <exception cref="KeyException">There is no private key.</exception>
    public X509Certificate2 ToX509WithKey() => PrivateKey is null
        ? throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{Name}' has no private key here. Give the key file with -Key, or a PFX.", Path)
        : PrivateKey.Attach(X509);

    /// <inheritdoc/>
    public bool Equals(MtlsCertificate? other) => other is not null && X509.RawDataMemory.Span.SequenceEqual(other.X509.RawDataMemory.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MtlsCertificate);

    /// <inheritdoc/>
    public override int GetHashCode() => X509.GetHashCode();

    /// <summary>Name and role.</summary>
    public override string ToString() => $"{Name} ({Role})";

    /// <summary>The platform decodes extensions when they are first looked at; a damaged one is told now, not in the middle of a judgement.</summary>
    private static void DecodeExtensions(X509Certificate2 certificate)
    {
        try
        {
            foreach (var extension in certificate.Extensions)
            {
                _ = extension switch
                {
                    X509BasicConstraintsExtension basic => basic.CertificateAuthority,
                    X509KeyUsageExtension usage => usage.KeyUsages != X509KeyUsageFlags.None,
                    X509EnhancedKeyUsageExtension extended => extended.EnhancedKeyUsages.Count > 0,
                    _ => false,
                };
            }
        }
        catch (CryptographicException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"An extension of the certificate of '{certificate.Subject}' is damaged. Get a fresh copy of it.", null, damaged);
        }
    }

    private CertificateRole DetectRole()
    {
        if (IsCa)
            return IsSelfSigned ? CertificateRole.RootCa : CertificateRole.IntermediateCa;
        var usages = X509.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value).ToHashSet();
        return usages switch
        {
            null => CertificateRole.AnyPurpose,
            _ when usages.Contains(AnyPurposeOid) || (usages.Contains(ServerAuthOid) && usages.Contains(ClientAuthOid)) => CertificateRole.Peer,
            _ when usages.Contains(ServerAuthOid) => CertificateRole.Server,
            _ when usages.Contains(ClientAuthOid) => CertificateRole.Client,
            _ => CertificateRole.Other,
        };
    }
}
