using System.Net;

namespace MtlsTools.Connections;

/// <summary>The HTTP proxy that connections go through (CONNECT); it sees the target's name and nothing of what is said.</summary>
public sealed class ProxyOptions
{
    private ProxyOptions(Uri address, NetworkCredential? credential)
    {
        Address = address;
        Credential = credential;
    }

    /// <summary>Where the proxy is.</summary>
    public Uri Address { get; }

    /// <summary>Whom the proxy lets through (Basic authentication), or null.</summary>
    public NetworkCredential? Credential { get; }

    /// <summary>Reads <c>http://host:port</c> or <c>host:port</c>.</summary>
    /// <param name="address">The proxy.</param>
    /// <param name="credential">Whom the proxy lets through, or null.</param>
    /// <exception cref="InputException">The text is neither.</exception>
    public static ProxyOptions Create(string address, NetworkCredential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        var whole = address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address;
        return Uri.TryCreate(whole, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.Host.Length > 0 && uri.Port > 0 && uri.UserInfo.Length == 0 && uri.PathAndQuery == "/"
            ? new ProxyOptions(uri, credential)
            : throw new InputException(ErrorCode.ProxyInvalid, $"'{whole.Replace(UserInfo(whole), "", StringComparison.Ordinal)}' is not a proxy that can be used. Write http://host:port, and give a user and password with -ProxyCredential.");
    }

    /// <summary>host:port.</summary>
    public override string ToString() => $"{Address.Host}:{Address.Port}";

    /// <summary>A password in the address must not come back in a message.</summary>
    private static string UserInfo(string address) => address.LastIndexOf('@') is > 0 and var at ? address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..(at + 1)] : "\0";
}
