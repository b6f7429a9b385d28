using System.Net;

namespace MtlsTools.Names;

/// <summary>Host names: their form, and their match with a certificate's names (RFC 6125 / RFC 9525: subjectAltName only, wildcard as the whole first label).</summary>
public static class HostName
{
    /// <summary>Whether the text is a host name, possibly with a wildcard as its whole first label.</summary>
    public static bool IsWellFormed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 253)
            return false;
        var labels = (name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name).Split('.');

        // A last label of digits alone would be read as an address (RFC 1123, 2.1).
        return labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    /// <summary>Whether one of the names covers the host. The common name is never looked at.</summary>
    public static bool Matches(IEnumerable<AlternativeName> names, string host)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(host);
        host = host.Trim('[', ']').TrimEnd('.');
        if (IPAddress.TryParse(host, out var address))
            return names.Any(name => name.Kind == AlternativeNameKind.IpAddress && IPAddress.TryParse(name.Value, out var entry) && entry.Equals(address));
        if (!host.All(char.IsAscii))
            host = AlternativeName.Dns(host).Value;
        return names.Any(name => name.Kind == AlternativeNameKind.Dns && Covers(name.Value, host));
    }

    private static bool Covers(string pattern, string host)
    {
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
            return pattern.Equals(host, StringComparison.OrdinalIgnoreCase);
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
