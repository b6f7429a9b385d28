using System.Formats.Asn1;

namespace MtlsTools.Names;

/// <summary>One attribute of a distinguished name, such as <c>CN=alice</c>.</summary>
/// <param name="Oid">The attribute type, dotted.</param>
/// <param name="Value">The value as text.</param>
public sealed record AttributeTypeAndValue(string Oid, string Value)
{
    private static readonly (string Oid, string Name, UniversalTagNumber Encoding)[] Known =
    [
        ("2.5.4.3", "CN", UniversalTagNumber.UTF8String),
        ("2.5.4.4", "SN", UniversalTagNumber.UTF8String),
        ("2.5.4.5", "serialNumber", UniversalTagNumber.PrintableString),
        ("2.5.4.6", "C", UniversalTagNumber.PrintableString),
        ("2.5.4.7", "L", UniversalTagNumber.UTF8String),
        ("2.5.4.8", "ST", UniversalTagNumber.UTF8String),
        ("2.5.4.9", "STREET", UniversalTagNumber.UTF8String),
        ("2.5.4.10", "O", UniversalTagNumber.UTF8String),
        ("2.5.4.11", "OU", UniversalTagNumber.UTF8String),
        ("2.5.4.12", "title", UniversalTagNumber.UTF8String),
        ("2.5.4.42", "GN", UniversalTagNumber.UTF8String),
        ("2.5.4.46", "dnQualifier", UniversalTagNumber.PrintableString),
        ("0.9.2342.19200300.100.1.1", "UID", UniversalTagNumber.UTF8String),
        ("0.9.2342.19200300.100.1.25", "DC", UniversalTagNumber.IA5String),
        ("1.2.840.113549.1.9.1", "emailAddress", UniversalTagNumber.IA5String),
    ];

    /// <summary>The short name of the type (<c>CN</c>, <c>O</c>, …), or its dotted number when it has none here.</summary>
    public string Name => Array.Find(Known, known => known.Oid == Oid).Name ?? Oid;

    /// <summary>Whether the value is no text: it stands as <c>#</c> and the hex of its encoding (RFC 4514, 2.4).</summary>
    internal bool IsEncoded { get; init; }

    internal static string? OidOf(string name)
    {
        name = name.StartsWith("OID.", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        if (name.Length > 0 && char.IsAsciiDigit(name[0]) && name.Contains('.') && name.All(c => char.IsAsciiDigit(c) || c == '.'))
            return name;
        name = name.ToUpperInvariant() switch { "S" => "ST", "E" or "EMAIL" => "emailAddress", "T" => "title", "G" or "GIVENNAME" => "GN", "SURNAME" => "SN", _ => name };
        return Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Oid;
    }

    internal void WriteTo(AsnWriter writer)
    {
        using var attribute = writer.PushSequence();
        writer.WriteObjectIdentifier(Oid);
        if (IsEncoded)
        {
            writer.WriteEncodedValue(Convert.FromHexString(Value.AsSpan(1)));
            return;
        }

        var encoding = Array.Find(Known, known => known.Oid == Oid) is { Oid: not null } known ? known.Encoding : UniversalTagNumber.UTF8String;
        writer.WriteCharacterString(encoding, Value);
    }

    /// <summary>RFC 4514: <c>CN=Smith\, John</c>.</summary>
    public override string ToString() => $"{Name}={(IsEncoded ? Value : Escape(Value))}";

    /// <summary>OpenSSL's one-line form: <c>O = "Acme, Inc."</c>.</summary>
    internal string ToOneLine()
    {
        var value = IsEncoded ? Value : Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var quoted = !IsEncoded && (Value.AsSpan().IndexOfAny(",+;<>") >= 0 || Value is [' ' or '#', ..] or [.., ' ']);
        return quoted ? $"{Name} = \"{value}\"" : $"{Name} = {value}";
    }

    private static string Escape(string value)
    {
        var text = new System.Text.StringBuilder(value.Length + 4);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\0')
            {
                text.Append("\\00");
                continue;
            }

            if (c is '"' or '+' or ',' or ';' or '<' or '>' or '\\' || (i == 0 && (c is ' ' or '#')) || (i == value.Length - 1 && c == ' '))
                text.Append('\\');
            text.Append(c);
        }

        return text.ToString();
    }
}
