using System.Globalization;
using System.Text;
using MtlsTools.Connections.Diagnosis;

namespace MtlsTools.Connections.Application;

/// <summary>HTTP/1.1.</summary>
internal sealed class HttpProtocol : IApplicationProtocol
{
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
        var read = new ApplicationAnswer { Protocol = "HTTP", Start = text, Status = status, IsProper = status is not null };
        return read with { IsRefusal = IsRefusal(read) };
    }

    /// <summary>401 and 403 are said by the application, which may be what is expected.</summary>
    private bool IsRefusal(ApplicationAnswer answer) => HttpRefusals.Find(answer) is { } refusal && (refusal.Text.Length > 0 || !probe.ExpectedStatus.Contains(answer.Status!.Value));

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
