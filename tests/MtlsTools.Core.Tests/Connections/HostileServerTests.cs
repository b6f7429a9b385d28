using System.Diagnostics;
using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>Servers that mean harm, or are broken as if they did: the test ends in time, takes no more than it needs, and says what it saw.</summary>
public sealed class HostileServerTests(LivePki pki) : IClassFixture<LivePki>
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", "X: y\r\n", 200, true)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "X: y\r\n", 400, true)]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 999999999\r\n\r\n", "body", 403, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "body", 200, true)]
    public async Task No_more_is_taken_than_the_verdict_needs(string start, string rest, int status, bool success)
    {
        var sent = 0L;
        var flood = string.Concat(Enumerable.Repeat(rest, 4096));
        using var server = ScriptedServer.OnTls(
            pki.Server,
            async (tls, token) =>
            {
                await ScriptedServer.SayAsync(tls, start, token);
                for (; sent < 1 << 30; sent += flood.Length)
                    await ScriptedServer.SayAsync(tls, flood, token);
            },
            asks: true);

        var report = await TestAsync(server, TimeSpan.FromSeconds(30));

        Assert.Equal((success, status), (report.Success, report.HttpStatus));
        Assert.InRange(sent, 0, 32 * 1024 * 1024);
        Assert.InRange(report.Timings.Total.TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("HTTP/1.1 2", FindingId.AnswerIncomplete)]
    [InlineData("H", FindingId.AnswerIncomplete)]
    [InlineData("", FindingId.TimedOut)]
    public async Task An_answer_in_drops_ends_with_the_stage(string before, FindingId finding)
    {
        using var server = ScriptedServer.OnTls(pki.Server, async (tls, token) =>
        {
            foreach (var drop in before)
            {
                await ScriptedServer.SayAsync(tls, drop.ToString(), token);
                await Task.Delay(20, token);
            }

            await Task.Delay(Timeout.Infinite, token);
        });

        var report = await TestAsync(server, TimeSpan.FromSeconds(1), certificate: null);

        Assert.Equal((finding, before.Length > 0), (Assert.Single(report.Findings).Id, report.Success));
        Assert.InRange(report.Timings.Total.TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData(new byte[] { 22, 3, 3, 0, 1, 2 })] // A server's greeting that is nothing but beginnings.
    [InlineData(new byte[] { 22, 3, 3, 0, 0 })]
    [InlineData(new byte[] { 20, 3, 3, 0, 1, 1 })]
    [InlineData(new byte[] { 21, 3, 3, 0, 2, 1, 90 })]
    [InlineData(new byte[] { 23, 3, 3, 0, 0 })]
    public async Task A_flood_of_records_is_no_handshake(byte[] record)
    {
        var flood = Enumerable.Repeat(record, 1000).SelectMany(one => one).ToArray();
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.HearAsync(tcp, token);
            while (true)
                await tcp.WriteAsync(flood, token);
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var report = await TestAsync(server, TimeSpan.FromSeconds(2));

        Assert.Equal((false, ConnectionStage.Handshake), (report.Success, report.Stage));
        Assert.Contains(Assert.Single(report.Findings).Id, new[] { FindingId.HandshakeFailed, FindingId.TimedOut, FindingId.TlsAlert, FindingId.MessageTooLarge });
        Assert.InRange(report.Timings.Total.TotalSeconds, 0, 5);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task A_handshake_in_drops_ends_with_the_stage()
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await tcp.WriteAsync(new byte[] { 22, 3, 3, 64, 0, 2, 0, 63, 252 }, token);
            while (true)
            {
                await tcp.WriteAsync(new byte[] { 3 }, token);
                await Task.Delay(20, token);
            }
        });

        var report = await TestAsync(server, TimeSpan.FromSeconds(1));

        Assert.Equal((ConnectionStage.Handshake, FindingId.TimedOut), (report.Stage, Assert.Single(report.Findings).Id));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_with_ten_thousand_names_is_searched_through(SslProtocols version)
    {
        var names = string.Join(',', Enumerable.Range(0, 9999).Select(i => $"{i}.a").Append("localhost"));
        using var server = ScriptedServer.OnTls(Issue(names), (tls, token) => ScriptedServer.SayAsync(tls, "HTTP/1.1 200 OK\r\n\r\n", token), version);

        var good = await TestAsync(server, TimeSpan.FromSeconds(30), certificate: null);
        var wrong = await TestAsync(server, TimeSpan.FromSeconds(30), certificate: null, host: "127.0.0.1");

        Assert.True(good.Success, string.Join('\n', good.Findings));
        Assert.InRange(good.ServerCertificate!.San.Count, 10_000, int.MaxValue);
        Assert.Equal(FindingId.HostNameMismatch, Assert.Single(wrong.Findings).Id);
        Assert.InRange(wrong.Findings[0].Cause.Length, 0, 2000);
    }

    [SkippableTheory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_that_is_too_large_is_named_as_the_cause(SslProtocols version)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "OpenSSL alone has this limit.");
        var names = string.Join(',', Enumerable.Range(0, 9999).Select(i => $"{i}.a-long-name.example.com").Append("localhost"));
        using var server = ScriptedServer.OnTls(Issue(names), (tls, token) => ScriptedServer.SayAsync(tls, "HTTP/1.1 200 OK\r\n\r\n", token), version);

        var report = await TestAsync(server, TimeSpan.FromSeconds(30), certificate: null);

        Assert.Equal((ConnectionStage.Handshake, FindingId.MessageTooLarge, FindingSide.Server), (report.Stage, Assert.Single(report.Findings).Id, report.Findings[0].Side));
    }

    private MtlsCertificate Issue(string names) => LivePki.Issue("large", pki.ServerInter, CertificateProfile.Server, names);

    private Task<ConnectionReport> TestAsync(ScriptedServer server, TimeSpan timeout, string host = "localhost") => TestAsync(server, timeout, pki.Client, host);

    private async Task<ConnectionReport> TestAsync(ScriptedServer server, TimeSpan timeout, MtlsCertificate? certificate, string host = "localhost")
    {
        var clock = Stopwatch.StartNew();
        var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"{host}:{server.Port}"), new ConnectionOptions { Certificate = certificate, TrustedCas = [pki.ServerRoot.Certificate], Timeout = timeout });
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, timeout * 2 + TimeSpan.FromSeconds(10));
        return report;
    }
}
