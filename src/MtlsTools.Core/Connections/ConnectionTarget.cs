namespace MtlsTools.Connections;

/// <summary>Where a connection goes: host, port and request path.</summary>
public sealed record ConnectionTarget
{
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

    /// <summary>Reads <c>https://host:port/path</c>, <c>host:port</c> or <c>host</c>.</summary>
    /// <exception cref="InputException">The text is none of these.</exception>
    public static ConnectionTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(whole, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Host.Length > 0 && uri.Port > 0
            ? new ConnectionTarget(uri)
            : throw new InputException(ErrorCode.TargetInvalid, $"'{text}' is not a target that can be called over TLS. Write https://host:port/path, host:port or host.");
    }

    /// <summary>host:port.</summary>
    public override string ToString() => $"{Uri.Host}:{Port}";
}
