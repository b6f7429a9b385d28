using System.Net.Sockets;

namespace MtlsTools.Host;

/// <summary>Measures how far this machine's clock is from another's: by SNTP, and where nobody answers that, by the Date of a web server.</summary>
/// <param name="clock">This machine's.</param>
internal sealed class ClockMeter(TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    internal async Task<(ClockReading? Reading, string? Failure)> MeasureAsync(ClockHost host, CancellationToken cancellation)
    {
        var failures = new List<string>();
        foreach (var (means, measure) in Means(host))
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(Limit);
                return (new ClockReading(host.ToString(), await measure(limit.Token).ConfigureAwait(false), means), null);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                failures.Add($"{means}: no answer within {Limit.TotalSeconds:0} seconds");
            }
            catch (Exception failure) when (failure is SocketException or HttpRequestException or IOException or InvalidDataException)
            {
                failures.Add($"{means}: {failure.Message.TrimEnd('.')}");
            }
        }

        return (null, $"The clock of {host} could not be asked for. {string.Join("; ", failures)}.");
    }

    private IEnumerable<(string Means, Func<CancellationToken, Task<TimeSpan>> Measure)> Means(ClockHost host)
    {
        yield return ($"SNTP (UDP port {host.Port ?? 123})", token => SntpClient.MeasureAsync(host.Name, host.Port ?? 123, clock, token));
        yield return ($"the Date of a web server (https, port {host.Port ?? 443})", token => HttpDate.MeasureAsync("https", host.Name, host.Port ?? 443, clock, token));
        yield return ($"the Date of a web server (http, port {host.Port ?? 80})", token => HttpDate.MeasureAsync("http", host.Name, host.Port ?? 80, clock, token));
    }
}
