using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
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
    private readonly CertificateContent content;
    private readonly Lazy<X509Certificate2> x509;

    private MtlsCertificate(CertificateContent content, Lazy<X509Certificate2> x509, PrivateKey? key, IReadOnlyList<MtlsCertificate> chain, string? path, string? keyPath, TimeProvider clock)
    {
        this.content = content;
        this.x509 = x509;
        PrivateKey = key;
        Chain = chain;
        Path = path;
        KeyPath = key?.Path ?? keyPath;
        this.clock = clock;
    }

    /// <summary>What people call it: the common name, or the first alternative name.</summary>
    public string Name => Subject.CommonName ?? (San.Count > 0 ? San[0].Value : Subject.ToString());

    /// <summary>What it is made for.</summary>
    public CertificateRole Role => DetectRole();

    /// <summary>Whom it certifies.</summary>
    public DistinguishedName Subject => content.Subject;

    /// <summary>Who signed it.</summary>
    public DistinguishedName Issuer => content.Issuer;

    /// <summary>The subject alternative names.</summary>
    public IReadOnlyList<AlternativeName> San => content.San;

    /// <summary>Valid from (UTC).</summary>
    public DateTimeOffset NotBefore => content.NotBefore;

    /// <summary>Valid until (UTC), inclusive.</summary>
    public DateTimeOffset NotAfter => content.NotAfter;

    /// <summary>Whole days until <see cref="NotAfter"/>; negative once it has passed.</summary>
    public int DaysLeft => (int)Math.Floor((NotAfter - clock.GetUtcNow()).TotalDays);

    /// <summary>The time from which on it is due for renewal (UTC): two thirds of its life, for CAs six months before their end. See <see cref="RenewalTime"/>.</summary>
    public DateTimeOffset RenewAfter => RenewalTime.Of(NotBefore, NotAfter, IsCa);

    /// <summary>Whether that time has come, or the end.</summary>
    public bool NeedsRenewal => clock.GetUtcNow() > RenewAfter;

    /// <summary>The serial number, upper-case hex.</summary>
    public string SerialNumber => Convert.ToHexString(content.SerialNumber.Span);

    /// <summary>The serial number as a decimal number.</summary>
    public string SerialNumberDecimal => new BigInteger(content.SerialNumber.Span, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);

    /// <summary>SHA-1 over the certificate, upper-case hex: the name that Windows' and .NET's stores use.</summary>
#pragma warning disable CA5350 // a name, and no proof of anything
    public string Thumbprint => Convert.ToHexString(SHA1.HashData(content.Der.Span));
#pragma warning restore CA5350

    /// <summary>SHA-256 over the certificate, upper-case hex.</summary>
    public string Sha256 => Convert.ToHexString(SHA256.HashData(content.Der.Span));

    /// <summary>SHA-256 over the public key (SubjectPublicKeyInfo), upper-case hex: it stays the same when a certificate is renewed with its key.</summary>
    public string SpkiSha256 => PublicKey.Sha256;

    /// <summary>The public key.</summary>
    public PublicKeyInfo PublicKey => content.PublicKey;

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
    public bool IsCa => content.BasicConstraints is { IsCa: true };

    /// <summary>How many CAs may stand below this one, where it says so.</summary>
    internal int? PathLength => content.BasicConstraints?.PathLength;

    /// <summary>Whether it is signed with its own key; telling this from equal names alone would be wrong.</summary>
    public bool IsSelfSigned => content.IsSelfSigned;

    /// <summary>The DER encoding.</summary>
    public ReadOnlyMemory<byte> RawData => content.Der;

    /// <summary>The extensions as they are encoded, in order.</summary>
    public IReadOnlyList<CertificateExtension> Extensions => content.Extensions;

    /// <summary>What the key may be used for, by the names of RFC 5280 or dotted; null when the certificate does not say.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsage => content.ExtendedKeyUsage?.Select(KeyPurposes.NameOf).ToList();

    /// <summary>The subject key identifier, upper-case hex, or null.</summary>
    public string? SubjectKeyIdentifier => content.SubjectKeyIdentifier is { } identifier ? Convert.ToHexString(identifier.Span) : null;

    /// <summary>Which key signed, or null when the certificate does not say.</summary>
    /// <exception cref="InputException">The extension is damaged.</exception>
    public AuthorityKeyId? AuthorityKeyIdentifier => Decode(CertificateExtension.AuthorityKeyIdentifier, AuthorityKeyId.Decode);

    /// <summary>Where the issuer's revocation list is.</summary>
    /// <exception cref="InputException">The extension is damaged.</exception>
    public IReadOnlyList<string> CrlUrls => Decode(CertificateExtension.CrlDistributionPoints, value => Urls(DistributionPoint.Decode(value).SelectMany(point => point.FullNames))) ?? [];

    /// <summary>Where the issuer's OCSP responder is.</summary>
    /// <exception cref="InputException">The extension is damaged.</exception>
    public IReadOnlyList<string> OcspUrls => AccessUrls(AccessDescription.Ocsp);

    /// <summary>Where the issuer's certificate is.</summary>
    /// <exception cref="InputException">The extension is damaged.</exception>
    public IReadOnlyList<string> IssuerUrls => AccessUrls(AccessDescription.CaIssuers);

    /// <summary>The platform's public certificate, made when it is first asked for; this object keeps it alive.</summary>
    /// <exception cref="InputException">The platform can not read it.</exception>
    public X509Certificate2 X509 => x509.Value;

    /// <summary>The parts of the certificate, for the engine.</summary>
    internal CertificateContent Content => content;

    /// <summary>Whether it may sign certificates: CA:TRUE, and keyCertSign when keyUsage is there.</summary>
    public bool CanSignCertificates => IsCa && (content.KeyUsage is not { } usage || usage.HasFlag(X509KeyUsageFlags.KeyCertSign));

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

        // A certificate of a store brings its key along, and would refuse to have one attached for TLS.
        var platform = certificate.HasPrivateKey ? null : certificate;
        return Create(certificate.RawDataMemory, platform, key, chain, path, clock);
    }

    /// <summary>Reads a certificate's DER encoding; the parameters are those of the other overload.</summary>
    /// <exception cref="KeyException">The key does not belong to the certificate.</exception>
    /// <exception cref="MtlsException">The certificate is damaged.</exception>
    public static MtlsCertificate Decode(ReadOnlyMemory<byte> der, PrivateKey? key = null, IReadOnlyList<MtlsCertificate>? chain = null, string? path = null, TimeProvider? clock = null) =>
        Create(der.ToArray(), null, key, chain, path, clock);

    private static MtlsCertificate Create(ReadOnlyMemory<byte> der, X509Certificate2? platform, PrivateKey? key, IReadOnlyList<MtlsCertificate>? chain, string? path, TimeProvider? clock)
    {
        CertificateContent content;
        try
        {
            content = CertificateContent.Decode(der);
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} holds a damaged certificate. Get a fresh copy of it.", path, damaged);
        }

        var created = new MtlsCertificate(content, platform is null ? new Lazy<X509Certificate2>(() => ToPlatform(content.Der, path)) : new Lazy<X509Certificate2>(platform), key, chain ?? [], path, null, clock ?? TimeProvider.System);
        return key is null || key.Matches(created.PublicKey) ? created : throw Mismatch(key, created.Name, path);
    }

    private static KeyException Mismatch(PrivateKey key, string name, string? path) =>
        new(ErrorCode.KeyMismatch, $"The private key{(key.Path is null ? "" : $" '{key.Path}'")} does not belong to the certificate '{name}'{(path is null ? "" : $" in '{path}'")}. Compare-MtlsKeyPair shows which belong together.", key.Path ?? path);

    private static X509Certificate2 ToPlatform(ReadOnlyMemory<byte> der, string? path)
    {
        try
        {
            return new X509Certificate2(der.Span);
        }
        catch (CryptographicException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} holds a certificate that this system can not read. Issue it again.", path, damaged);
        }
    }

    /// <summary>What the other side of a TLS connection presented, with the issuers it sent along.</summary>
    /// <exception cref="MtlsException">The certificate is damaged.</exception>
    internal static MtlsCertificate FromPeer(X509Certificate presented, X509Chain? chain) =>
        FromPeer(presented.GetRawCertData(), chain?.ChainPolicy.ExtraStore.Select(one => one.RawData) ?? []);

    /// <summary>The same from the bytes on the wire.</summary>
    /// <exception cref="MtlsException">The certificate is damaged.</exception>
    internal static MtlsCertificate FromPeer(byte[] presented, IEnumerable<byte[]> sent)
    {
        var leaf = Decode(presented);

        // The platform lists the presented certificate itself among those that came along.
        return leaf.WithChain(sent.Select(one => Decode(one)).Where(one => !one.Equals(leaf)).ToList());
    }

    /// <summary>Takes over a platform certificate together with the key that is attached to it, from a store for instance; the key stays where it is.</summary>
    public static MtlsCertificate FromX509(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Create(certificate, PrivateKey.Of(certificate));
    }

    /// <summary>The same certificate with a private key.</summary>
    /// <exception cref="KeyException">The key does not belong to the certificate.</exception>
    public MtlsCertificate WithKey(PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Matches(PublicKey)
            ? new MtlsCertificate(content, x509, key, Chain, Path, null, clock)
            : throw Mismatch(key, Name, Path);
    }

    /// <summary>The same certificate with other known issuers.</summary>
    public MtlsCertificate WithChain(IReadOnlyList<MtlsCertificate> chain) => new(content, x509, PrivateKey, chain, Path, KeyPath, clock);

    /// <summary>The same certificate, lying in another file.</summary>
    public MtlsCertificate At(string path) => new(content, x509, PrivateKey, Chain, path, KeyPath, clock);

    /// <summary>All that it holds, as <c>openssl x509 -text</c> shows it, with its fingerprints.</summary>
    public string ToText() => CertificateText.Write(this);

    /// <summary>The certificate alone as PEM text.</summary>
    public string ToPem() => PemBlock.Write("CERTIFICATE", RawData.Span);

    /// <summary>The chain without a root: what a server or client sends.</summary>
    public IReadOnlyList<MtlsCertificate> Intermediates => Chain.Where(issuer => !issuer.IsSelfSigned).ToList();

    /// <summary>A platform certificate with the private key attached, for TLS. The caller disposes it.</summary>
    /// <exception cref="KeyException">There is no private key.</exception>
    public X509Certificate2 ToX509WithKey() => PrivateKey is null
        ? throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{Name}' has no private key here. Give the key file with -Key, or a PFX.", Path)
        : PrivateKey.Attach(X509);

    /// <inheritdoc/>
    public bool Equals(MtlsCertificate? other) => other is not null && RawData.Span.SequenceEqual(other.RawData.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MtlsCertificate);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(RawData.Span[^Math.Min(RawData.Length, 32)..]); // the end of the signature: different for every certificate
        return hash.ToHashCode();
    }

    /// <summary>Name and role.</summary>
    public override string ToString() => $"{Name} ({Role})";

    /// <summary>A number without the octet that only says that it is positive.</summary>
    internal static ReadOnlySpan<byte> WithoutSignOctet(ReadOnlySpan<byte> number) => number is [0, _, ..] ? number[1..] : number;

    private T? Decode<T>(string oid, Func<ReadOnlyMemory<byte>, T> decode)
        where T : class
    {
        if (content.FindExtension(oid) is not { } extension)
            return null;
        try
        {
            return decode(extension.Value);
        }
        catch (Exception damaged) when (damaged is AsnContentException or NameException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"The extension {oid} of the certificate '{Name}' is damaged. Issue it again.", Path, damaged);
        }
    }

    private List<string> AccessUrls(string method) =>
        Decode(AccessDescription.AuthorityInfoAccess, value => Urls(AccessDescription.Decode(value).Where(access => access.Method == method).Select(access => access.Location))) ?? [];

    private static List<string> Urls(IEnumerable<EncodedName> names) => names.Where(name => name.Tag == EncodedName.Uri).Select(name => name.Text).ToList();

    private CertificateRole DetectRole()
    {
        if (IsCa)
            return IsSelfSigned ? CertificateRole.RootCa : CertificateRole.IntermediateCa;
        return content.ExtendedKeyUsage switch
        {
            null => CertificateRole.AnyPurpose,
            var usages when usages.Contains(AnyPurposeOid) || (usages.Contains(ServerAuthOid) && usages.Contains(ClientAuthOid)) => CertificateRole.Peer,
            var usages when usages.Contains(ServerAuthOid) => CertificateRole.Server,
            var usages when usages.Contains(ClientAuthOid) => CertificateRole.Client,
            _ => CertificateRole.Other,
        };
    }
}
