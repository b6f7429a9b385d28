using System.Globalization;
using System.Text;
using MtlsTools.Connections.Application;

namespace MtlsTools.Connections;

/// <summary>What an HTTP server is asked.</summary>
public sealed record HttpProbe
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <summary>The method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path with its query; null takes the target's.</summary>
    public string? Path { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The statuses that are success; empty when any answer is, since any answer proves the connection.</summary>
    public IReadOnlyList<int> ExpectedStatus { get; init; } = [];

    /// <exception cref="InputException">A part of it can not be sent.</exception>
    internal void Check()
    {
        if (Headers.Select(header => header.Key).FirstOrDefault(name => !IsToken(name)) is { } wrong)
            throw new InputException(ErrorCode.HeaderInvalid, $"'{wrong}' is not the name of a header. Use letters, digits and hyphens.");
        if (Headers.FirstOrDefault(header => header.Value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || !header.Value.All(c => c <= 0xFF)) is { Key: { } name })
            throw new InputException(ErrorCode.HeaderInvalid, $"The value of the header '{name}' can not be sent: it has a line break, or a character outside of Latin-1. Correct it.");
        if (Path is { } path && !(path.StartsWith('/') && path.All(c => c is > ' ' and < '\x7F')))
            throw new InputException(ErrorCode.TargetInvalid, $"'{path}' is not a request path. Begin it with /, and write spaces and other characters as %20 and so on.");
    }

    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c, StringComparison.Ordinal));
}

/// <summary>HTTP/1.1.</summary>
internal sealed class HttpProtocol : IApplicationProtocol
{
    /// <summary>nginx answers 400 with one of these bodies instead of an alert.</summary>
    private static readonly string[] RefusalBodies = ["No required SSL certificate was sent", "The SSL certificate error"];

    private readonly HttpProbe probe;

    internal HttpProtocol(ConnectionTarget target, string? serverName, HttpProbe probe)
    {
        this.probe = probe;
        var request = new StringBuilder($"{probe.Method} {probe.Path ?? target.Uri.PathAndQuery} HTTP/1.1\r\n");
        var headers = probe.Headers;
        foreach (var (name, value) in new[] { ("Host", HostHeader(target.Uri, serverName)), ("User-Agent", "MtlsTools"), ("Accept", "*/*"), ("Connection", "close") })
        {
            if (!headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                request.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        foreach (var (name, value) in headers)
            request.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (probe.Method is "POST" or "PUT" or "PATCH")
            request.Append("Content-Length: 0\r\n");
        Request = System.Text.Encoding.Latin1.GetBytes(request.Append("\r\n").ToString());
    }

    public ReadOnlyMemory<byte> Request { get; }

    /// <summary>The Host header agrees with the name in the handshake: servers refuse requests where the two differ (421).</summary>
    internal static string HostHeader(Uri uri, string? serverName) =>
        serverName is null ? uri.Authority : uri.IsDefaultPort ? serverName : string.Create(CultureInfo.InvariantCulture, $"{serverName}:{uri.Port}");

    internal static int? ParseStatus(string text) =>
        text.Length >= 12 && text.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;

    /// <summary>The status says enough, except where it may be a refusal: there the body tells whether the certificate is meant.</summary>
    public AnswerState Look(ReadOnlySpan<byte> answer)
    {
        if (!"HTTP/1."u8.StartsWith(answer[..Math.Min(7, answer.Length)]))
            return AnswerState.Complete;
        if (answer.Length < 13)
            return AnswerState.Begun;
        if (answer[9] != '4')
            return AnswerState.Complete;
        return HasBody(answer) ? AnswerState.Complete : AnswerState.Judgeable;
    }

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        var text = System.Text.Encoding.Latin1.GetString(answer);
        var status = ParseStatus(text);
        return new ApplicationAnswer { Protocol = "HTTP", Status = status, IsProper = status is not null, IsRefusal = IsRefusal(status, text) };
    }

    /// <summary>Statuses with which web servers refuse a client over its certificate; 401 and 403 are said by the application, which may be what is expected.</summary>
    private bool IsRefusal(int? status, string text) => status switch
    {
        400 => RefusalBodies.Any(body => text.Contains(body, StringComparison.Ordinal)),
        401 or 403 => !probe.ExpectedStatus.Contains(status.Value),
        495 or 496 => true,
        _ => false,
    };

    private static bool HasBody(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var body = answer[(end + 4)..];
        foreach (var line in System.Text.Encoding.Latin1.GetString(answer[..end]).Split("\r\n"))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) && long.TryParse(line.AsSpan(15), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var length))
                return body.Length >= length;
        }

        return body.IndexOf("</html>"u8) >= 0 || body.EndsWith("0\r\n\r\n"u8);
    }
}
