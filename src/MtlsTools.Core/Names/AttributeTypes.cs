using System.Formats.Asn1;

namespace MtlsTools.Names;

/// <summary>The attribute types of distinguished names that have a short name.</summary>
internal static class AttributeTypes
{
    /// <summary>In the usual order of a name, the most general first.</summary>
    private static readonly (string Oid, string Name, UniversalTagNumber Encoding)[] Known =
    [
        ("0.9.2342.19200300.100.1.25", "DC", UniversalTagNumber.IA5String),
        ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC", UniversalTagNumber.PrintableString),
        ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", UniversalTagNumber.UTF8String),
        ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", UniversalTagNumber.UTF8String),
        ("2.5.4.6", "C", UniversalTagNumber.PrintableString),
        ("2.5.4.8", "ST", UniversalTagNumber.UTF8String),
        ("2.5.4.7", "L", UniversalTagNumber.UTF8String),
        ("2.5.4.17", "postalCode", UniversalTagNumber.UTF8String),
        ("2.5.4.9", "STREET", UniversalTagNumber.UTF8String),
        ("2.5.4.15", "businessCategory", UniversalTagNumber.UTF8String),
        ("2.5.4.10", "O", UniversalTagNumber.UTF8String),
        ("2.5.4.97", "organizationIdentifier", UniversalTagNumber.UTF8String),
        ("2.5.4.11", "OU", UniversalTagNumber.UTF8String),
        ("2.5.4.12", "title", UniversalTagNumber.UTF8String),
        ("2.5.4.72", "role", UniversalTagNumber.UTF8String),
        ("2.5.4.13", "description", UniversalTagNumber.UTF8String),
        ("2.5.4.41", "name", UniversalTagNumber.UTF8String),
        ("2.5.4.4", "SN", UniversalTagNumber.UTF8String),
        ("2.5.4.42", "GN", UniversalTagNumber.UTF8String),
        ("2.5.4.43", "initials", UniversalTagNumber.UTF8String),
        ("2.5.4.44", "generationQualifier", UniversalTagNumber.UTF8String),
        ("2.5.4.65", "pseudonym", UniversalTagNumber.UTF8String),
        ("2.5.4.46", "dnQualifier", UniversalTagNumber.PrintableString),
        ("2.5.4.3", "CN", UniversalTagNumber.UTF8String),
        ("2.5.4.5", "serialNumber", UniversalTagNumber.PrintableString),
        ("2.5.4.20", "telephoneNumber", UniversalTagNumber.PrintableString),
        ("0.9.2342.19200300.100.1.1", "UID", UniversalTagNumber.UTF8String),
        ("1.2.840.113549.1.9.2", "unstructuredName", UniversalTagNumber.UTF8String),
        ("1.2.840.113549.1.9.1", "emailAddress", UniversalTagNumber.IA5String),
    ];

    /// <summary>Other names that people and other programs give them.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["S"] = "ST",
        ["E"] = "emailAddress",
        ["email"] = "emailAddress",
        ["T"] = "title",
        ["G"] = "GN",
        ["givenName"] = "GN",
        ["surname"] = "SN",
        ["commonName"] = "CN",
        ["country"] = "C",
        ["countryName"] = "C",
        ["state"] = "ST",
        ["stateOrProvinceName"] = "ST",
        ["locality"] = "L",
        ["localityName"] = "L",
        ["organization"] = "O",
        ["organizationName"] = "O",
        ["organizationalUnit"] = "OU",
        ["organizationalUnitName"] = "OU",
        ["streetAddress"] = "STREET",
        ["domainComponent"] = "DC",
        ["userId"] = "UID",
    };

    /// <summary>The names, for messages.</summary>
    internal static string List { get; } = string.Join(", ", Known.Select(known => known.Name));

    /// <summary>The short name, or the dotted number.</summary>
    internal static string NameOf(string oid) => Array.Find(Known, known => known.Oid == oid).Name ?? oid;

    /// <summary>The string type that a value is written as.</summary>
    internal static UniversalTagNumber EncodingOf(string oid) => Array.Find(Known, known => known.Oid == oid) is { Oid: not null } known ? known.Encoding : UniversalTagNumber.UTF8String;

    /// <summary>The place in the usual order; what is unknown is specific.</summary>
    internal static int RankOf(string oid) => Array.FindIndex(Known, known => known.Oid == oid) is >= 0 and var rank ? rank : Known.Length;

    /// <summary>The number of a name or of a dotted number; null when it is neither.</summary>
    internal static string? OidOf(string name)
    {
        name = name.StartsWith("OID.", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        if (name.Length > 0 && char.IsAsciiDigit(name[0]) && name.Contains('.') && name.All(c => char.IsAsciiDigit(c) || c == '.'))
            return name;
        name = Aliases.GetValueOrDefault(name, name);
        return Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Oid;
    }
}
