using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Policy;

/// <summary>The extensions of a certificate or request as they stand there, read without any help of the platform's, which is slower and forgives.</summary>
internal sealed class ExtensionFacts
{
    internal const string BasicConstraintsOid = "2.5.29.19";
    internal const string KeyUsageOid = "2.5.29.15";
    internal const string ExtendedKeyUsageOid = "2.5.29.37";
    internal const string SubjectKeyIdOid = "2.5.29.14";
    internal const string AuthorityKeyIdOid = "2.5.29.35";

    /// <summary>What a verifier after RFC 5280 has to understand when it is critical.</summary>
    private static readonly HashSet<string> Understood =
    [
        BasicConstraintsOid, KeyUsageOid, ExtendedKeyUsageOid, SubjectKeyIdOid, AuthorityKeyIdOid,
        "2.5.29.17", "2.5.29.18", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54",
        "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.24",
    ];

    private readonly List<(string Oid, bool Critical, ReadOnlyMemory<byte> Value)> list = [];

    /// <summary>Reads a SEQUENCE of extensions; null means none.</summary>
    internal ExtensionFacts(AsnReader? extensions)
    {
        while (extensions is { HasData: true })
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            list.Add((oid, critical, extension.ReadOctetString()));
        }

        if (Read(BasicConstraintsOid)?.ReadSequence() is { } basic)
        {
            IsCa = basic.HasData && basic.PeekTag() == Asn1Tag.Boolean && basic.ReadBoolean();
            PathLength = basic.HasData && basic.TryReadInt32(out var length) ? length : null;
        }

        if (Read(KeyUsageOid) is { } usage)
        {
            var bits = usage.ReadBitString(out _);
            KeyUsage = (X509KeyUsageFlags)((bits.Length > 0 ? bits[0] : 0) | (bits.Length > 1 ? bits[1] << 8 : 0));
        }

        if (Read(ExtendedKeyUsageOid)?.ReadSequence() is { } purposes)
        {
            var oids = new List<string>();
            while (purposes.HasData)
                oids.Add(purposes.ReadObjectIdentifier());
            ExtendedKeyUsage = oids;
        }

        SubjectKeyId = Read(SubjectKeyIdOid)?.ReadOctetString();
    }

    internal bool IsCa { get; }

    internal int? PathLength { get; }

    internal X509KeyUsageFlags? KeyUsage { get; }

    internal IReadOnlyList<string>? ExtendedKeyUsage { get; }

    internal byte[]? SubjectKeyId { get; }

    internal int Count => list.Count;

    internal IEnumerable<string> Oids => list.Select(extension => extension.Oid);

    internal IEnumerable<string> UnknownCritical => list.Where(extension => extension.Critical && !Understood.Contains(extension.Oid)).Select(extension => extension.Oid);

    internal bool Has(string oid) => list.Exists(extension => extension.Oid == oid);

    internal bool IsCritical(string oid) => list.Exists(extension => extension.Oid == oid && extension.Critical);

    internal bool HasUsage(X509KeyUsageFlags usage) => KeyUsage is { } flags && flags.HasFlag(usage);

    internal bool HasPurpose(string oid) => ExtendedKeyUsage?.Contains(oid) == true;

    /// <summary>A reader at the content of an extension, or null when it is not there.</summary>
    internal AsnReader? Read(string oid)
    {
        foreach (var (other, _, value) in list)
        {
            if (other == oid)
                return new AsnReader(value, AsnEncodingRules.BER);
        }

        return null;
    }
}
