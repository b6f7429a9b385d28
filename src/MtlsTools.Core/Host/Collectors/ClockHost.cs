using System.Globalization;

namespace MtlsTools.Host;

/// <summary>A host whose clock is asked for: <c>host</c>, <c>host:port</c>, <c>[::1]:123</c>.</summary>
internal sealed record ClockHost(string Name, int? Port)
{
    /// <exception cref="ConnectionException">It is no host.</exception>
    internal static ClockHost Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var isPlain = colon < 0 || text.EndsWith(']') || (text.IndexOf(':', StringComparison.Ordinal) != colon && !text.StartsWith('['));
        var name = (isPlain ? text : text[..colon]).Trim('[', ']');
        var port = 0;
        var isRight = Uri.CheckHostName(name) != UriHostNameType.Unknown && (isPlain || (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535));
        return isRight
            ? new ClockHost(name, isPlain ? null : port)
            : throw new ConnectionException(ErrorCode.TargetInvalid, $"'{text}' is no host whose clock could be asked for. Give a name or address, with a port when it is not the usual one: time.example.com, 192.0.2.1:123, [2001:db8::1]:443.");
    }

    /// <summary>As it was given.</summary>
    public override string ToString() => Port is null ? Name : Name.Contains(':') ? $"[{Name}]:{Port}" : $"{Name}:{Port}";
}
