namespace MtlsTools.Host;

/// <summary>The time by the Date header of a web server: right to about a second.</summary>
internal static class HttpDate
{
    /// <summary>How far this machine's clock is ahead.</summary>
    /// <exception cref="HttpRequestException">The server can not be reached, or does not speak HTTP.</exception>
    /// <exception cref="InvalidDataException">It names no date.</exception>
    internal static async Task<TimeSpan> MeasureAsync(string scheme, string host, int port, TimeProvider clock, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };

        // With a wrong clock no certificate can be judged, and the server is told nothing: that it shows one is enough.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Head, new UriBuilder(scheme, host, port).Uri);
        var sent = clock.GetUtcNow();
        var watch = clock.GetTimestamp();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        var middle = sent + (clock.GetElapsedTime(watch) / 2);

        // The header's seconds are cut off: on average half a second is missing.
        return response.Headers.Date is { } date ? middle - date.AddSeconds(0.5) : throw new InvalidDataException("the answer names no date");
    }
}
