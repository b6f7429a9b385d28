using System.Formats.Asn1;
using System.Numerics;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Revocation;

/// <summary>A certificate revocation list (RFC 5280, 5). Its entries stay in their encoding, so that a million of them fit; looking one up is quick.</summary>
public sealed class CertificateRevocationList
{
    internal const string NumberOid = "2.5.29.20";
    private const string PemLabel = "X509 CRL";
    private const string DeltaOid = "2.5.29.27";

    private readonly Lazy<RevokedEntries> entries;
    private readonly Lazy<AuthorityKeyId?> authorityKeyIdentifier;

    private CertificateRevocationList(ReadOnlyMemory<byte> der, SignedStructure signature, string? path, Fields fields)
    {
        RawData = der;
        Signature = signature;
        Path = path;
        Issuer = fields.Issuer;
        IssuerName = CanonicalName.Of(fields.Issuer);
        ThisUpdate = fields.ThisUpdate;
        NextUpdate = fields.NextUpdate;
        Extensions = fields.Extensions;
        AlgorithmsAgree = fields.Algorithm.Span.SequenceEqual(signature.Algorithm.Span);
        Number = Extension(NumberOid) is { } number ? new AsnReader(number, AsnEncodingRules.DER).ReadInteger() : null;
        Point = Extension(IssuingDistributionPoint.Oid) is { } point ? IssuingDistributionPoint.Decode(point) : null;
        entries = new Lazy<RevokedEntries>(() => RevokedEntries.Index(fields.Entries));
        authorityKeyIdentifier = new Lazy<AuthorityKeyId?>(ReadAuthorityKeyIdentifier);
    }

    private sealed record Fields(ReadOnlyMemory<byte> Algorithm, DistinguishedName Issuer, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, ReadOnlyMemory<byte> Entries, IReadOnlyList<CertificateExtension> Extensions);

    /// <summary>The CA that made it.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>Its number, which grows from list to list; null when it has none.</summary>
    public BigInteger? Number { get; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one is due (UTC); null when the list does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>The file it was read from, or null.</summary>
    public string? Path { get; }

    /// <summary>How many certificates it lists.</summary>
    /// <exception cref="InputException">An entry is damaged.</exception>
    public int Count => entries.Value.Count;

    /// <summary>The entries, read as they are asked for.</summary>
    /// <exception cref="InputException">One is damaged.</exception>
    public IEnumerable<RevokedCertificate> Entries => entries.Value.ReadAll();

    /// <summary>Which key signed it, or null when the list does not say.</summary>
    /// <exception cref="InputException">The extension is damaged.</exception>
    public AuthorityKeyId? AuthorityKeyIdentifier => authorityKeyIdentifier.Value;

    /// <summary>The list as it is encoded (DER).</summary>
    public ReadOnlyMemory<byte> RawData { get; }

    internal SignedStructure Signature { get; }

    internal string IssuerName { get; }

    internal bool AlgorithmsAgree { get; }

    internal IReadOnlyList<CertificateExtension> Extensions { get; }

    internal IssuingDistributionPoint? Point { get; }

    /// <summary>Whether its entries are certificates of its own issuer, as far as can be told: then they are revoked, whatever else is wrong with the list.</summary>
    internal bool ListsOwnCertificates => Point is not { IsIndirect: true } && entries.Value.NotSupported is null;

    /// <summary>Why it can not be used here, whoever signed it; null when it can (RFC 5280, 5.2: a critical extension that is not understood).</summary>
    internal string? NotSupported =>
        Extension(DeltaOid) is not null ? "it holds the changes since another list only (a delta CRL)"
        : Point?.NotSupported ?? (Extensions.FirstOrDefault(one => one.IsCritical && one.Oid is not IssuingDistributionPoint.Oid and not NumberOid) is { } strange ? $"it has a critical extension that is not understood here ({strange.Oid})" : entries.Value.NotSupported);

    /// <summary>Reads the lists of a file: PEM, of any number, or DER.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or holds no revocation list.</exception>
    public static IReadOnlyList<CertificateRevocationList> ReadFile(string path) => Read(InputFile.Read(path), path);

    /// <summary>Reads the lists of a content.</summary>
    /// <param name="content">PEM or DER.</param>
    /// <param name="path">The file it came from, for error messages.</param>
    /// <exception cref="InputException">The content is damaged, or holds no revocation list.</exception>
    public static IReadOnlyList<CertificateRevocationList> Read(ReadOnlyMemory<byte> content, string? path = null)
    {
        if (!PemBlock.LooksLikePem(content.Span))
            return [Parse(content, InputFile.Describe(path), path)];
        var blocks = PemBlock.ReadAll(content.Span, path);
        var lists = blocks.Where(block => block.Label is PemLabel or "CRL").ToList();
        return lists.Count > 0
            ? lists.Select(block => Parse(block.Data, $"{InputFile.Describe(path)}: block {block.Number} at line {block.Line}", path)).ToList()
            : throw new InputException(ErrorCode.WrongContent, $"{InputFile.Describe(path)} holds {string.Join(" and ", blocks.Select(block => $"a {block.Label} block").Distinct())}, but a revocation list (CRL) is wanted. Name the CRL file.", path);
    }

    /// <summary>The entry of a serial number (upper-case hex), or null when it is not listed.</summary>
    /// <exception cref="InputException">An entry is damaged.</exception>
    public RevokedCertificate? Find(string serialNumber)
    {
        ArgumentNullException.ThrowIfNull(serialNumber);
        return Find(BigInteger.Parse("0" + serialNumber, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture).ToByteArray(isBigEndian: true));
    }

    /// <summary>The same for the octets of an INTEGER: in a certificate a serial number may be negative.</summary>
    internal RevokedCertificate? Find(ReadOnlySpan<byte> serialNumber) => entries.Value.Find(serialNumber);

    /// <summary>Whether a CA's key made the list's signature. Its name and what its certificate allows are not looked at.</summary>
    public bool IsSignedBy(MtlsCertificate authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return IsSignedBy(authority.PublicKey);
    }

    internal bool IsSignedBy(PublicKeyInfo key) => AlgorithmsAgree && new SignatureChecker(key).Check(Signature) == SignatureVerdict.Valid;

    /// <summary>The list as PEM text.</summary>
    public string ToPem() => PemBlock.Write(PemLabel, RawData.Span);

    /// <summary>Issuer, number and dates.</summary>
    public override string ToString() => $"CRL of '{Issuer}'{(Number is { } number ? $" number {number}" : "")}, {ThisUpdate:u} to {(NextUpdate is { } next ? next.ToString("u", System.Globalization.CultureInfo.InvariantCulture) : "?")}";

    private static CertificateRevocationList Parse(ReadOnlyMemory<byte> der, string where, string? path)
    {
        try
        {
            if (DerContent.Detect(der) is var kind and not DerKind.Unknown and not DerKind.Crl)
                throw new InputException(ErrorCode.WrongContent, $"{where} is {DerContent.Describe(kind)}, but a revocation list (CRL) is wanted. Name the CRL file.", path);
            var signature = SignedStructure.Read(der);
            return new CertificateRevocationList(der, signature, path, ReadFields(new AsnReader(signature.Signed, AsnEncodingRules.DER).ReadSequence()));
        }
        catch (Exception damaged) when (damaged is AsnContentException or NameException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} is no revocation list (CRL), or a damaged one. Get a fresh copy of it.", path, damaged);
        }
    }

    private static Fields ReadFields(AsnReader signed)
    {
        if (signed.PeekTag() == Asn1Tag.Integer)
            signed.ReadInteger();
        var algorithm = signed.ReadEncodedValue();
        var issuer = DistinguishedName.Decode(signed.ReadEncodedValue());
        var thisUpdate = DerTime.Read(signed);
        DateTimeOffset? nextUpdate = signed.HasData && signed.PeekTag().TagValue is (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime && signed.PeekTag().TagClass == TagClass.Universal ? DerTime.Read(signed) : null;
        var entries = signed.HasData && signed.PeekTag() == Asn1Tag.Sequence ? signed.PeekContentBytes() : default;
        if (signed.HasData && signed.PeekTag() == Asn1Tag.Sequence)
            signed.ReadEncodedValue();
        var extensions = signed.HasData ? CertificateContent.ReadExtensions(signed.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true))) : [];
        signed.ThrowIfNotEmpty();
        return new Fields(algorithm, issuer, thisUpdate, nextUpdate, entries, extensions);
    }

    private AuthorityKeyId? ReadAuthorityKeyIdentifier()
    {
        try
        {
            return Extension(CertificateExtension.AuthorityKeyIdentifier) is { } value ? AuthorityKeyId.Decode(value) : null;
        }
        catch (Exception damaged) when (damaged is AsnContentException or NameException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{InputFile.Describe(Path)}: the authorityKeyIdentifier of the revocation list (CRL) is damaged. Get a fresh copy of it.", Path, damaged);
        }
    }

    private ReadOnlyMemory<byte>? Extension(string oid) => Extensions.FirstOrDefault(extension => extension.Oid == oid)?.Value;
}
