using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;

namespace MtlsTools.Names;

/// <summary>One subtree of a name constraint (RFC 5280, 4.2.1.10): a space of names, such as <c>DNS:example.com</c> or <c>IP:10.0.0.0/8</c>.</summary>
public sealed record NameConstraint
{
    private readonly EncodedName name;
    private readonly bool bounded;

    private NameConstraint(EncodedName name, string text, bool bounded = false)
    {
        this.name = name;
        this.bounded = bounded;
        Text = text;
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public string Text { get; }

    /// <summary>The GeneralName's tag: constraints speak about names of their own kind alone.</summary>
    internal int Tag => name.Tag;

    /// <summary>Whether this tool can tell which names lie in the subtree. Other kinds, and subtrees with a minimum or maximum, which RFC 5280 forbids, are never guessed at.</summary>
    internal bool IsUnderstood => !bounded && name.Tag is EncodedName.Dns or EncodedName.Email or EncodedName.Uri or EncodedName.Ip or EncodedName.Directory;

    /// <summary>Reads <c>DNS:example.com</c> (the host and all below it), <c>IP:10.0.0.0/8</c>, <c>email:example.com</c> (all mailboxes of that host; <c>.example.com</c> for the hosts below it; <c>a@example.com</c> for one), <c>URI:example.com</c> (that host; <c>.example.com</c> for those below it) or <c>dirName:O=Acme,C=FR</c>.</summary>
    /// <exception cref="NameException">The text is none of these.</exception>
    public static NameConstraint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var value = colon < 0 ? "" : text[(colon + 1)..].Trim();
        return (colon < 0 ? "" : text[..colon].Trim().ToUpperInvariant()) switch
        {
            "DNS" when IsHost(value.TrimStart('.')) => FromText(EncodedName.Dns, value),
            "EMAIL" when value.Split('@') is [{ Length: > 0 } local, var host] && local.All(char.IsAscii) && IsHost(host) => FromText(EncodedName.Email, value),
            "EMAIL" when IsHost(WithoutDot(value)) => FromText(EncodedName.Email, value),
            "URI" when IsHost(WithoutDot(value)) => FromText(EncodedName.Uri, value),
            "IP" => FromNetwork(value, text),
            "DIRNAME" => FromDirectoryName(DistinguishedName.Parse(value)),
            _ => throw Invalid(text),
        };

        static bool IsHost(string host) => HostName.IsWellFormed(host) && host[0] != '*';
        static string WithoutDot(string host) => host.StartsWith('.') ? host[1..] : host;
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Text;

    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static NameConstraint Read(AsnReader subtrees)
    {
        var subtree = subtrees.ReadSequence();
        var name = EncodedName.Read(subtree);
        if (name.Tag == EncodedName.Ip && name.Octets.Length is not (8 or 32))
            throw new AsnContentException("A network is an address and a mask.");
        if (subtree.HasData)
            return new NameConstraint(name, $"{Describe(name)} (with a minimum or maximum)", bounded: true);
        return new NameConstraint(name, Describe(name));
    }

    internal void WriteTo(AsnWriter writer)
    {
        using (writer.PushSequence())
            writer.WriteEncodedValue(name.Encoded.Span);
    }

    /// <summary>Whether every name that <paramref name="candidate"/> stands for lies in the subtree.</summary>
    internal bool Contains(EncodedName candidate) => Tag switch
    {
        EncodedName.Dns => NameSubtree.HoldsDns(name.Text, candidate.Text),
        EncodedName.Email => NameSubtree.HoldsEmail(name.Text, candidate.Text),
        EncodedName.Uri => NameSubtree.HoldsUri(name.Text, candidate.Text),
        EncodedName.Ip => NameSubtree.HoldsAddress(name.Octets, candidate.Octets),
        _ => NameSubtree.HoldsDirectoryName(name.DirectoryName, candidate.DirectoryName),
    };

    /// <summary>Whether a name that <paramref name="candidate"/> stands for lies in the subtree; a wildcard stands for many.</summary>
    internal bool Touches(EncodedName candidate) => Contains(candidate) || (Tag == EncodedName.Dns && NameSubtree.WildcardReaches(name.Text, candidate.Text));

    private static NameConstraint FromText(int tag, string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.IA5String, value, new Asn1Tag(TagClass.ContextSpecific, tag));
        return From(tag, writer);
    }

    private static NameConstraint FromDirectoryName(DistinguishedName name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, EncodedName.Directory)))
            writer.WriteEncodedValue(name.Der.Span);
        return From(EncodedName.Directory, writer);
    }

    private static NameConstraint FromNetwork(string network, string text)
    {
        var parts = network.Split('/');
        if (!IPAddress.TryParse(parts[0], out var address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != parts[0]))
            throw Invalid(text);
        var octets = address.GetAddressBytes();
        var prefix = octets.Length * 8;
        if (parts.Length > 2 || (parts.Length == 2 && !(int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out prefix) && prefix <= octets.Length * 8)))
            throw Invalid(text);
        var mask = new byte[octets.Length];
        for (var bit = 0; bit < prefix; bit++)
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString([.. octets.Zip(mask, (octet, kept) => (byte)(octet & kept)), .. mask], new Asn1Tag(TagClass.ContextSpecific, EncodedName.Ip));
        return From(EncodedName.Ip, writer);
    }

    private static NameConstraint From(int tag, AsnWriter writer)
    {
        var name = new EncodedName(tag, writer.Encode());
        return new NameConstraint(name, Describe(name));
    }

    private static string Describe(EncodedName name) => name.Tag switch
    {
        EncodedName.Dns => "DNS:" + name.Text,
        EncodedName.Email => "email:" + name.Text,
        EncodedName.Uri => "URI:" + name.Text,
        EncodedName.Directory => "dirName:" + name.DirectoryName,
        EncodedName.Ip => "IP:" + NameSubtree.DescribeNetwork(name.Octets),
        _ => $"[{name.Tag}]:{Convert.ToHexString(name.Encoded.Span)}",
    };

    private static NameException Invalid(string text) =>
        new(ErrorCode.NameInvalid, $"'{text}' is not a name constraint. Write DNS:example.com, IP:10.0.0.0/8, email:example.com, URI:.example.com or dirName:O=Acme,C=FR.");
}
