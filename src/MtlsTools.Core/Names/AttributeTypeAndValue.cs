using System.Formats.Asn1;

namespace MtlsTools.Names;

/// <summary>One attribute of a distinguished name, such as <c>CN=alice</c>.</summary>
/// <param name="Oid">The attribute type, dotted.</param>
/// <param name="Value">The value as text.</param>
public sealed record AttributeTypeAndValue(string Oid, string Value)
{
    /// <summary>The short name of the type (<c>CN</c>, <c>O</c>, …), or its dotted number when it has none here.</summary>
    public string Name => AttributeTypes.NameOf(Oid);

    /// <summary>Whether the value is no text: it stands as <c>#</c> and the hex of its encoding (RFC 4514, 2.4).</summary>
    internal bool IsEncoded { get; init; }

    internal static string? OidOf(string name) => AttributeTypes.OidOf(name);

    internal void WriteTo(AsnWriter writer)
    {
        using var attribute = writer.PushSequence();
        writer.WriteObjectIdentifier(Oid);
        if (IsEncoded)
        {
            writer.WriteEncodedValue(Convert.FromHexString(Value.AsSpan(1)));
            return;
        }

        writer.WriteCharacterString(AttributeTypes.EncodingOf(Oid), Value);
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
