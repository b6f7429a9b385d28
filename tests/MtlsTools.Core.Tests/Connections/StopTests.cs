using System.Diagnostics;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Connections;

/// <summary>Whatever a test is waiting for, a stop ends it at once.</summary>
public sealed class StopTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    [SkippableTheory]
    [InlineData("connect")]
    [InlineData("proxy")]
    [InlineData("starttls")]
    [InlineData("handshake")]
    [InlineData("answer")]
    [InlineData("quiet")]
    [InlineData("reason")]
    [InlineData("pause")]
    public async Task At_every_stage(string stage)
    {
        Skip.If(stage == "connect" && !OperatingSystem.IsLinux(), "Only Linux drops connections beyond a listener's queue.");
        using var full = stage == "connect" ? new FullListener() : null;
        using var silent = ScriptedServer.Silent();
        using var closing = ScriptedServer.OnTcp((_, _) => Task.CompletedTask);
        using var shaking = ScriptedServer.OnTls(
            pki.Server,
            async (tls, token) =>
            {
                if (stage == "reason")
                    await ScriptedServer.SayAsync(tls, "HTTP/1.1 400 Bad Request\r\n", token);
                await Task.Delay(Timeout.Infinite, token);
            },
            asks: true);
        var options = new ConnectionOptions { Certificate = pki.Client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromMinutes(5) };
        var (target, changed) = stage switch
        {
            "connect" => (full!.Target, options),
            "proxy" => (Of(shaking), options with { Proxy = ProxyOptions.Create($"127.0.0.1:{silent.Port}") }),
            "starttls" => (Of(silent), options with { StartTls = StartTlsProtocol.Smtp }),
            "handshake" => (Of(silent), options),
            "quiet" => (Of(shaking), options with { Protocol = ApplicationProtocol.Raw }),
            "pause" => (Of(closing), options with { Retries = 100 }),
            _ => (Of(shaking), options),
        };

        // The machine may be busy with something else for a moment; the test may not.
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5 && best >= AtOnce; i++)
        {
            using var stop = new CancellationTokenSource();
            var test = ConnectionTester.TestAsync(target, changed, stop.Token);
            await Task.Delay(stage == "connect" ? 50 : 300);
            Assert.False(test.IsCompleted, stage);
            var clock = Stopwatch.StartNew();
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test);
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }

        Assert.InRange(best, TimeSpan.Zero, AtOnce);
    }

    private static ConnectionTarget Of(ScriptedServer server) => ConnectionTarget.Parse($"localhost:{server.Port}");
}
