namespace MtlsTools.Host;

/// <summary>This machine's clock against those of the hosts that were named.</summary>
internal sealed class ClockCollector : IHostCollector
{
    public HostArea Area => HostArea.Clock;

    public string? NotApplicable(HostOptions options) => null;

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        var hosts = options.ClockHosts.Select(ClockHost.Parse).ToList();
        if (hosts.Count == 0)
        {
            facts.Miss(Area, "No host was named to compare the clock with: give -ClockHost, a time server or any web server whose clock is right.", whole: true);
            return;
        }

        var answers = Task.WhenAll(hosts.Select(host => new ClockMeter(options.Clock ?? TimeProvider.System).MeasureAsync(host, cancellation))).GetAwaiter().GetResult();
        for (var i = 0; i < hosts.Count; i++)
        {
            if (answers[i].Reading is { } reading)
                facts.Clocks.Add(reading);
            else
                facts.Miss(Area, answers[i].Failure!, whole: hosts.Count == 1);
        }
    }
}
