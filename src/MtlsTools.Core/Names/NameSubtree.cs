using System.Net;

namespace MtlsTools.Names;

/// <summary>Which names lie in the subtree of a name constraint (RFC 5280, 4.2.1.10), kind by kind.</summary>
internal static class NameSubtree
{
    /// <summary>Whether the name has the part that constraints speak about; RFC 5280 refuses a URI without a host name wherever URIs are constrained.</summary>
    internal static bool CanPlace(EncodedName name) => name.Tag switch
    {
        EncodedName.Uri => HostOf(name.Text) is not null,
        EncodedName.Email => name.Text.Contains('@', StringComparison.Ordinal),
        _ => true,
    };

    /// <summary>The host and all hosts below it; with a leading dot, which tools write though the RFC does not know it, those below alone. A wildcard lies within when all that it covers does.</summary>
    internal static bool HoldsDns(string subtree, string name)
    {
        subtree = subtree.TrimEnd('.');
        name = name.TrimEnd('.');
        if (subtree.Length == 0)
            return true;
        if (name.StartsWith("*.", StringComparison.Ordinal))
            return IsSameOrBelow(name[2..], subtree.TrimStart('.'));
        return subtree[0] == '.' ? IsBelow(name, subtree) : IsSameOrBelow(name, subtree);
    }

    /// <summary>Whether the wildcard covers a host of the subtree: <c>*.example.com</c> covers <c>secret.example.com</c>.</summary>
    internal static bool WildcardReaches(string subtree, string name)
    {
        subtree = subtree.TrimEnd('.');
        name = name.TrimEnd('.');
        var dot = subtree.IndexOf('.', StringComparison.Ordinal);
        return name.StartsWith("*.", StringComparison.Ordinal) && dot > 0 && Same(subtree.AsSpan(dot + 1), name.AsSpan(2));
    }

    /// <summary>One mailbox, all of a host, or (leading dot) all of the hosts below a domain.</summary>
    internal static bool HoldsEmail(string subtree, string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 0)
            return false;
        var host = address[(at + 1)..];
        var split = subtree.LastIndexOf('@');
        return split >= 0
            ? Same(subtree.AsSpan(split + 1), host) && subtree.AsSpan(0, split).SequenceEqual(address.AsSpan(0, at))
            : HoldsHost(subtree, host);
    }

    /// <summary>The URI's host; a URI without a host name, or with an address, lies in no subtree.</summary>
    internal static bool HoldsUri(string subtree, string uri) => HostOf(uri) is { } host && HoldsHost(subtree, host);

    /// <summary>An address of the network, which stands as address and mask.</summary>
    internal static bool HoldsAddress(ReadOnlySpan<byte> network, ReadOnlySpan<byte> address)
    {
        if (network.Length != address.Length * 2)
            return false;
        var mask = network[address.Length..];
        for (var i = 0; i < address.Length; i++)
        {
            if ((address[i] & mask[i]) != (network[i] & mask[i]))
                return false;
        }

        return true;
    }

    /// <summary>A name that begins with all parts of the subtree.</summary>
    internal static bool HoldsDirectoryName(DistinguishedName subtree, DistinguishedName name) =>
        name.Parts.Count >= subtree.Parts.Count && subtree.Parts.Zip(name.Parts).All(pair => IsSamePart(pair.First, pair.Second));

    internal static string DescribeNetwork(byte[] network)
    {
        if (network.Length is not (8 or 32))
            return Convert.ToHexString(network);
        var half = network.Length / 2;
        var mask = network.AsSpan(half);
        var prefix = 0;
        while (prefix < half * 8 && (mask[prefix / 8] & (0x80 >> (prefix % 8))) != 0)
            prefix++;
        var isPrefix = true;
        for (var bit = prefix; bit < half * 8; bit++)
            isPrefix &= (mask[bit / 8] & (0x80 >> (bit % 8))) == 0;
        return $"{new IPAddress(network.AsSpan(0, half))}/{(isPrefix ? prefix.ToString(System.Globalization.CultureInfo.InvariantCulture) : new IPAddress(mask).ToString())}";
    }

    private static bool HoldsHost(string subtree, string host) =>
        subtree.Length == 0 || (subtree[0] == '.' ? IsBelow(host, subtree) : Same(subtree, host));

    private static string? HostOf(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var authority = uri[(start + 3)..];
        var end = authority.IndexOfAny(['/', '?', '#']);
        authority = end < 0 ? authority : authority[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? authority : authority[..colon];
        return host.Length == 0 || host[0] == '[' || IPAddress.TryParse(host, out _) ? null : host;
    }

    private static bool IsSameOrBelow(string name, string parent) => Same(name, parent) || IsBelow(name, "." + parent);

    private static bool IsBelow(string name, string dotted) => name.Length > dotted.Length && name.EndsWith(dotted, StringComparison.OrdinalIgnoreCase);

    private static bool Same(ReadOnlySpan<char> one, ReadOnlySpan<char> other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool IsSamePart(IReadOnlyList<AttributeTypeAndValue> one, IReadOnlyList<AttributeTypeAndValue> other) =>
        one.Count == other.Count && one.All(attribute => other.Any(candidate => candidate.Oid == attribute.Oid && Same(Fold(candidate.Value), Fold(attribute.Value))));

    /// <summary>RFC 5280, 7.1: letter case and the amount of space make no difference.</summary>
    internal static string Fold(string value) => string.Join(' ', value.Normalize(System.Text.NormalizationForm.FormKC).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
