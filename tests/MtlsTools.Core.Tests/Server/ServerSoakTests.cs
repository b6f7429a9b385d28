using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Tests.Support;
using Xunit.Abstractions;

namespace MtlsTools.Tests.Server;

/// <summary>Thousands of requests and as much abuse as fits beside them: all are answered, and nothing that the server uses grows. MTLSTOOLS_SOAK_SECONDS says how long (20 for 3,333 requests; 60 for ten thousand).</summary>
public sealed class ServerSoakTests(LivePki pki, ITestOutputHelper output) : IClassFixture<LivePki>
{
    private const int Concurrency = 64;
    private const int LeastInAMinute = 10_000;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("MTLSTOOLS_SOAK_SECONDS") ?? "20", CultureInfo.InvariantCulture));
    private static readonly long Least = (long)(LeastInAMinute * Length.TotalMinutes);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long asked;
    private long answered;

    private sealed record Usage(long Accepted, long Refused, long Descriptors, long HeapKb, long WorkingSetKb, long Threads, long ProcessorMs);

    [SkippableFact]
    public async Task Everybody_is_answered_and_nothing_grows()
    {
        var server = pki.SavePair("soak server", pki.Server).Certificate;
        using var process = Peer.Require("dotnet").Start(IssuerProcess.Program, "serve", server, pki.ClientRoot.CertificatePath);
        process.WaitFor("port ");
        var port = int.Parse(process.All.Split(' ', '\n')[1], CultureInfo.InvariantCulture);
        using var identity = TlsIdentity.Create(pki.Client);
        using var over = new CancellationTokenSource();
        var abuse = Task.Run(() => AbuseAsync(port, over.Token));

        var clients = Enumerable.Range(0, Concurrency).Select(_ => Task.Run(() => AskAgainAndAgainAsync(port, identity))).ToList();
        await Task.WhenAny(Task.WhenAll(clients), Task.Delay(Length / 3));
        var early = Measure(process);
        await Task.WhenAll(clients);
        await over.CancelAsync();
        await abuse;

        // What clients left behind is let go after the server's five seconds.
        var late = Measure(process);
        for (var i = 0; i < 100 && late.Descriptors > early.Descriptors; i++)
        {
            await Task.Delay(100);
            late = Measure(process);
        }

        output.WriteLine($"{answered} of {asked} requests in {clock.Elapsed.TotalSeconds:F0} s; {early}; {late}");
        Assert.Equal(asked, answered);
        Assert.True(asked >= Least);
        Assert.Equal(answered, late.Accepted);
        Assert.True(late.Refused > 0, "There was no abuse.");
        Assert.InRange(late.Descriptors, 1, early.Descriptors);
        Assert.InRange(late.HeapKb, 1, early.HeapKb + 8 * 1024); // the record of a thousand connections fills up
        Assert.InRange(late.WorkingSetKb, 1, early.WorkingSetKb + 128 * 1024); // the C library keeps what it was given for a while
        Assert.InRange(late.Threads, 1, early.Threads + 24); // the pool adds some while clients press
    }

    private static Usage Measure(PeerProcess process)
    {
        var before = process.All.Split("uses ").Length;
        process.Send("\n");
        Assert.True(SpinWait.SpinUntil(() => process.All.Split("uses ").Length > before && process.All.EndsWith('\n'), TimeSpan.FromSeconds(60)));
        var numbers = process.All.Split("uses ")[^1].Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new Usage(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
    }

    /// <summary>Spread over the time, so that the machine is busy and not overrun.</summary>
    private async Task AskAgainAndAgainAsync(int port, TlsIdentity identity)
    {
        var pace = TimeSpan.FromSeconds(60) / LeastInAMinute;
        while (clock.Elapsed < Length || Interlocked.Read(ref asked) < Least)
        {
            var number = Interlocked.Increment(ref asked);
            var early = pace * number - clock.Elapsed;
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
            if ((await AskAsync(port, identity)).EndsWith("\r\n\r\nhello", StringComparison.Ordinal))
                Interlocked.Increment(ref answered);
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "The server is the test's own, and it is the one under test.")]
    private static async Task<string> AskAsync(int port, TlsIdentity identity)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificateContext = identity.Context, RemoteCertificateValidationCallback = (_, _, _, _) => true, CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true }, AllowTlsResume = false });
        await tls.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(tls, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Half-open and reset connections, garbage, half a hello, clients without a certificate; a few in flight at any time.</summary>
    private static async Task AbuseAsync(int port, CancellationToken over)
    {
        var kept = new Queue<TcpClient>();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var stranger = new TcpClient();
            kept.Enqueue(stranger);
            await stranger.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
            stranger.LingerState = new LingerOption(i % 2 == 0, 0); // every other one is reset
            try
            {
                await stranger.GetStream().WriteAsync((i % 4) switch
                {
                    0 => [],
                    1 => new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 },
                    2 => new byte[] { 255, 0, 255 },
                    _ => System.Text.Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"),
                }, CancellationToken.None);
            }
            catch (IOException)
            {
                // Thrown out already.
            }

            if (i % 16 == 0)
                await RawTls.TryAskAsync(port);
            while (kept.Count > 50)
                kept.Dequeue().Dispose();
            await Task.Delay(20, CancellationToken.None);
        }

        while (kept.TryDequeue(out var last))
            last.Dispose();
    }
}
