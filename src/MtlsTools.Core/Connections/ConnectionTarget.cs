namespace MtlsTools.Connections;

/// <summary>Where a connection goes: host, port and request path.</summary>
public sealed record ConnectionTarget
{
    private const int HttpsPort = 443;

    private ConnectionTarget(Uri uri)
    {
        Uri = uri;
    }

    /// <summary>The target as an https URI.</summary>
    public Uri Uri { get; }

    /// <summary>The host name, or the address without brackets.</summary>
    public string Host => Uri.IdnHost.Trim('[', ']');

    /// <summary>The port; 443 when the text names none.</summary>
    public int Port => Uri.Port;

    /// <summary>Reads <c>https://host:port/path</c>, <c>host:port</c>, <c>[v6]:port</c> or <c>host</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultPort">The port of a target without https:// that names none.</param>
    /// <exception cref="InputException">The text is none of these.</exception>
    public static ConnectionTarget Parse(string text, int defaultPort = HttpsPort)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : "https://" + text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.Host.Length == 0 || uri.Port <= 0)
            throw new InputException(ErrorCode.TargetInvalid, $"'{text}' is not a target that can be called over TLS. Write https://host:port/path, host:port or host.");
        var takesDefault = !hasScheme && defaultPort != HttpsPort && uri.IsDefaultPort && !text.Split('/', '?', '#')[0].EndsWith(":443", StringComparison.Ordinal);
        return new ConnectionTarget(takesDefault ? new UriBuilder(uri) { Port = defaultPort }.Uri : uri);
    }

    /// <summary>host:port.</summary>
    public override string ToString() => $"{Uri.Host}:{Port}";
}
