using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Connections.Trace;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Connections.Trace;

/// <summary>What the trace shows is what was on the wire, by the witness of the other side.</summary>
public sealed partial class HandshakeTracerTests(LivePki pki) : IClassFixture<LivePki>
{
    private static bool Opens => HandshakeTracer.KeyLogRefusal is null;

    [SkippableFact]
    public void On_Linux_with_NET_9_or_later_TLS_13_is_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.Version.Major >= 9, "Only .NET 9 and later on Linux give out the secrets of TLS sessions.");
        Assert.True(Opens);
    }

    [SkippableTheory]
    [InlineData("-tls1_3", "TLS_AES_128_GCM_SHA256")]
    [InlineData("-tls1_3", "TLS_AES_256_GCM_SHA384")]
    [InlineData("-tls1_3", "TLS_CHACHA20_POLY1305_SHA256")]
    [InlineData("-tls1_2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")]
    public async Task OpenSSL_saw_the_same_messages(string version, string suite)
    {
        Skip.IfNot(Opens || version == "-tls1_2", HandshakeTracer.KeyLogRefusal);
        string[] choice = version == "-tls1_3" ? ["-ciphersuites", suite] : ["-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"];
        using var server = OpenSslServer.Start(pki.SavePair($"trace-{suite}", pki.Server), [version, "-trace", "-www", "-Verify", "3", "-verify_return_error", "-CAfile", pki.ClientRoot.CertificatePath, .. choice]);

        var trace = await TraceAsync(server.Port, pki.Client);

        Assert.True(trace.Success, trace.ToSequence());
        Assert.Null(trace.NotOpened);
        Assert.Equal(suite, Assert.Single(Named(trace, "ServerHello")).CipherSuites.Single());
        // Under TLS 1.2 Finished is encrypted, and not opened here.
        var ours = trace.Messages.Where(message => IsHandshake(message) && message.Name != "Finished").Select(message => (message.Name, message.Size - 4)).ToList();
        (string, int)[] Theirs() => MessageLine().Matches(server.Said).Select(match => (match.Groups[1].Value, int.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))).Where(message => message.Item1 != "Finished").ToArray();
        for (var i = 0; i < 5 && Theirs().Length < ours.Count; i++)
            await TraceAsync(server.Port, pki.Client); // it writes when its buffer is full
        Assert.Equal(Theirs().Take(ours.Count), ours);
        Assert.Equal(2, Named(trace, "Finished").Count());
        Assert.Equal(["CN=Client Root,O=Acme"], Assert.Single(Named(trace, "CertificateRequest")).AcceptableIssuers);
        Assert.Equal([[pki.Server, pki.ServerInter.Certificate], [pki.Client, pki.ClientInter.Certificate]], Named(trace, "Certificate").Select(message => message.Certificates.Distinct())); // the peer sends its own twice
        Assert.Equal(version == "-tls1_3" ? 2 : 1, Named(trace, "CertificateVerify").Count());
    }

    [SkippableFact]
    public async Task OpenSSL_saw_the_same_hello()
    {
        using var server = OpenSslServer.Start(pki.SavePair("trace-hello", pki.Server), "-trace", "-www");

        var hello = Named(await TraceAsync(server.Port, null), "ClientHello").Single();

        var said = server.Said[..server.Said.IndexOf("Sent Record", StringComparison.Ordinal)];
        Assert.Equal(Found(said, @"\{0x\w\w, 0x\w\w\} (\w+)"), hello.CipherSuites);
        Assert.Equal(Found(said, @"extension_type=(\w+)\("), hello.Extensions);
        Assert.Equal(Found(said, @"^ +(\w+) \(0x\w{4}\)$"), hello.SignatureAlgorithms);
        Assert.Equal(Found(said, @"^ +(TLS 1\.\d) \(7\d\d\)$"), hello.Versions);
        Assert.Equal(("localhost", "TLS 1.3"), (hello.ServerName, hello.Version));
        Assert.NotEmpty(hello.KeyShares);
        Assert.Subset(hello.Groups.ToHashSet(), hello.KeyShares.ToHashSet());
    }

    [SkippableFact]
    public async Task A_second_hello_after_a_retry_is_shown_and_the_rest_is_opened()
    {
        using var server = OpenSslServer.Start(pki.SavePair("trace-retry", pki.Server), "-www", "-tls1_3", "-groups", "P-384");

        var trace = await TraceAsync(server.Port, null);

        Assert.Equal(["ClientHello", "HelloRetryRequest", "ClientHello", "ServerHello"], trace.Messages.Where(message => !message.IsEncrypted && IsHandshake(message)).Select(message => message.Name));
        Assert.Equal(["secp384r1"], Assert.Single(Named(trace, "HelloRetryRequest")).KeyShares);
        Assert.Equal(["secp384r1"], Assert.Single(Named(trace, "ServerHello")).KeyShares);
        Assert.Equal(Opens, Named(trace, "EncryptedExtensions").Any());
    }

    [SkippableTheory]
    [InlineData("none", "-tls1_3", "certificate_required (116)")]
    [InlineData("other CA", "-tls1_3", "unknown_ca (48)")]
    [InlineData("expired", "-tls1_3", "certificate_expired (45)")]
    [InlineData("none", "-tls1_2", "handshake_failure (40)")]
    [InlineData("server only", "-tls1_2", "unsupported_certificate (43)")]
    public async Task A_refusal_is_shown_with_its_alert(string kind, string version, string alert)
    {
        Skip.IfNot(Opens || version == "-tls1_2", HandshakeTracer.KeyLogRefusal);
        using var server = OpenSslServer.Start(pki.SavePair($"trace-{kind}{version}", pki.Server), version, "-www", "-Verify", "3", "-verify_return_error", "-CAfile", pki.ClientRoot.CertificatePath);

        var trace = await TraceAsync(server.Port, pki.ClientOf(kind));

        Assert.False(trace.Success);
        var shown = trace.Messages.Single(message => message is { From: TraceSide.Server, Alert: not null });
        Assert.Equal((alert, $"{alert}, fatal"), (shown.Alert!.ToString(), shown.Summary));
        var end = trace.Messages[^1];
        Assert.Equal(("Closed", TraceSide.Server), (end.Name, end.From));
        Assert.Contains(alert, trace.ToSequence(), StringComparison.Ordinal);
        Assert.Contains(alert, trace.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_server_names_its_CAs()
    {
        using var server = Start(System.Security.Authentication.SslProtocols.Tls13);

        var trace = await TraceAsync(server.Port, pki.Client);

        Assert.True(trace.Success);
        if (Opens)
            Assert.Equal([pki.ClientRoot.Certificate.Subject.ToString()], Assert.Single(Named(trace, "CertificateRequest")).AcceptableIssuers);
        else
            Assert.Contains(Named(trace, "Encrypted"), message => message.From == TraceSide.Server);
        Assert.Equal(Enumerable.Range(1, trace.Messages.Count), trace.Messages.Select(message => message.Number));
        Assert.Equal(trace.Messages.OrderBy(message => message.Time).Select(message => message.Number), trace.Messages.Select(message => message.Number));
        Assert.All(trace.Messages, message => Assert.Equal($"localhost:{server.Port}", message.Target));
    }

    [SkippableFact]
    public async Task The_guide_draws_what_a_trace_shows()
    {
        Skip.IfNot(Opens, HandshakeTracer.KeyLogRefusal);
        using var server = Start(System.Security.Authentication.SslProtocols.Tls13);

        var trace = await TraceAsync(server.Port, pki.Client);

        var drawn = Regex.Matches(File.ReadAllText(Repository.At("docs", "guides", "how-mutual-tls-works.md")), @"^    ([CS])->>[CS]: (\w+)\r?$", RegexOptions.Multiline).Select(line => (line.Groups[1].Value == "C" ? TraceSide.Client : TraceSide.Server, line.Groups[2].Value));
        Assert.Equal(drawn, trace.Messages.Where(message => IsHandshake(message) && message.Name != "NewSessionTicket").Select(message => (message.From, message.Name)));
    }

    [Fact]
    public async Task The_key_log_is_of_this_session_alone()
    {
        using var server = Start(System.Security.Authentication.SslProtocols.Tls13);
        var traces = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TraceAsync(server.Port, pki.Client)));
        await RawTls.TryAskAsync(server.Port, pki.Client); // which is nobody's business

        foreach (var trace in traces)
            Assert.Equal(Opens ? 1 : 0, trace.KeyLog.Select(line => line.Split(' ')[1]).Distinct().Count());
        Assert.Equal(Opens ? 4 : 0, traces.SelectMany(trace => trace.KeyLog).Select(line => line.Split(' ')[1]).Distinct().Count());
        Assert.True(!Opens || traces.All(trace => trace.KeyLog.Any(line => line.StartsWith("CLIENT_TRAFFIC_SECRET_0 ", StringComparison.Ordinal))));
        Assert.Null(Environment.GetEnvironmentVariable("SSLKEYLOGFILE"));
        Assert.False(AppContext.TryGetSwitch("System.Net.EnableSslKeyLogging", out var on) && on);
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_is_refused_by_this_side()
    {
        using var server = Start(System.Security.Authentication.SslProtocols.Tls12);

        var trace = await TraceAsync(Target(server.Port), new ConnectionOptions { TrustedCas = [pki.OtherRoot.Certificate] });

        Assert.False(trace.Success);
        Assert.Equal((TraceSide.Client, "Closed"), (trace.Messages[^1].From, trace.Messages[^1].Name));
        Assert.StartsWith("this side refuses the server's certificate: ", trace.Messages[^1].Summary, StringComparison.Ordinal);
        Assert.Equal(pki.Server, Named(trace, "Certificate").First().Certificates[0]);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "what the server says is no TLS")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0046", "closed by the server before an answer came (alert protocol_version (70))")]
    [InlineData("", "closed by the server before an answer came")]
    public async Task Other_ends_are_told(string answer, string end)
    {
        using var server = ScriptedServer.OnTcp(async (stream, token) =>
        {
            await ScriptedServer.HearAsync(stream, token);
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer), token);
        });

        var trace = await TraceAsync(server.Port, null);

        Assert.Equal(("ClientHello", end), (trace.Messages[0].Name, trace.Messages[^1].Summary));
    }

    [Fact]
    public async Task A_silent_server_takes_no_longer_than_allowed()
    {
        using var server = ScriptedServer.Silent();

        var trace = await TraceAsync(Target(server.Port), new ConnectionOptions { SkipServerCheck = true, Timeout = TimeSpan.FromSeconds(1) });

        Assert.Equal("nothing more came within 1 seconds", trace.Messages[^1].Summary);
    }

    [Fact]
    public async Task A_server_that_can_not_be_reached_is_an_error()
    {
        var error = await Assert.ThrowsAsync<ConnectionException>(() => TraceAsync(Loopback.FreePorts(1)[0], null));

        Assert.Equal(ErrorCode.TargetNotReached, error.Code);
    }

    private MtlsServer Start(System.Security.Authentication.SslProtocols version) =>
        MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], TlsVersion = version });

    private Task<HandshakeTrace> TraceAsync(int port, MtlsCertificate? client) =>
        TraceAsync(Target(port), new ConnectionOptions { Certificate = client, TrustedCas = [pki.ServerRoot.Certificate] });

    private static async Task<HandshakeTrace> TraceAsync(ConnectionTarget target, ConnectionOptions options)
    {
        using var tracer = HandshakeTracer.Create(options);
        return await tracer.TraceAsync(target);
    }

    private static ConnectionTarget Target(int port) => ConnectionTarget.Parse($"https://localhost:{port}/");

    private static IEnumerable<TracedMessage> Named(HandshakeTrace trace, string name) => trace.Messages.Where(message => message.Name == name);

    private static bool IsHandshake(TracedMessage message) => message.Name is not ("ChangeCipherSpec" or "ApplicationData" or "Alert" or "Closed" or "Encrypted");

    private static IEnumerable<string> Found(string text, string pattern) => Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^    (\w+), Length=(\d+)", RegexOptions.Multiline)]
    private static partial Regex MessageLine();
}
