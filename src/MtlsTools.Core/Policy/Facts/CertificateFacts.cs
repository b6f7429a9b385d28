using System.Formats.Asn1;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Policy;

/// <summary>What the rules want to know of a certificate, read in one pass over its bytes.</summary>
internal sealed class CertificateFacts
{
    internal const string AnyPurpose = "2.5.29.37.0";

    private CertificateFacts(MtlsCertificate certificate, MtlsCertificate? issuer, DateTimeOffset asOf, AsnReader outer)
    {
        Certificate = certificate;
        AsOf = asOf;
        var signed = outer.ReadSequence();
        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        Version = signed.PeekTag() == versionTag && signed.ReadSequence(versionTag).TryReadInt32(out var version) ? version + 1 : 1;
        Serial = signed.ReadIntegerBytes();
        Signature = signed.ReadEncodedValue();
        IssuerDer = signed.ReadEncodedValue();
        var validity = signed.ReadSequence();
        NotBeforeText = ReadTime(validity);
        NotAfterText = ReadTime(validity);
        SubjectDer = signed.ReadEncodedValue();
        Key = PublicKeyInfo.Decode(signed.ReadEncodedValue());
        AsnReader? list = null;
        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        while (signed.HasData)
        {
            if (signed.PeekTag() == extensionsTag)
                list = signed.ReadSequence(extensionsTag).ReadSequence();
            else
                signed.ReadEncodedValue();
        }

        Extensions = new ExtensionFacts(list);
        var purposes = Extensions.ExtendedKeyUsage;
        var hasHost = certificate.San.Any(name => name.Kind is AlternativeNameKind.Dns or AlternativeNameKind.IpAddress);
        IsServer = !IsCa && (purposes is null ? hasHost : Extensions.HasPurpose(MtlsCertificate.ServerAuthOid));
        IsClient = !IsCa && (purposes is null ? !hasHost : Extensions.HasPurpose(MtlsCertificate.ClientAuthOid));
        HasEqualNames = SubjectDer.Span.SequenceEqual(IssuerDer.Span);
        Issuer = IsSelfSigned ? null : issuer;
        Names = new NameFacts(certificate.Subject, certificate.San, Extensions.IsCritical(AlternativeNames.Oid), IsServer, IsCa);
    }

    internal MtlsCertificate Certificate { get; }

    /// <summary>The issuer, when it is known and another certificate.</summary>
    internal MtlsCertificate? Issuer { get; }

    internal DateTimeOffset AsOf { get; }

    internal string Name => Certificate.Name;

    internal NameFacts Names { get; }

    internal int Version { get; }

    internal ReadOnlyMemory<byte> Serial { get; }

    internal ReadOnlyMemory<byte> Signature { get; }

    internal ReadOnlyMemory<byte> SubjectDer { get; }

    internal ReadOnlyMemory<byte> IssuerDer { get; }

    internal (bool IsUtcTime, string Text) NotBeforeText { get; }

    internal (bool IsUtcTime, string Text) NotAfterText { get; }

    internal PublicKeyInfo Key { get; }

    internal ExtensionFacts Extensions { get; }

    internal bool IsCa => Extensions.IsCa;

    /// <summary>A server's: by its purposes, or where it names none, by the hosts it names.</summary>
    internal bool IsServer { get; }

    /// <summary>A client's: by its purposes, or where it names none, because it names no host.</summary>
    internal bool IsClient { get; }

    internal bool HasEqualNames { get; }

    internal bool IsSelfSigned => HasEqualNames && Certificate.IsSelfSigned;

    internal TimeSpan Lifetime => Certificate.NotAfter - Certificate.NotBefore;

    /// <summary>Whether a certificate without any extension is at hand: that is told once, and not again for each one that is missing.</summary>
    internal bool IsBare => Extensions.Count == 0;

    /// <exception cref="InputException">The certificate's structure is damaged.</exception>
    internal static CertificateFacts Read(MtlsCertificate certificate, MtlsCertificate? issuer, DateTimeOffset asOf)
    {
        try
        {
            return new CertificateFacts(certificate, issuer, asOf, new AsnReader(certificate.X509.RawDataMemory, AsnEncodingRules.BER).ReadSequence());
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"The certificate '{certificate.Name}' is damaged: its structure breaks off. Get a fresh copy of it.", certificate.Path, damaged);
        }
    }

    private static (bool IsUtcTime, string Text) ReadTime(AsnReader validity)
    {
        var isUtcTime = validity.PeekTag() == Asn1Tag.UtcTime;
        var text = System.Text.Encoding.ASCII.GetString(validity.PeekContentBytes().Span);
        validity.ReadEncodedValue();
        return (isUtcTime, text);
    }
}
