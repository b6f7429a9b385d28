using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Host;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Host;

/// <summary>The clock against real servers on this machine: one that speaks SNTP, one that speaks HTTP.</summary>
public sealed class ClockTests
{
    // The server's clock against this one, in seconds; what is found.
    [Theory]
    [InlineData(0, null)]
    [InlineData(-20, null)]
    [InlineData(-60, "ClockDrifts")]
    [InlineData(60, "ClockDrifts")]
    [InlineData(-400, "ClockWrong")]
    [InlineData(86400 * 365 * 20, "ClockWrong")]
    public async Task A_time_server_is_asked(int offset, string? id)
    {
        using var server = new TimeServer(offset);

        var report = await Examine(server.Host);

        Assert.Equal(id is null ? [] : [id], report.Findings.Select(finding => finding.Id));
        Assert.All(report.Findings, finding =>
        {
            Assert.Contains(offset < 0 ? " ahead of " : " behind ", finding.Cause, StringComparison.Ordinal);
            Assert.Contains($"SNTP (UDP port {server.Port})", finding.Evidence, StringComparison.Ordinal);
            Assert.False(finding.Repairable);
        });
        Assert.All(report.Checks, check => Assert.Equal(HostCheckState.Made, check.State));
        Assert.Equal(id != "ClockWrong", report.Success);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-90, "ClockDrifts")]
    [InlineData(3600, "ClockWrong")]
    public async Task A_web_server_will_do(int offset, string? id)
    {
        using var server = new WebServer(offset);

        var report = await Examine(server.Host);

        Assert.Equal(id is null ? [] : [id], report.Findings.Select(finding => finding.Id));
        Assert.All(report.Findings, finding => Assert.Contains($"the Date of a web server (http, port {server.Port})", finding.Evidence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Over_TLS_nobody_has_to_be_trusted_because_a_wrong_clock_judges_wrongly()
    {
        using var certificate = OddCertificate.WithDamaged("1.2.3.4");
        using var server = new WebServer(-90, certificate);

        Assert.Contains($"the Date of a web server (https, port {server.Port})", Assert.Single((await Examine(server.Host)).Findings).Evidence, StringComparison.Ordinal);
    }

    // A server that refuses, one whose own clock is not set, one that is none: no answer counts, and the reason is told.
    [Theory]
    [InlineData(0b00_100_100, 0, "refuses to tell the time (code RATE)")]
    [InlineData(0b11_100_100, 1, "its own clock is not set")]
    [InlineData(0b00_100_100, 16, "its own clock is not set")]
    [InlineData(0b00_100_011, 1, "not one of a time server")]
    public async Task An_answer_that_tells_no_time_is_none(byte first, byte stratum, string reason)
    {
        using var server = new TimeServer(0, first, stratum);

        var report = await Examine(server.Host);

        Assert.Empty(report.Findings);
        Assert.All(report.Checks, check => Assert.Equal(HostCheckState.NotMade, check.State));
        Assert.Contains(reason, Assert.Single(report.Checks[0].Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_another_question_is_passed_over()
    {
        using var server = new TimeServer(5000, forgeFirst: true);

        Assert.Equal("ClockWrong", Assert.Single((await Examine(server.Host)).Findings).Id);
    }

    [Fact]
    public async Task One_host_that_is_silent_does_not_hide_the_other()
    {
        using var server = new TimeServer(-60);

        var report = await Examine(server.Host, $"127.0.0.1:{Loopback.FreePorts(1)[0]}");

        Assert.Equal("ClockDrifts", Assert.Single(report.Findings).Id);
        Assert.Equal(HostCheckState.Partly, report.Checks[0].State);
    }

    [Fact]
    public async Task Without_a_host_the_check_is_not_made_and_says_so()
    {
        var report = await Examine();

        Assert.All(report.Checks, check => Assert.Equal(HostCheckState.NotMade, check.State));
        Assert.Contains("give -ClockHost", Assert.Single(report.Checks[0].Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("time.example.com", "time.example.com", null)]
    [InlineData("192.0.2.1:123", "192.0.2.1", 123)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443)]
    [InlineData("2001:db8::1", "2001:db8::1", null)]
    [InlineData("[::1]", "::1", null)]
    public void Hosts_are_read(string text, string name, int? port) => Assert.Equal(new ClockHost(name, port), ClockHost.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:http")]
    [InlineData("https://host/")]
    public void What_is_no_host_is_an_error(string text) => Assert.Equal(ErrorCode.TargetInvalid, Assert.Throws<ConnectionException>(() => ClockHost.Parse(text)).Code);

    [Fact]
    public async Task A_stop_ends_the_wait()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = new CancellationTokenSource(200);

        var port = ((IPEndPoint)silent.Client.LocalEndPoint!).Port;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => HostExaminer.Examine(Options([$"127.0.0.1:{port}"]), stop.Token)));
    }

    // RFC 5905, figure 3: the arithmetic, with a way that takes two seconds each.
    [Fact]
    public void The_time_on_the_way_does_not_count()
    {
        var sent = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var answer = new byte[48];
        answer[0] = 0b00_100_100;
        answer[1] = 2;
        TimeServer.Write(answer.AsSpan(32), sent.AddSeconds(-8));
        TimeServer.Write(answer.AsSpan(40), sent.AddSeconds(-7.5));

        Assert.Equal(10, SntpClient.Ahead(answer, sent, sent.AddSeconds(4.5)).TotalSeconds, 6);
    }

    private static HostOptions Options(string[] hosts) => new() { ClockHosts = hosts, Checks = new HashSet<string> { "ClockWrong", "ClockDrifts" } };

    private static Task<HostReport> Examine(params string[] hosts) => Task.Run(() => HostExaminer.Examine(Options(hosts)));

    /// <summary>A time server whose clock is some seconds off.</summary>
    private sealed class TimeServer : IDisposable
    {
        private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));

        internal TimeServer(int offset, byte first = 0b00_100_100, byte stratum = 2, bool forgeFirst = false) => _ = Serve(offset, first, stratum, forgeFirst);

        internal int Port => ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

        internal string Host => $"127.0.0.1:{Port}";

        public void Dispose() => socket.Dispose();

        internal static void Write(Span<byte> at, DateTimeOffset time)
        {
            var since = time - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
            BinaryPrimitives.WriteUInt32BigEndian(at, unchecked((uint)(since.Ticks / TimeSpan.TicksPerSecond)));
            BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)(((ulong)(since.Ticks % TimeSpan.TicksPerSecond) << 32) / TimeSpan.TicksPerSecond));
        }

        private async Task Serve(int offset, byte first, byte stratum, bool forgeFirst)
        {
            try
            {
                while (true)
                {
                    var question = await socket.ReceiveAsync();
                    var answer = new byte[48];
                    answer[0] = first;
                    answer[1] = stratum;
                    "RATE"u8.CopyTo(answer.AsSpan(12));
                    Write(answer.AsSpan(32), DateTimeOffset.UtcNow.AddSeconds(offset));
                    Write(answer.AsSpan(40), DateTimeOffset.UtcNow.AddSeconds(offset));
                    if (forgeFirst)
                        await socket.SendAsync(answer, question.RemoteEndPoint);
                    question.Buffer.AsSpan(40, 8).CopyTo(answer.AsSpan(24));
                    await socket.SendAsync(answer, question.RemoteEndPoint);
                }
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
            {
                // The test is over.
            }
        }
    }

    /// <summary>A web server whose clock is some seconds off, and which serves no files.</summary>
    private sealed class WebServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);

        internal WebServer(int offset, X509Certificate2? certificate = null)
        {
            listener.Start();
            _ = Serve(offset, certificate);
        }

        internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        internal string Host => $"127.0.0.1:{Port}";

        public void Dispose() => listener.Stop();

        private async Task Serve(int offset, X509Certificate2? certificate)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    Stream stream = client.GetStream();
                    if (certificate is not null)
                    {
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsServerAsync(certificate);
                        stream = tls;
                    }

                    var buffer = new byte[4096];
                    var read = await stream.ReadAsync(buffer);
                    if (read > 0 && buffer[0] == 'H')
                        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 404 Not Found\r\nDate: {DateTimeOffset.UtcNow.AddSeconds(offset).ToString("R", CultureInfo.InvariantCulture)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                }
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException or IOException)
            {
                // The test is over.
            }
        }
    }
}
