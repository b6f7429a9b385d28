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

    /// <summary>Another kind: shown, and kept as it is encoded.</summary>
    Other,

    /// <summary>A user principal name of Active Directory (otherName 1.3.6.1.4.1.311.20.2.3).</summary>
    Upn,

    /// <summary>A distinguished name.</summary>
    DirectoryName,

    /// <summary>A registered object identifier.</summary>
    RegisteredId,
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

    /// <summary>How names of the kinds are marked in lists; what stands before it is a whole name.</summary>
    internal static IReadOnlyList<string> Prefixes { get; } = ["DNS:", "IP:", "IP Address:", "email:", "URI:", "UPN:", "dirName:", "RID:", OtherName.Prefix];

    /// <summary>Reads <c>DNS:a</c>, <c>IP:10.0.0.1</c>, <c>email:a@b</c>, <c>URI:spiffe://…</c>, <c>UPN:a@b</c>, <c>dirName:CN=a,O=b</c>, <c>RID:1.2.3</c>, <c>otherName:1.2.3;UTF8:a</c>, or a bare host name or address.</summary>
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
        if (After(text, "UPN:") is { } principal)
            return Upn(principal);
        if (After(text, "dirName:") is { } directory)
            return Directory(DistinguishedName.Parse(directory));
        if (After(text, "RID:") is { } registered)
            return RegisteredId(registered);
        if (After(text, OtherName.Prefix) is { } other)
            return new AlternativeName(AlternativeNameKind.Other, OtherName.Normalize(other));
        return IPAddress.TryParse(text, out var ip) && IsWholeAddress(ip, text) ? Ip(ip) : Dns(text);
    }

    /// <summary>A host name.</summary>
    /// <exception cref="NameException">It is an IP address, or no host name.</exception>
    public static AlternativeName Dns(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        name = name.Trim();
        if (name.EndsWith('.'))
            name = name[..^1]; // of a name as DNS writes it whole; certificates hold it without
        if (IPAddress.TryParse(name, out var ip) && IsWholeAddress(ip, name))
            throw new NameException(ErrorCode.IpAddressInDnsName, $"'{name}' is an IP address, and clients compare addresses only with IP entries. Use -IPAddress {name} (or 'IP:{name}') instead of a DNS name.");
        try
        {
            var ascii = name.StartsWith("*.", StringComparison.Ordinal) ? "*." + ToAscii(name[2..]) : ToAscii(name);
            if (ascii.StartsWith("*.", StringComparison.Ordinal) && HostName.IsWellFormed(ascii) && !ascii.AsSpan(2).Contains('.'))
                throw new NameException(ErrorCode.NameInvalid, $"'{name}' would cover a whole top-level domain, so OpenSSL and others never match it. Name a domain below it, as in '*.example.com', or the hosts themselves.");
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

    /// <summary>A mail address; an internationalised host becomes its ASCII form.</summary>
    /// <exception cref="NameException">It has no single @, its local part is not ASCII, or its host is no host name.</exception>
    public static AlternativeName Email(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.Split('@') is [{ Length: > 0 } local, { Length: > 0 } host] && local.All(c => char.IsAscii(c) && !char.IsControl(c) && c != ' ') && TryHost(host) is { } ascii)
            return new AlternativeName(AlternativeNameKind.Email, $"{local}@{ascii}");
        throw new NameException(ErrorCode.NameInvalid, $"'{address}' is not a mail address of the form name@example.com, the name being ASCII. Correct it.");
    }

    /// <summary>A user principal name.</summary>
    /// <exception cref="NameException">It has no single @.</exception>
    public static AlternativeName Upn(string principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.Split('@') is [{ Length: > 0 }, { Length: > 0 }]
            ? new AlternativeName(AlternativeNameKind.Upn, principal)
            : throw new NameException(ErrorCode.NameInvalid, $"'{principal}' is not a user principal name of the form name@example.com. Correct it.");
    }

    /// <summary>A distinguished name.</summary>
    /// <exception cref="NameException">It is empty.</exception>
    public static AlternativeName Directory(DistinguishedName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.IsEmpty
            ? throw new NameException(ErrorCode.NameInvalid, "The directory name is empty. Write it as dirName:CN=alice,O=Acme.")
            : new AlternativeName(AlternativeNameKind.DirectoryName, name.ToString()) { Encoded = name.Der };
    }

    /// <summary>A registered object identifier.</summary>
    /// <exception cref="NameException">It is no object identifier.</exception>
    public static AlternativeName RegisteredId(string oid) => OtherName.IsOid(oid)
        ? new AlternativeName(AlternativeNameKind.RegisteredId, oid)
        : throw new NameException(ErrorCode.NameInvalid, $"'{oid}' is not an object identifier such as 1.2.840.113549. Correct it.");

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
        AlternativeNameKind.Upn => "UPN:" + Value,
        AlternativeNameKind.DirectoryName => "dirName:" + Value,
        AlternativeNameKind.RegisteredId => "RID:" + Value,
        _ => Value.Contains(';', StringComparison.Ordinal) ? OtherName.Prefix + Value : "other:" + Value,
    };

    /// <summary>Same kind and text. How a name that was read is encoded makes no difference.</summary>
    public bool Equals(AlternativeName? other) => other is not null && Kind == other.Kind && Value == other.Value;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Value);

    /// <summary>The encoding where the text does not say it all: the distinguished name, or the whole name of another kind.</summary>
    private ReadOnlyMemory<byte> Encoded { get; init; }

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
            case AlternativeNameKind.Upn:
                OtherName.Write(writer, OtherName.UpnOid, Value);
                break;
            case AlternativeNameKind.DirectoryName:
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
                    writer.WriteEncodedValue(Encoded.Span);
                break;
            case AlternativeNameKind.RegisteredId:
                writer.WriteObjectIdentifier(Value, new Asn1Tag(TagClass.ContextSpecific, 8));
                break;
            default:
                if (!Encoded.IsEmpty)
                    writer.WriteEncodedValue(Encoded.Span);
                else
                    OtherName.Write(writer, Value.Split(';', 2)[0], Value.Split(";UTF8:", 2)[1]);
                break;
        }
    }

    /// <exception cref="AsnContentException">The next value is no GeneralName.</exception>
    internal static AlternativeName ReadFrom(AsnReader reader)
    {
        var name = EncodedName.Read(reader);
        return name.Tag switch
        {
            0 when OtherName.Read(name.Encoded) is var (oid, text) => oid == OtherName.UpnOid && text is not null
                ? new AlternativeName(AlternativeNameKind.Upn, text)
                : new AlternativeName(AlternativeNameKind.Other, text is null ? Convert.ToHexString(name.Encoded.Span) : $"{oid};UTF8:{text}") { Encoded = name.Encoded },
            EncodedName.Email => new AlternativeName(AlternativeNameKind.Email, name.Text),
            EncodedName.Dns => new AlternativeName(AlternativeNameKind.Dns, name.Text),
            EncodedName.Uri => new AlternativeName(AlternativeNameKind.Uri, name.Text),
            EncodedName.Directory when name.DirectoryName is var directory => new AlternativeName(AlternativeNameKind.DirectoryName, directory.ToString()) { Encoded = directory.Der },
            EncodedName.Ip when name.Octets is { Length: 4 or 16 } octets => new AlternativeName(AlternativeNameKind.IpAddress, new IPAddress(octets).ToString()),
            8 => new AlternativeName(AlternativeNameKind.RegisteredId, new AsnReader(name.Encoded, AsnEncodingRules.BER).ReadObjectIdentifier(new Asn1Tag(TagClass.ContextSpecific, 8))),
            _ => new AlternativeName(AlternativeNameKind.Other, Convert.ToHexString(name.Encoded.Span)) { Encoded = name.Encoded },
        };
    }

    /// <summary>Short, octal and hexadecimal IPv4 forms (10.1, 010.0.0.1, 0xA000001) mean different machines to different programs.</summary>
    private static bool IsWholeAddress(IPAddress address, string text) =>
        address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text;

    private static string ToAscii(string name) => name.All(char.IsAscii)
        ? name
        : new IdnMapping { UseStd3AsciiRules = true }.GetAscii(name).ToLowerInvariant();

    private static string? TryHost(string host)
    {
        try
        {
            return Dns(host).Value;
        }
        catch (NameException)
        {
            return null;
        }
    }

    private static string? After(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..].Trim() : null;
}
