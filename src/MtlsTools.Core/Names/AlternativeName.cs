using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MtlsTools.Names;

/// <summary>The kinds of subject alternative name (RFC 5280, 4.2.1.6) that this tool writes or shows.</summary>
public enum AlternativeNameKind
{
    /// <summary>A host name, possibly with a wildcard as its whole first label.</summary>
    Dns,

    /// <summary>An IPv4 or IPv6 address.</summary>
    IpAddress,

    /// <summary>A mail address (rfc822Name).</summary>
    Email,

    /// <summary>A URI, such as a SPIFFE id.</summary>
    Uri,

    /// <summary>Another kind: shown, not written.</summary>
    Other,
}

/// <summary>One subject alternative name.</summary>
public sealed record AlternativeName
{
    private AlternativeName(AlternativeNameKind kind, string value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>The kind.</summary>
    public AlternativeNameKind Kind { get; }

    /// <summary>The name as text; an internationalised host name stands in its ASCII form.</summary>
    public string Value { get; }

    /// <summary>Reads <c>DNS:a</c>, <c>IP:10.0.0.1</c>, <c>email:a@b</c>, <c>URI:spiffe://…</c>, or a bare host name or address.</summary>
    /// <exception cref="NameException">The text is none of these.</exception>
    public static AlternativeName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (After(text, "DNS:") is { } dns)
            return Dns(dns);
        if ((After(text, "IP:") ?? After(text, "IP Address:")) is { } address)
            return Ip(address);
        if (After(text, "email:") is { } mail)
            return Email(mail);
        if (After(text, "URI:") is { } uri)
            return FromUri(uri);
        return IPAddress.TryParse(text, out var ip) && IsWholeAddress(ip, text) ? Ip(ip) : Dns(text);
    }

    /// <summary>A host name.</summary>
    /// <exception cref="NameException">It is an IP address, or no host name.</exception>
    public static AlternativeName Dns(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        name = name.Trim();
        if (IPAddress.TryParse(name, out var ip) && IsWholeAddress(ip, name))
            throw new NameException(ErrorCode.IpAddressInDnsName, $"'{name}' is an IP address, and clients compare addresses only with IP entries. Use -IPAddress {name} (or 'IP:{name}') instead of a DNS name.");
        try
        {
            var ascii = name.StartsWith("*.", StringComparison.Ordinal) ? "*." + ToAscii(name[2..]) : ToAscii(name);
            if (HostName.IsWellFormed(ascii))
                return new AlternativeName(AlternativeNameKind.Dns, ascii);
        }
        catch (ArgumentException)
        {
            // Not an internationalised name either; said below.
        }

        throw new NameException(ErrorCode.NameInvalid, $"'{name}' is not a host name: labels of 1 to 63 letters, digits and hyphens, joined by dots, 253 characters at most; a wildcard only as the whole first label. Correct it.");
    }

    /// <summary>An address.</summary>
    public static AlternativeName Ip(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new AlternativeName(AlternativeNameKind.IpAddress, address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString());
    }

    /// <summary>An address in text form.</summary>
    /// <exception cref="NameException">It is not an address.</exception>
    public static AlternativeName Ip(string address) => IPAddress.TryParse(address, out var ip) && IsWholeAddress(ip, address)
        ? Ip(ip)
        : throw new NameException(ErrorCode.NameInvalid, $"'{address}' is not an IP address. Write it as 10.0.0.1 or 2001:db8::1.");

    /// <summary>A mail address.</summary>
    /// <exception cref="NameException">It has no single @, or is not ASCII.</exception>
    public static AlternativeName Email(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Count(c => c == '@') == 1 && address[0] != '@' && address[^1] != '@' && address.All(char.IsAscii)
            ? new AlternativeName(AlternativeNameKind.Email, address)
            : throw new NameException(ErrorCode.NameInvalid, $"'{address}' is not a mail address of the form name@example.com. Correct it.");
    }

    /// <summary>A URI.</summary>
    /// <exception cref="NameException">It is not an absolute ASCII URI.</exception>
    public static AlternativeName FromUri(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return System.Uri.TryCreate(uri, UriKind.Absolute, out var whole) && uri.StartsWith(whole.Scheme + ":", StringComparison.OrdinalIgnoreCase) && uri.All(char.IsAscii)
            ? new AlternativeName(AlternativeNameKind.Uri, uri)
            : throw new NameException(ErrorCode.NameInvalid, $"'{uri}' is not an absolute URI such as spiffe://example.org/service. Correct it.");
    }

    /// <summary>The form that <see cref="Parse"/> reads: <c>DNS:localhost</c>.</summary>
    public override string ToString() => Kind switch
    {
        AlternativeNameKind.Dns => "DNS:" + Value,
        AlternativeNameKind.IpAddress => "IP:" + Value,
        AlternativeNameKind.Email => "email:" + Value,
        AlternativeNameKind.Uri => "URI:" + Value,
        _ => "other:" + Value,
    };

    internal void WriteTo(AsnWriter writer)
    {
        switch (Kind)
        {
            case AlternativeNameKind.Dns:
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Value, new Asn1Tag(TagClass.ContextSpecific, 2));
                break;
            case AlternativeNameKind.Email:
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Value, new Asn1Tag(TagClass.ContextSpecific, 1));
                break;
            case AlternativeNameKind.Uri:
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Value, new Asn1Tag(TagClass.ContextSpecific, 6));
                break;
            case AlternativeNameKind.IpAddress:
                writer.WriteOctetString(IPAddress.Parse(Value).GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
                break;
            default:
                throw new NameException(ErrorCode.NameInvalid, $"A name of this kind ('{Value}') can be shown but not written. Use DNS, IP, email or URI.");
        }
    }

    internal static AlternativeName ReadFrom(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific)
            throw new AsnContentException("A GeneralName has a context-specific tag.");
        string Text() => reader.ReadCharacterString(UniversalTagNumber.IA5String, tag);
        switch (tag.TagValue)
        {
            case 1:
                return new AlternativeName(AlternativeNameKind.Email, Text());
            case 2:
                return new AlternativeName(AlternativeNameKind.Dns, Text());
            case 6:
                return new AlternativeName(AlternativeNameKind.Uri, Text());
            case 7:
                var octets = reader.ReadOctetString(tag);
                return octets.Length is 4 or 16
                    ? new AlternativeName(AlternativeNameKind.IpAddress, new IPAddress(octets).ToString())
                    : new AlternativeName(AlternativeNameKind.Other, Convert.ToHexString(octets));
            default:
                return new AlternativeName(AlternativeNameKind.Other, Convert.ToHexString(reader.ReadEncodedValue().Span));
        }
    }

    /// <summary>Short, octal and hexadecimal IPv4 forms (10.1, 010.0.0.1, 0xA000001) mean different machines to different programs.</summary>
    private static bool IsWholeAddress(IPAddress address, string text) =>
        address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text;

    private static string ToAscii(string name) => name.All(char.IsAscii)
        ? name
        : new IdnMapping { UseStd3AsciiRules = true }.GetAscii(name).ToLowerInvariant();

    private static string? After(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..].Trim() : null;
}
