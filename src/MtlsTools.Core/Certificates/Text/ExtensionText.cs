using System.Formats.Asn1;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>Extensions as OpenSSL prints them; what is unknown, or damaged, stands as hex.</summary>
internal static class ExtensionText
{
    private static readonly string[] KeyUsages = ["Digital Signature", "Non Repudiation", "Key Encipherment", "Data Encipherment", "Key Agreement", "Certificate Sign", "CRL Sign", "Encipher Only", "Decipher Only"];
    private static readonly string[] NetscapeTypes = ["SSL Client", "SSL Server", "S/MIME", "Object Signing", "Unused", "SSL CA", "S/MIME CA", "Object Signing CA"];

    private static readonly Dictionary<string, (string Title, Func<AsnReader, ReadOnlyMemory<byte>, IEnumerable<string>> Lines)> Known = new()
    {
        [CertificateExtension.BasicConstraints] = ("X509v3 Basic Constraints", (reader, _) => BasicConstraints(reader.ReadSequence())),
        [CertificateExtension.KeyUsage] = ("X509v3 Key Usage", (reader, _) => Bits(reader, KeyUsages)),
        [CertificateExtension.ExtendedKeyUsage] = ("X509v3 Extended Key Usage", (reader, _) => [string.Join(", ", Oids(reader).Select(KeyPurposes.TextOf))]),
        [CertificateExtension.SubjectKeyIdentifier] = ("X509v3 Subject Key Identifier", (reader, _) => [CertificateDump.Colons(reader.ReadOctetString())]),
        [CertificateExtension.AuthorityKeyIdentifier] = ("X509v3 Authority Key Identifier", (_, value) => AuthorityKey(AuthorityKeyId.Decode(value))),
        [AlternativeNames.Oid] = ("X509v3 Subject Alternative Name", (_, value) => [Names(value)]),
        ["2.5.29.18"] = ("X509v3 Issuer Alternative Name", (_, value) => [Names(value)]),
        [NameConstraints.Oid] = ("X509v3 Name Constraints", (reader, _) => Constraints(reader.ReadSequence())),
        ["2.5.29.32"] = ("X509v3 Certificate Policies", (reader, _) => PolicyText.Lines(reader.ReadSequence())),
        ["2.5.29.36"] = ("X509v3 Policy Constraints", (reader, _) => PolicyText.Constraints(reader.ReadSequence())),
        ["2.5.29.54"] = ("X509v3 Inhibit Any Policy", (reader, _) => [reader.ReadInteger().ToString(System.Globalization.CultureInfo.InvariantCulture)]),
        [CertificateExtension.CrlDistributionPoints] = ("X509v3 CRL Distribution Points", (_, value) => DistributionPoint.Decode(value).SelectMany(Point)),
        [AccessDescription.AuthorityInfoAccess] = ("Authority Information Access", (_, value) => AccessDescription.Decode(value).Select(Access)),
        ["1.3.6.1.5.5.7.1.24"] = ("TLS Feature", (reader, _) => [TlsFeatures(reader.ReadSequence())]),
        ["1.3.6.1.5.5.7.48.1.5"] = ("OCSP No Check", (_, _) => [""]),
        ["2.16.840.1.113730.1.1"] = ("Netscape Cert Type", (reader, _) => Bits(reader, NetscapeTypes)),
        ["2.16.840.1.113730.1.13"] = ("Netscape Comment", (reader, _) => [reader.ReadCharacterString(UniversalTagNumber.IA5String)]),
    };

    internal static void Write(CertificateDump dump, int indent, CertificateExtension extension)
    {
        var known = Known.GetValueOrDefault(extension.Oid);
        dump.Line(indent, $"{known.Title ?? extension.Oid}:{(extension.IsCritical ? " critical" : "")}");
        try
        {
            if (known.Lines?.Invoke(new AsnReader(extension.Value, AsnEncodingRules.BER), extension.Value).ToList() is { } lines)
            {
                foreach (var line in lines)
                    dump.Line(indent + 4, Printable(line));
                return;
            }
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            dump.Line(indent + 4, "(damaged)");
        }

        dump.Hex(indent + 4, extension.Value.Span, 18);
    }

    /// <summary>A certificate is made by somebody else: no line ends or terminal sequences of theirs reach the screen.</summary>
    private static string Printable(string line) => string.Concat(line.Select(c => char.IsControl(c) ? '.' : c));

    private static IEnumerable<string> BasicConstraints(AsnReader sequence)
    {
        var isCa = sequence.HasData && sequence.PeekTag() == Asn1Tag.Boolean && sequence.ReadBoolean();
        yield return $"CA:{(isCa ? "TRUE" : "FALSE")}{(sequence.HasData ? $", pathlen:{sequence.ReadInteger()}" : "")}";
    }

    private static IEnumerable<string> Bits(AsnReader reader, string[] names)
    {
        var bits = reader.ReadBitString(out _);
        yield return string.Join(", ", names.Where((_, bit) => bit / 8 < bits.Length && (bits[bit / 8] & (0x80 >> (bit % 8))) != 0));
    }

    private static IEnumerable<string> Oids(AsnReader reader)
    {
        var sequence = reader.ReadSequence();
        while (sequence.HasData)
            yield return sequence.ReadObjectIdentifier();
    }

    private static IEnumerable<string> AuthorityKey(AuthorityKeyId key)
    {
        if (key.KeyIdentifier is { } identifier)
            yield return (key.Issuer is null && key.SerialNumber is null ? "" : "keyid:") + CertificateDump.Colons(Convert.FromHexString(identifier));
        if (key.Issuer is { } issuer)
            yield return "DirName:" + issuer.NginxLegacy;
        if (key.SerialNumber is { } serial)
            yield return "serial:" + CertificateDump.Colons(Convert.FromHexString(serial));
    }

    private static string Names(ReadOnlyMemory<byte> value) => string.Join(", ", EncodedName.ReadAll(value).Select(GeneralNameText.Of));

    private static IEnumerable<string> Constraints(AsnReader sequence)
    {
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            yield return tag.TagValue == 0 ? "Permitted:" : "Excluded:";
            for (var list = sequence.ReadSequence(tag); list.HasData;)
                yield return "  " + GeneralNameText.OfSubtree(EncodedName.Read(list.ReadSequence()));
        }
    }

    private static IEnumerable<string> Point(DistributionPoint point)
    {
        if (point.FullNames.Count > 0)
            yield return "Full Name:";
        foreach (var name in point.FullNames)
            yield return "  " + GeneralNameText.OfSubtree(name);
        if (point.CrlIssuer.Count > 0)
            yield return "CRL Issuer:";
        foreach (var name in point.CrlIssuer)
            yield return "  " + GeneralNameText.OfSubtree(name);
    }

    private static string Access(AccessDescription access)
    {
        var method = access.Method switch { AccessDescription.Ocsp => "OCSP", AccessDescription.CaIssuers => "CA Issuers", var other => other };
        return $"{method} - {GeneralNameText.Of(access.Location)}";
    }

    private static string TlsFeatures(AsnReader sequence)
    {
        var features = new List<string>();
        while (sequence.HasData)
            features.Add(sequence.ReadInteger().ToString(System.Globalization.CultureInfo.InvariantCulture) switch { "5" => "status_request", "17" => "status_request_v2", var other => other });
        return string.Join(", ", features);
    }
}
