using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MtlsTools.Revocation;

/// <summary>An answer could not be fetched; the message says why, without an end.</summary>
internal sealed class FetchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Fetches small things over HTTP, bounded in size, time and redirects. Nothing that comes is trusted: answers are signed.</summary>
internal static class RevocationFetcher
{
    /// <summary>RFC 5019, 5: requests whose URL is not longer are sent by GET, so that caches can answer.</summary>
    private const int LongestGet = 255;

    private const int LargestResponse = 256 * 1024;
    private const int LargestCrl = 64 * 1024 * 1024;

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = 3,
        UseCookies = false,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks a responder.</summary>
    /// <param name="url">Where it is.</param>
    /// <param name="request">The encoded request.</param>
    /// <param name="mayBeCached">Whether an answer from a cache will do.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FetchException">There is no answer.</exception>
    internal static async Task<byte[]> AskAsync(Uri url, byte[] request, bool mayBeCached, TimeSpan timeout, CancellationToken cancellation)
    {
        var get = $"{url.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(Convert.ToBase64String(request))}";
        using var message = mayBeCached && get.Length <= LongestGet
            ? new HttpRequestMessage(HttpMethod.Get, get)
            : new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(request) { Headers = { ContentType = new MediaTypeHeaderValue("application/ocsp-request") } } };
        message.Headers.Accept.ParseAdd("application/ocsp-response");
        return await SendAsync(message, LargestResponse, timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>Fetches a revocation list, or a certificate.</summary>
    /// <exception cref="FetchException">There is none.</exception>
    internal static async Task<byte[]> GetAsync(Uri url, TimeSpan timeout, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(message, LargestCrl, timeout, cancellation).ConfigureAwait(false);
    }

    private static async Task<byte[]> SendAsync(HttpRequestMessage message, int limit, TimeSpan timeout, CancellationToken cancellation)
    {
        if (message.RequestUri!.Scheme is not ("http" or "https"))
            throw new FetchException($"its scheme '{message.RequestUri.Scheme}' is not fetched, http and https are");
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        both.CancelAfter(timeout);
        try
        {
            using var response = await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new FetchException(Describe(response));
            if (response.Content.Headers.ContentLength > limit)
                throw TooLarge(limit);
            return await ReadAsync(response, limit, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException slow) when (!cancellation.IsCancellationRequested)
        {
            throw new FetchException(string.Create(CultureInfo.InvariantCulture, $"no whole answer came within {timeout.TotalSeconds:0.#} seconds"), slow);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new FetchException($"it can not be reached, or broke off ({(failed.InnerException ?? failed).Message})", failed);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            if (content.Length + count > limit)
                throw TooLarge(limit);
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private static FetchException TooLarge(int limit) => new(string.Create(CultureInfo.InvariantCulture, $"its answer is larger than {limit / 1024} KiB"));

    private static string Describe(HttpResponseMessage response) => (int)response.StatusCode is >= 300 and < 400
        ? $"it redirects, too often or to where it is not followed ('{response.Headers.Location}')"
        : string.Create(CultureInfo.InvariantCulture, $"it answers HTTP {(int)response.StatusCode} ({(HttpStatusCode)response.StatusCode})");
}
