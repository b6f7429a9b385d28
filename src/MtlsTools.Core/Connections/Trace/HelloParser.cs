namespace MtlsTools.Connections.Trace;

/// <summary>Reads ClientHello and ServerHello (RFC 8446, 4.1; RFC 5246, 7.4.1), and the extensions that other messages share with them.</summary>
internal static class HelloParser
{
    private const int ServerNameType = 0, GroupsType = 10, SignaturesType = 13, AlpnType = 16, VersionsType = 43, IssuersType = 47, KeyShareType = 51;

    /// <summary>The random value by which a ServerHello says that it is a HelloRetryRequest (RFC 8446, 4.1.3).</summary>
    private static readonly byte[] Retry = Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    /// <exception cref="WireFormatException">It breaks its own lengths.</exception>
    internal static TracedMessage Client(TracedMessage message, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var legacy = reader.UInt16();
        reader.Bytes(32);
        reader.Vector(1);
        var suites = WireReader.Numbers(reader.Vector(2));
        reader.Vector(1);
        message = message with { Version = TlsNames.Version(legacy), Versions = [TlsNames.Version(legacy)], CipherSuites = suites.Select(TlsNames.CipherSuite).ToList() };
        if (reader.HasData)
            message = Extensions(message, reader.Vector(2), isClient: true);
        return message with { Summary = Words(("", message.Versions), ("for", message.ServerName is { } name ? [name] : []), ("ALPN", message.ApplicationProtocols)) + $"; {message.CipherSuites.Count} cipher suites" };
    }

    /// <exception cref="WireFormatException">It breaks its own lengths.</exception>
    internal static TracedMessage Server(TracedMessage message, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var legacy = reader.UInt16();
        var isRetry = reader.Bytes(32).SequenceEqual(Retry);
        reader.Vector(1);
        var suite = reader.UInt16();
        reader.UInt8();
        message = message with { Name = isRetry ? "HelloRetryRequest" : message.Name, Version = TlsNames.Version(legacy), CipherSuites = [TlsNames.CipherSuite(suite)] };
        if (reader.HasData)
            message = Extensions(message, reader.Vector(2), isClient: false);
        return message with { Summary = Words(("", [message.Version!]), ("", message.CipherSuites), ("", message.KeyShares)) };
    }

    /// <summary>The number of the cipher suite in a ServerHello that was read.</summary>
    internal static int Suite(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        reader.Bytes(34);
        reader.Vector(1);
        return reader.UInt16();
    }

    /// <summary>The extensions of any message.</summary>
    /// <exception cref="WireFormatException">They break their own lengths.</exception>
    internal static TracedMessage Extensions(TracedMessage message, ReadOnlySpan<byte> extensions, bool isClient)
    {
        var names = new List<string>();
        for (var reader = new WireReader(extensions); reader.HasData;)
        {
            var type = reader.UInt16();
            var content = reader.Vector(2);
            names.Add(TlsNames.Extension(type));
            if (content.Length > 0)
                message = Extension(message, type, content, isClient);
        }

        return message with { Extensions = names };
    }

    private static TracedMessage Extension(TracedMessage message, int type, ReadOnlySpan<byte> content, bool isClient)
    {
        var reader = new WireReader(content);
        switch (type)
        {
            case ServerNameType when isClient:
                var list = new WireReader(reader.Vector(2));
                return list.UInt8() == 0 ? message with { ServerName = Text(list.Vector(2)) } : message;
            case GroupsType:
                return message with { Groups = WireReader.Numbers(reader.Vector(2)).Select(TlsNames.Group).ToList() };
            case SignaturesType:
                return message with { SignatureAlgorithms = WireReader.Numbers(reader.Vector(2)).Select(TlsNames.Signature).ToList() };
            case AlpnType:
                return message with { ApplicationProtocols = Protocols(reader.Vector(2)) };
            case VersionsType when isClient:
                var offered = WireReader.Numbers(reader.Vector(1));
                return message with { Versions = offered.Select(TlsNames.Version).ToList(), Version = TlsNames.Version(offered.Where(number => number <= 0x0304).DefaultIfEmpty(0x0303).Max()) };
            case VersionsType:
                return message with { Version = TlsNames.Version(reader.UInt16()) };
            case IssuersType:
                return message with { AcceptableIssuers = Issuers(reader.Vector(2)) };
            case KeyShareType:
                return message with { KeyShares = Shares(isClient ? reader.Vector(2) : content, isClient) };
            default:
                return message;
        }
    }

    /// <summary>A list of encoded names, as CertificateRequest has it.</summary>
    internal static List<string> Issuers(ReadOnlySpan<byte> list)
    {
        var issuers = new List<string>();
        for (var reader = new WireReader(list); reader.HasData;)
            issuers.Add(IssuerNames.Decode(reader.Vector(2).ToArray()));
        return issuers;
    }

    /// <summary>Non-empty lists with a word before each.</summary>
    internal static string Words(params (string Label, IReadOnlyList<string> Values)[] parts) =>
        string.Join("; ", parts.Where(part => part.Values.Count > 0).Select(part => $"{part.Label} {string.Join(", ", part.Values)}".Trim()));

    private static List<string> Protocols(ReadOnlySpan<byte> list)
    {
        var protocols = new List<string>();
        for (var reader = new WireReader(list); reader.HasData;)
            protocols.Add(Text(reader.Vector(1)));
        return protocols;
    }

    /// <summary>A client sends shares with their keys, a server one, or in a HelloRetryRequest the group alone.</summary>
    private static List<string> Shares(ReadOnlySpan<byte> list, bool several)
    {
        var groups = new List<string>();
        var reader = new WireReader(list);
        do
        {
            if (!reader.HasData)
                break;
            groups.Add(TlsNames.Group(reader.UInt16()));
            if (reader.HasData)
                reader.Vector(2);
        }
        while (several);
        return groups;
    }

    /// <summary>What should be ASCII, with anything else made harmless.</summary>
    private static string Text(ReadOnlySpan<byte> bytes) =>
        string.Concat(System.Text.Encoding.Latin1.GetString(bytes).Select(character => character is > ' ' and <= '~' ? character : '?'));
}
