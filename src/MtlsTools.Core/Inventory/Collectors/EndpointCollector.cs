using MtlsTools.Connections;

namespace MtlsTools.Inventory;

/// <summary>Looks at the certificates that live servers show: so many servers at a time.</summary>
internal static class EndpointCollector
{
    /// <summary>What each server shows, in the order of the targets. An endpoint that is down is an item as well.</summary>
    internal static async Task<IReadOnlyList<Found>[]> ReadAsync(InventoryOptions options, Action done, CancellationToken cancellation)
    {
        var found = new IReadOnlyList<Found>[options.Endpoints.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.ThrottleLimit, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, found.Length), limits, async (i, token) =>
        {
            found[i] = await ReadAsync(options.Endpoints[i], options.Timeout, token).ConfigureAwait(false);
            done();
        }).ConfigureAwait(false);
        return found;
    }

    private static async Task<IReadOnlyList<Found>> ReadAsync(ConnectionTarget target, TimeSpan timeout, CancellationToken cancellation)
    {
        var place = target.ToPlace();
        try
        {
            var shown = await ServerCertificates.ReadAsync(target, null, timeout, cancellation).ConfigureAwait(false);
            return [new Found(InventorySource.Endpoint, place) { Certificate = shown }, .. shown.Chain.Select(issuer => new Found(InventorySource.Endpoint, place) { Certificate = issuer, ComesAlong = true })];
        }
        catch (MtlsException failure)
        {
            return [Found.Failed(InventorySource.Endpoint, place, failure.Message)];
        }
    }

    private static string ToPlace(this ConnectionTarget target) => target.Host.Contains(':') ? $"[{target.Host}]:{target.Port}" : $"{target.Host}:{target.Port}";
}
