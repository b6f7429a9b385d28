using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Connections;

namespace MtlsTools.Benchmarks;

/// <summary>Testing a connection, beside the platform's bare handshake and request; and a thousand endpoints in one run, beside openssl s_client for each.</summary>
internal static class ConnectionBenchmark
{
    private const int Warmup = 50;
    private const int Rounds = 400;
    private const int FleetRounds = 3;
    private const int ThrottleLimit = 64;
    private const double Goal = 1.2;

    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    internal static bool Run(string module)
    {
        Console.WriteLine("Testing connections");
        if (!Shell.Exists("nginx"))
        {
            Console.WriteLine("  skipped: nginx is missing (Debian package nginx-light)\n");
            return true;
        }

        using var endpoints = new NginxEndpoints();
        var good = OneConnection(endpoints);
        Fleet(endpoints, module);
        return good;
    }

    private static bool OneConnection(NginxEndpoints endpoints)
    {
        using var certificate = endpoints.Client.ToX509WithKey();
        var context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        var target = ConnectionTarget.Parse(string.Create(CultureInfo.InvariantCulture, $"localhost:{endpoints.Port}"));
        var options = new ConnectionOptions { Certificate = endpoints.Client, TrustedCas = [endpoints.Root] };
        using var tester = ConnectionTester.Create(options);
        string[] names = ["SslStream, handshake and request", "MtlsTools, one tester for all", "SslStream, with a context for each", "MtlsTools, a tester for each"];
        var measured = names.Select(name => new Measured(name)).ToArray();

        // Who goes first changes from round to round, so that neither always finds the other's traces in the caches.
        for (var round = -Warmup; round < Rounds; round++)
        {
            Action[] turns =
            [
                () => BareAsync(endpoints, context).GetAwaiter().GetResult(),
                () => Expect(tester.TestAsync(target).GetAwaiter().GetResult()),
                () => BareAsync(endpoints, SslStreamCertificateContext.Create(certificate, null, offline: true)).GetAwaiter().GetResult(),
                () => Expect(ConnectionTester.TestAsync(target, options).GetAwaiter().GetResult()),
            ];
            for (var turn = 0; turn < turns.Length; turn++)
            {
                var which = (turn + round + Warmup) % turns.Length;
                (round < 0 ? new Measured("") : measured[which]).Time(turns[which]);
            }
        }

        var share = measured[1].Median / measured[0].Median;
        Console.WriteLine($"  {string.Join("\n  ", measured.AsEnumerable())}\n  A test costs {share:F2} times the bare handshake and request (goal: at most {Goal}), {measured[3].Median / measured[2].Median:F2} times where both prepare anew each time\n");
        return share <= Goal;
    }

    /// <summary>What any program has to do: look up, connect, shake hands with the server's chain verified, ask, read.</summary>
    private static async Task BareAsync(NginxEndpoints endpoints, SslStreamCertificateContext context)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new DnsEndPoint("localhost", endpoints.Port, AddressFamily.InterNetwork)).ConfigureAwait(false);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(endpoints.Root.X509);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificateContext = context, CertificateChainPolicy = policy, AllowTlsResume = false }).ConfigureAwait(false);
        await tls.WriteAsync(Request).ConfigureAwait(false);
        var answer = new byte[4096];
        if (await tls.ReadAsync(answer).ConfigureAwait(false) < 12 || answer[9] != '2')
            throw new InvalidOperationException("The bare request should succeed.");
    }

    private static void Expect(ConnectionReport report)
    {
        if (!report.Success || report.ClientCertificateAccepted != true)
            throw new InvalidOperationException(report.ToString());
    }

    private static void Fleet(NginxEndpoints endpoints, string module)
    {
        var (ours, whole, peer) = (new Measured("Test-MtlsConnection, in a session"), new Measured("the same with the start of pwsh"), new Measured("openssl s_client, a process for each"));
        var script = $"Import-Module '{Path.Combine(module, "MtlsTools.psd1")}'; $clock = [Diagnostics.Stopwatch]::StartNew(); $good = @(Get-Content targets | Test-MtlsConnection -Certificate client.crt -TrustedCa ca -ServerName localhost -ThrottleLimit {ThrottleLimit} | Where-Object Success); \"$($good.Count) $($clock.ElapsedMilliseconds)\"";
        var client = $"xargs -P {ThrottleLimit} -I@ sh -c 'openssl s_client -connect @ -servername localhost -verify_hostname localhost -CAfile ca/ca.crt -cert client.crt -key client.key -verify_return_error -quiet < request 2>/dev/null | head -c 12' < targets | grep -o '200' | wc -l";
        for (var round = 0; round < FleetRounds; round++)
        {
            whole.Time(() =>
            {
                var said = Shell.Run("pwsh", endpoints.Folder, "-NoProfile", "-Command", script).Split(' ');
                if (said[0] != $"{NginxEndpoints.Count}")
                    throw new InvalidOperationException($"{said[0]} of {NginxEndpoints.Count} endpoints were accepted.");
                ours.Add(double.Parse(said[1], CultureInfo.InvariantCulture));
            });
            peer.Time(() =>
            {
                if (Shell.Run("sh", endpoints.Folder, "-c", client).Trim() is var count && count != $"{NginxEndpoints.Count}")
                    throw new InvalidOperationException($"openssl was accepted by {count} of {NginxEndpoints.Count} endpoints.");
            });
        }

        Console.WriteLine($"  {NginxEndpoints.Count} endpoints, {ThrottleLimit} at a time\n  {ours}\n  {whole}\n  {peer}\n  MtlsTools takes {ours.Median / peer.Median:P0} of openssl's time\n");
    }
}
