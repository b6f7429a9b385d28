using System.Formats.Asn1;
using System.Globalization;

namespace MtlsTools.Names;

/// <summary>The two written forms of a distinguished name, read into parts in encoded order.</summary>
internal static class DistinguishedNameParser
{
    private static readonly System.Text.UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>RFC 4514 with the quotes and semicolons of its predecessors.</summary>
    internal static List<IReadOnlyList<AttributeTypeAndValue>> ParseRfc4514(string text)
    {
        var parts = new List<IReadOnlyList<AttributeTypeAndValue>>();
        var part = new List<AttributeTypeAndValue>();
        for (var at = 0; at <= text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                throw Malformed(text, $"'{text[at..].Trim()}' has no '='");
            var oid = Type(text[at..equals], text);
            part.Add(ReadAttribute(oid, text, equals + 1, out at));
            if (at < text.Length && text[at] == '+')
            {
                at++;
                continue;
            }

            parts.Add(part);
            part = [];
            at++;
        }

        parts.Reverse();
        return parts;
    }

    /// <summary>OpenSSL's <c>/C=FR/O=Acme/CN=api</c>; <c>\/</c> stands for a slash in a value, <c>+</c> joins a multi-valued part.</summary>
    internal static List<IReadOnlyList<AttributeTypeAndValue>> ParseSlash(string text)
    {
        var parts = new List<IReadOnlyList<AttributeTypeAndValue>>();
        var part = new List<AttributeTypeAndValue>();
        for (var at = 1; at <= text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                if (at == text.Length && parts.Count > 0)
                    break; // a trailing slash
                throw Malformed(text, $"'{text[at..]}' has no '='");
            }

            var oid = Type(text[at..equals], text);
            var value = new System.Text.StringBuilder();
            for (at = equals + 1; at < text.Length && text[at] != '/' && !(text[at] == '+' && JoinsAttribute(text, at)); at++)
            {
                if (text[at] == '\\' && ++at == text.Length)
                    throw Malformed(text, "it ends with a backslash that escapes nothing");
                value.Append(text[at]);
            }

            part.Add(new AttributeTypeAndValue(oid, NotEmpty(value.ToString(), oid, text)));
            if (at >= text.Length || text[at] == '/')
            {
                parts.Add(part);
                part = [];
            }

            at++;
        }

        return parts;
    }

    private static bool JoinsAttribute(string text, int plus)
    {
        var equals = text.IndexOf('=', plus);
        return equals > 0 && AttributeTypes.OidOf(text[(plus + 1)..equals].Trim()) is not null;
    }

    private static AttributeTypeAndValue ReadAttribute(string oid, string text, int at, out int next)
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        if (at == text.Length || text[at] != '#')
            return new AttributeTypeAndValue(oid, NotEmpty(ReadValue(text, at, out next), oid, text));
        var length = text.AsSpan(at).IndexOfAny(",;+");
        next = length < 0 ? text.Length : at + length;
        return ReadEncoded(oid, text[at..next].TrimEnd(' '), text);
    }

    /// <summary>A value given as the hex of its encoding: <c>#0C03617069</c> (RFC 4514, 2.4).</summary>
    private static AttributeTypeAndValue ReadEncoded(string oid, string value, string text)
    {
        try
        {
            var reader = new AsnReader(Convert.FromHexString(value.AsSpan(1)), AsnEncodingRules.BER);
            var attribute = DistinguishedName.DecodeAttribute(oid, reader);
            reader.ThrowIfNotEmpty();
            return attribute;
        }
        catch (Exception damaged) when (damaged is FormatException or AsnContentException)
        {
            throw Malformed(text, $"'{value}' begins with '#' and is not the hex of a DER value; a plain '#' is written \\#");
        }
    }

    private static string ReadValue(string text, int at, out int next)
    {
        var bytes = new List<byte>();
        var quoted = at < text.Length && text[at] == '"';
        var keep = 0; // trailing spaces count only up to here, when they were escaped
        for (at += quoted ? 1 : 0; at < text.Length; at++)
        {
            var c = text[at];
            if (quoted ? c == '"' : c is ',' or ';' or '+')
                break;
            if (c != '\\')
            {
                var rune = char.IsHighSurrogate(c) && at + 1 < text.Length ? text.AsSpan(at++, 2) : text.AsSpan(at, 1);
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(rune.ToArray()));
                continue;
            }

            if (at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                bytes.Add(octet);
                at += 2;
            }
            else if (at + 1 < text.Length)
            {
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes([text[++at]]));
            }
            else
            {
                throw Malformed(text, "it ends with a backslash that escapes nothing");
            }

            keep = bytes.Count;
        }

        if (quoted)
        {
            if (at >= text.Length)
                throw Malformed(text, "a quote is opened and never closed");
            keep = bytes.Count;
            for (at++; at < text.Length && text[at] == ' ';)
                at++;
            if (at < text.Length && text[at] is not (',' or ';' or '+'))
                throw Malformed(text, "text follows a closing quote");
        }

        next = at;
        try
        {
            var value = StrictUtf8.GetString(bytes.ToArray());
            var kept = StrictUtf8.GetCharCount(bytes.ToArray(), 0, keep);
            return value[..kept] + value[kept..].TrimEnd(' ');
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw Malformed(text, "its hex pairs are not UTF-8");
        }
    }

    private static string Type(string name, string text) => AttributeTypes.OidOf(name.Trim())
        ?? throw Malformed(text, $"the attribute type '{name.Trim()}' is unknown; known are {AttributeTypes.List}, and dotted numbers");

    private static string NotEmpty(string value, string oid, string text) => value.Length > 0
        ? value
        : throw Malformed(text, $"'{new AttributeTypeAndValue(oid, "").Name}' has no value; give it one or leave it out");

    private static NameException Malformed(string text, string why) =>
        new(ErrorCode.NameInvalid, $"'{text}' is not a distinguished name: {why}. Write it as 'CN=api.example.com,O=Acme,C=FR' or '/C=FR/O=Acme/CN=api.example.com'.");
}
