using System.Net.Http.Headers;
using System.Security.Authentication;

namespace MtlsTools.Connections;

/// <summary>A request over mutual TLS failed; the report of a test of the same connection says why.</summary>
public sealed class MtlsRequestException : MtlsException
{
    internal MtlsRequestException(string message, ConnectionReport? report, Exception inner)
        : base(ErrorCode.RequestFailed, message, null, inner) => Report = report;

    /// <summary>What a test of the connection showed, or null when the request ran out of time.</summary>
    public ConnectionReport? Report { get; }
}

/// <summary>The answer to a request.</summary>
public sealed class MtlsResponse
{
    internal MtlsResponse(Uri uri, HttpResponseMessage message, byte[] content, System.Text.Encoding encoding)
    {
        Uri = uri;
        StatusCode = (int)message.StatusCode;
        StatusDescription = message.ReasonPhrase;
        IsSuccess = message.IsSuccessStatusCode;
        Headers = message.Headers.Concat(message.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        RawContent = content;
        Content = encoding.GetString(content);
    }

    /// <summary>What was asked.</summary>
    public Uri Uri { get; }

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>The status in words.</summary>
    public string? StatusDescription { get; }

    /// <summary>Whether the status is one of success.</summary>
    public bool IsSuccess { get; }

    /// <summary>The answer's headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as text.</summary>
    public string Content { get; }

    /// <summary>The body's bytes.</summary>
    public byte[] RawContent { get; }

    /// <summary>The body.</summary>
    public override string ToString() => Content;
}

/// <summary>One request over mutual TLS, with a reason in words when it fails.</summary>
public static class MtlsRequest
{
    /// <summary>Makes a request; what can not be sent as it was given is an error, and nothing is left out silently.</summary>
    /// <param name="uri">Where to.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="headers">The headers; a Content-Type among them goes before <paramref name="contentType"/>.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="contentType">The body's media type.</param>
    /// <exception cref="InputException">A header or the media type is malformed.</exception>
    public static HttpRequestMessage Create(Uri uri, string method, IEnumerable<KeyValuePair<string, string>> headers, string? body, string contentType)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(contentType, out var type)
                ? type
                : throw new InputException(ErrorCode.HeaderInvalid, $"'{contentType}' is not a media type. Write it as application/json or text/plain; charset=utf-8.");
        }

        foreach (var (name, value) in headers)
        {
            // A header of the body is refused by the request's own headers.
            var sent = value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 && (request.Headers.TryAddWithoutValidation(name, value) || TryReplace(request.Content?.Headers, name, value));
            if (!sent)
                throw new InputException(ErrorCode.HeaderInvalid, $"The header '{name}' can not be sent: its name or value is malformed, or it describes a body and there is none. Correct it, or give -Body.");
        }

        return request;
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="MtlsRequestException">The connection failed; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public static async Task<MtlsResponse> SendAsync(ConnectionTarget target, ConnectionOptions options, HttpRequestMessage request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(request);
        using var client = new MtlsHttpClient(options);
        try
        {
            using var message = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            var content = await message.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return new MtlsResponse(target.Uri, message, content, EncodingOf(message));
        }
        catch (TaskCanceledException slow) when (!cancellation.IsCancellationRequested)
        {
            throw new MtlsRequestException($"{target.Uri} did not answer within {options.Timeout.TotalSeconds:0.###} seconds. Check the server, or give more -TimeoutSec.", null, slow);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or AuthenticationException)
        {
            var report = await ConnectionTester.TestAsync(target, options, cancellation).ConfigureAwait(false);
            var reason = report.Findings.Count > 0 ? $"{report.Findings[0].Cause} {report.Findings[0].Remedy}" : $"{failed.Message} A second attempt succeeded; look into the server's log.";
            throw new MtlsRequestException($"The request to {target.Uri} failed at the stage {report.Stage}. {reason}", report, failed);
        }
    }

    private static bool TryReplace(HttpContentHeaders? headers, string name, string value)
    {
        if (headers is null || !headers.TryAddWithoutValidation(name, value))
            return false;
        headers.Remove(name);
        return headers.TryAddWithoutValidation(name, value);
    }

    private static System.Text.Encoding EncodingOf(HttpResponseMessage message)
    {
        try
        {
            return message.Content.Headers.ContentType?.CharSet is { } name ? System.Text.Encoding.GetEncoding(name.Trim('"')) : System.Text.Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return System.Text.Encoding.UTF8; // A charset nobody knows.
        }
    }
}
