using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>What a certificate is for and what it may hold: one of the built-in profiles, or one that an organisation wrote down.</summary>
public sealed record IssuanceProfile
{
    private const X509KeyUsageFlags CaUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;
    private const X509KeyUsageFlags OnlyRsa = X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment;
    private const X509KeyUsageFlags OnlyEc = X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.EncipherOnly | X509KeyUsageFlags.DecipherOnly;

    private static readonly Dictionary<CertificateProfile, IssuanceProfile> BuiltIn = new()
    {
        [CertificateProfile.Root] = new(CertificateProfile.Root) { KeyAlgorithm = KeyAlgorithm.EcdsaP384, Days = 3653, KeyUsage = CaUsage, PathLength = null },
        [CertificateProfile.Intermediate] = new(CertificateProfile.Intermediate) { KeyAlgorithm = KeyAlgorithm.EcdsaP384, Days = 1826, KeyUsage = CaUsage | X509KeyUsageFlags.DigitalSignature },
        [CertificateProfile.Server] = new(CertificateProfile.Server) { ExtendedKeyUsage = [MtlsCertificate.ServerAuthOid], NeedsSan = true, AddsKeyEncipherment = true },
        [CertificateProfile.Client] = new(CertificateProfile.Client) { ExtendedKeyUsage = [MtlsCertificate.ClientAuthOid] },
        [CertificateProfile.Peer] = new(CertificateProfile.Peer) { ExtendedKeyUsage = [MtlsCertificate.ServerAuthOid, MtlsCertificate.ClientAuthOid], NeedsSan = true, AddsKeyEncipherment = true },
        [CertificateProfile.Bare] = new(CertificateProfile.Bare) { KeyUsage = X509KeyUsageFlags.None, HasBasicConstraints = false, HasSubjectKeyIdentifier = false, AuthorityKeyIdentifier = AuthorityKeyIdentifierForm.None },
    };

    private IssuanceProfile(CertificateProfile basedOn)
    {
        BasedOn = basedOn;
        Name = basedOn.ToString();
    }

    /// <summary>What people call it.</summary>
    public string Name { get; internal init; }

    /// <summary>The built-in profile it is, or starts from.</summary>
    public CertificateProfile BasedOn { get; }

    /// <summary>The file it was read from, or null.</summary>
    public string? Path { get; internal init; }

    /// <summary>The kind of key that is made when none is named.</summary>
    public KeyAlgorithm KeyAlgorithm { get; internal init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Which keys are certified.</summary>
    public KeyRules Keys { get; internal init; } = KeyRules.Default;

    /// <summary>The lifetime in days when none is named.</summary>
    public int Days { get; internal init; } = 90;

    /// <summary>The longest lifetime in days that may be asked for; null leaves it to the issuer's own end.</summary>
    public int? MaximumDays { get; internal init; }

    /// <summary>What the key may be used for; see <see cref="KeyUsageOf"/> for what a key of one kind gets of it.</summary>
    public X509KeyUsageFlags KeyUsage { get; internal init; } = X509KeyUsageFlags.DigitalSignature;

    /// <summary>The extended key usages, as object identifiers; empty for none.</summary>
    public IReadOnlyList<string> ExtendedKeyUsage { get; internal init; } = [];

    /// <summary>Whether the certificate is a CA's.</summary>
    public bool IsCa => BasedOn is CertificateProfile.Root or CertificateProfile.Intermediate;

    /// <summary>For a CA: how many CAs may follow below when the caller does not say; null means no limit.</summary>
    public int? PathLength { get; internal init; } = 0;

    /// <summary>For a CA: which names may stand below it.</summary>
    public NameConstraints? NameConstraints { get; internal init; }

    /// <summary>Whether a subject alternative name is required, and taken from the common name when that is a host name.</summary>
    public bool NeedsSan { get; internal init; }

    /// <summary>The names that may be certified; null is any.</summary>
    public AllowedNames? Names { get; internal init; }

    /// <summary>Where revocation lists lie; null takes the authority's.</summary>
    public IReadOnlyList<string>? CrlUrls { get; internal init; }

    /// <summary>Where OCSP responders answer; null takes the authority's.</summary>
    public IReadOnlyList<string>? OcspUrls { get; internal init; }

    /// <summary>Where the issuer's certificate lies; null takes the authority's.</summary>
    public IReadOnlyList<string>? IssuerUrls { get; internal init; }

    /// <summary>The policies under which it is issued.</summary>
    public IReadOnlyList<CertificatePolicy> Policies { get; internal init; } = [];

    /// <summary>Netscape's old extensions, or null.</summary>
    public NetscapeExtensions? Netscape { get; internal init; }

    /// <summary>Whether basicConstraints are written.</summary>
    public bool HasBasicConstraints { get; internal init; } = true;

    /// <summary>Whether the subject key identifier is written.</summary>
    public bool HasSubjectKeyIdentifier { get; internal init; } = true;

    /// <summary>How the issuer's key is named.</summary>
    public AuthorityKeyIdentifierForm AuthorityKeyIdentifier { get; internal init; } = AuthorityKeyIdentifierForm.KeyId;

    /// <summary>Which extensions a reader must understand or refuse the certificate; those that RFC 5280 decides are not among them.</summary>
    public CriticalExtensions Critical { get; internal init; } = CriticalExtensions.BasicConstraints | CriticalExtensions.KeyUsage;

    /// <summary>Whether servers with an RSA key get keyEncipherment, for the key exchange of old TLS.</summary>
    internal bool AddsKeyEncipherment { get; init; }

    /// <summary>Whether its certificates are taken as a server's: by serverAuth, or because nothing says what they are for.</summary>
    internal bool MayServe => !IsCa && (ExtendedKeyUsage.Count == 0 || ExtendedKeyUsage.Contains(MtlsCertificate.ServerAuthOid) || ExtendedKeyUsage.Contains(UsageNames.AnyExtendedKeyUsageOid));

    /// <summary>Whether it is the built-in profile without any extension.</summary>
    internal bool IsBare => ReferenceEquals(this, BuiltIn[CertificateProfile.Bare]);

    /// <summary>Whether the authority's URLs are written where the profile names none of its own.</summary>
    internal bool TakesAuthorityUrls => BasedOn != CertificateProfile.Bare;

    /// <summary>Whether it is one of the built-in profiles.</summary>
    public bool IsBuiltIn => ReferenceEquals(this, BuiltIn[BasedOn]);

    /// <summary>A built-in profile.</summary>
    public static IssuanceProfile Of(CertificateProfile profile) => BuiltIn[profile];

    /// <summary>A built-in profile, wherever a profile is wanted.</summary>
    public static implicit operator IssuanceProfile(CertificateProfile profile) => Of(profile);

    /// <summary>Reads a profile file in JSON.</summary>
    /// <exception cref="InputException">It is missing, no JSON, or a field is unknown or mistyped; the message names file, field and what is allowed.</exception>
    public static IssuanceProfile Open(string path) => ProfileJson.Open(path);

    /// <summary>Reads a profile from fields, as a PowerShell data file gives them: texts, numbers, booleans, lists and dictionaries.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="path">The file they come from.</param>
    /// <exception cref="InputException">A field is unknown or mistyped; the message names file, field and what is allowed.</exception>
    public static IssuanceProfile FromFields(System.Collections.IDictionary fields, string? path = null) => ProfileReader.Read(fields, path);

    /// <summary>keyUsage for a key: what keys of its kind can not do is left out (RFC 5480, 3; RFC 8813).</summary>
    public X509KeyUsageFlags KeyUsageOf(PublicKeyInfo key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.IsRsa
            ? (AddsKeyEncipherment ? KeyUsage | X509KeyUsageFlags.KeyEncipherment : KeyUsage) & ~OnlyEc
            : KeyUsage & ~OnlyRsa;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Profiles are compared by identity: two files may say the same and still be two.</summary>
    public bool Equals(IssuanceProfile? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>How a certificate names its issuer's key (RFC 5280, 4.2.1.1).</summary>
public enum AuthorityKeyIdentifierForm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By the key's identifier alone: the form that survives a renewal of the issuer.</summary>
    KeyId,

    /// <summary>By the key's identifier, and the issuer's certificate by its issuer and serial number, as OpenSSL's <c>issuer:always</c> does.</summary>
    KeyIdAndIssuer,
}

/// <summary>Extensions whose criticality RFC 5280 leaves to the issuer.</summary>
[Flags]
public enum CriticalExtensions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>basicConstraints; always critical for a CA.</summary>
    BasicConstraints = 1,

    /// <summary>keyUsage.</summary>
    KeyUsage = 2,

    /// <summary>extendedKeyUsage.</summary>
    ExtendedKeyUsage = 4,

    /// <summary>certificatePolicies.</summary>
    CertificatePolicies = 8,
}
