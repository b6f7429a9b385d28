using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>A certificate written field by field, so that each rule can be broken alone. As they come from <see cref="Server"/>, <see cref="Client"/>, <see cref="Root"/> and <see cref="Intermediate"/> they break none.</summary>
internal sealed record RawCertificate
{
    internal const X509KeyUsageFlags CaUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    /// <summary>What <see cref="From"/> and <see cref="To"/> are counted from, in days.</summary>
    internal static readonly DateTimeOffset Now = WholeSeconds(DateTimeOffset.UtcNow);

    private static readonly Lazy<MtlsCertificate> SharedRoot = new(() => Root().Build());

    private SortedDictionary<string, (bool Critical, byte[] Value)> extensions = [];

    internal static MtlsCertificate TestRoot => SharedRoot.Value;

    internal string Subject { get; init; } = "CN=api.example.com,O=Acme";

    internal byte[]? SubjectDer { get; init; }

    /// <summary>Null means self-signed.</summary>
    internal MtlsCertificate? Issuer { get; init; }

    internal KeyAlgorithm Algorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>A key other than the shared one of <see cref="Algorithm"/>.</summary>
    internal byte[]? PublicKey { get; init; }

    internal int? Version { get; init; } = 3;

    /// <summary>Null means another random one each time.</summary>
    internal byte[]? Serial { get; init; }

    internal double From { get; init; } = -1;

    internal double To { get; init; } = 89;

    internal string? NotAfterText { get; init; }

    internal UniversalTagNumber? NotAfterTag { get; init; }

    /// <summary>An AlgorithmIdentifier in place of the true one.</summary>
    internal string? InnerSignatureOid { get; init; }

    /// <summary>What is signed with, when it is not the hash that fits the key.</summary>
    internal HashAlgorithmName? Hash { get; init; }

    internal static RawCertificate Server(params string[] dnsNames) => Leaf(MtlsCertificate.ServerAuthOid)
        .With(AlternativeNames.Oid, San(dnsNames.Length > 0 ? dnsNames : ["api.example.com"]));

    internal static RawCertificate Client() => Leaf(MtlsCertificate.ClientAuthOid) with { Subject = "CN=service-a,O=Acme" };

    internal static RawCertificate Root() => new RawCertificate { Subject = "CN=Test Root CA,O=Acme", Algorithm = KeyAlgorithm.EcdsaP384, To = 3650 }
        .With(new X509BasicConstraintsExtension(true, false, 0, critical: true))
        .With(new X509KeyUsageExtension(CaUsage, critical: true))
        .WithKeyId();

    internal static RawCertificate Intermediate() => new RawCertificate { Subject = "CN=Test Issuing CA,O=Acme", Issuer = TestRoot, Algorithm = KeyAlgorithm.EcdsaP384, To = 1825 }
        .With(new X509BasicConstraintsExtension(true, true, 0, critical: true))
        .With(new X509KeyUsageExtension(CaUsage | X509KeyUsageFlags.DigitalSignature, critical: true))
        .WithKeyId()
        .WithIssuerKeyId()
        .WithCrlUrl();

    internal static byte[] San(params string[] dnsNames)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            foreach (var name in dnsNames)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
        return writer.Encode();
    }

    internal RawCertificate With(string oid, byte[] value, bool critical = false) => this with { extensions = new(extensions) { [oid] = (critical, value) } };

    internal RawCertificate With(X509Extension extension) => With(extension.Oid!.Value!, extension.RawData, extension.Critical);

    internal RawCertificate WithUsage(X509KeyUsageFlags usage) => With(new X509KeyUsageExtension(usage, critical: true));

    internal RawCertificate WithPurposes(params string[] oids)
    {
        var collection = new OidCollection();
        foreach (var oid in oids)
            collection.Add(new Oid(oid));
        return With(new X509EnhancedKeyUsageExtension(collection, critical: false));
    }

    internal RawCertificate Without(string oid)
    {
        var fewer = new SortedDictionary<string, (bool, byte[])>(extensions);
        fewer.Remove(oid);
        return this with { extensions = fewer };
    }

    /// <summary>A common name of any length; the module's own parser would refuse a long one.</summary>
    internal RawCertificate WithCommonName(string name) => this with { SubjectDer = new X500DistinguishedName($"CN={name}").RawData };

    internal RawCertificate Bare() => this with { extensions = [], Version = null };

    internal RawCertificate WithIssuerKeyId() => With(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Issuer!.X509, includeKeyIdentifier: true, includeIssuerAndSerial: false));

    internal MtlsCertificate Build()
    {
        using var key = SharedKeys.Of(Algorithm);
        using var signer = Issuer is null ? SharedKeys.Of(Algorithm) : SharedKeys.Of(KeyAlgorithm.EcdsaP384);
        var generator = signer.CreateSignatureGenerator();
        var algorithm = generator.GetSignatureAlgorithmIdentifier(signer.SignatureHash);
        var subject = SubjectDer is { } given ? DistinguishedName.Decode(given) : DistinguishedName.Parse(Subject);
        var signed = Encode(key, subject, InnerSignatureOid is { } inner ? Identifier(inner) : algorithm);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            writer.WriteEncodedValue(InnerSignatureOid is { } same ? Identifier(same) : algorithm);
            writer.WriteBitString(generator.SignData(signed, Hash ?? signer.SignatureHash));
        }

        return MtlsCertificate.Create(new X509Certificate2(writer.Encode()), chain: Issuer is null ? [] : [Issuer, .. Issuer.Chain]);
    }

    private static RawCertificate Leaf(string purpose) => new RawCertificate { Issuer = TestRoot }
        .With(new X509BasicConstraintsExtension(false, false, 0, critical: true))
        .WithUsage(X509KeyUsageFlags.DigitalSignature)
        .WithPurposes(purpose)
        .WithKeyId()
        .WithIssuerKeyId()
        .WithCrlUrl();

    private static byte[] Identifier(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private RawCertificate WithKeyId()
    {
        using var key = SharedKeys.Of(Algorithm);
        return With(new X509SubjectKeyIdentifierExtension(key.PublicKey.ToPublicKey(), critical: false));
    }

    private RawCertificate WithCrlUrl() => With(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example.com/ca.crl"]));

    private byte[] Encode(PrivateKey key, DistinguishedName subject, byte[] algorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (Version is { } version)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    writer.WriteInteger(version - 1);
            writer.WriteInteger(Serial ?? [0x01, .. RandomNumberGenerator.GetBytes(15)]);
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue((Issuer?.Subject ?? subject).Der.Span);
            using (writer.PushSequence())
            {
                WriteTime(writer, Now.AddDays(From), null, null);
                WriteTime(writer, Now.AddDays(To), NotAfterTag, NotAfterText);
            }

            writer.WriteEncodedValue(subject.Der.Span);
            writer.WriteEncodedValue(PublicKey ?? key.PublicKey.Der.Span);
            if (extensions.Count > 0)
                WriteExtensions(writer);
        }

        return writer.Encode();
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time, UniversalTagNumber? tag, string? text)
    {
        tag ??= time.Year < 2050 ? UniversalTagNumber.UtcTime : UniversalTagNumber.GeneralizedTime;
        text ??= time.UtcDateTime.ToString(tag == UniversalTagNumber.UtcTime ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
        writer.WriteEncodedValue([(byte)tag, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)]);
    }

    private void WriteExtensions(AsnWriter writer)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
        using (writer.PushSequence())
        {
            foreach (var (oid, (critical, value)) in extensions)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    if (critical)
                        writer.WriteBoolean(true);
                    writer.WriteOctetString(value);
                }
            }
        }
    }
}
