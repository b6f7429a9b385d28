using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Rotation;

/// <summary>Clients that never rest: each request is a new connection, with the certificate, key and trust that lie in the client's files at that moment, judged at the simulated time.</summary>
internal sealed class RotationTraffic : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> clients;
    private readonly List<string> failures = [];
    private readonly ManualTimeProvider clock;
    private readonly int port;
    private int count;

    internal RotationTraffic(int port, ManualTimeProvider clock, params (string Identity, string Trust)[] users)
    {
        this.port = port;
        this.clock = clock;
        clients = users.Select(user => Task.Run(() => RunAsync(user.Identity, user.Trust))).ToList();
    }

    internal int Count => Volatile.Read(ref count);

    internal IReadOnlyList<string> Failures
    {
        get
        {
            lock (failures)
                return failures.ToList();
        }
    }

    /// <summary>Waits until so many more requests have been made.</summary>
    internal void WaitFor(int more)
    {
        var until = Count + more;
        Assert.True(SpinWait.SpinUntil(() => Count >= until || clients.Exists(client => client.IsCompleted), TimeSpan.FromSeconds(60)) && Count >= until, string.Join('\n', Failures));
    }

    /// <summary>The status of one request with these files; an exception when there is no answer.</summary>
    internal static async Task<int> RequestAsync(int port, MtlsCertificate identity, IReadOnlyList<MtlsCertificate> trust, DateTimeOffset asOf)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream());
        using var certificate = identity.ToX509WithKey();
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            AllowTlsResume = false,
            ClientCertificateContext = SslStreamCertificateContext.Create(certificate, new X509Certificate2Collection(identity.Intermediates.Select(one => one.X509).ToArray()), offline: true),
            RemoteCertificateValidationCallback = (_, presented, chain, _) =>
            {
                var server = MtlsCertificate.FromPeer(presented!, chain);
                var report = CertificateVerifier.Verify(server, new VerificationOptions { TrustedCas = trust, Intermediates = server.Chain, AsOf = asOf, Purpose = CertificatePurpose.Server, HostName = "localhost" });
                return report.Success ? true : throw new AuthenticationException($"The server's certificate does not verify at {asOf:u}: {report}");
            },
        });
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var answer = new StreamReader(tls);
        return int.Parse((await answer.ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task RunAsync(string identity, string trust)
    {
        while (!stop.IsCancellationRequested)
        {
            var now = clock.Now;
            try
            {
                var status = await RequestAsync(port, Read(identity), CertificateReader.ReadFile(trust), now);
                if (status != 200)
                    Fail($"{now:u} {Path.GetFileName(identity)}: {status}");
                Interlocked.Increment(ref count);
            }
            catch (Exception failed) when (failed is IOException or AuthenticationException or SocketException or MtlsException)
            {
                Fail($"{now:u} {Path.GetFileName(identity)}: {failed}");
            }

            await Task.Delay(40);
        }
    }

    /// <summary>A program that starts between the two renames of a roll-out finds the key of one and the certificate of the other, and starts again.</summary>
    private static MtlsCertificate Read(string identity)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                return CertificateReader.ReadIdentity(identity + ".crt", identity + ".key");
            }
            catch (KeyException moment) when (moment.Code == ErrorCode.KeyMismatch && waited.Elapsed < TimeSpan.FromSeconds(30))
            {
                Thread.Yield();
            }
        }
    }

    private void Fail(string what)
    {
        lock (failures)
            failures.Add(what);
    }

    public void Dispose()
    {
        stop.Cancel();
        Task.WaitAll([.. clients]);
        stop.Dispose();
    }
}
