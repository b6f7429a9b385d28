using System.Net.Sockets;
using MtlsTools.Connections.Trace;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Connections.Trace;

/// <summary>Records and messages are read from any pieces, by whomever they were made, and nonsense is no error.</summary>
public sealed class TraceReaderTests
{
    [SkippableTheory]
    [InlineData("openssl", "s_client -connect 127.0.0.1:{0} -servername a.example -alpn h2,http/1.1", "h2,http/1.1")]
    [InlineData("gnutls-cli", "--insecure --port {0} --sni-hostname a.example --alpn h2 --alpn http/1.1 127.0.0.1", "h2,http/1.1")]
    [InlineData("curl", "-ks --max-time 20 --noproxy * --resolve a.example:{0}:127.0.0.1 https://a.example:{0}/", "h2,http/1.1")]
    public async Task Hellos_of_other_implementations(string program, string arguments, string alpn)
    {
        var hello = await HelloOfAsync(Peer.Require(program), arguments);

        Assert.Equal(("ClientHello", "a.example", "TLS 1.3"), (hello.Name, hello.ServerName, hello.Version));
        Assert.Equal(alpn, string.Join(',', hello.ApplicationProtocols));
        Assert.Contains("TLS_AES_128_GCM_SHA256", hello.CipherSuites);
        Assert.Contains("x25519", hello.Groups);
        Assert.Contains("ecdsa_secp256r1_sha256", hello.SignatureAlgorithms);
        Assert.DoesNotContain(hello.Extensions.Concat(hello.Groups).Concat(hello.SignatureAlgorithms), name => name.StartsWith("0x", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Messages_are_put_together_from_any_pieces(int size)
    {
        byte[] flight =
        [
            .. Record(22, [2, 0, 0, 70, 3, 3, .. new byte[32], 32, .. new byte[31]]),
            .. Record(22, [0, 0xC0, 0x2C, 0, 11, 0, 0, 0]),
            .. Record(22, [14, 0, 0, 0, 0, 0, 0, 0]),
            .. Record(21, [2, 40]),
        ];

        var messages = Read(flight, size);

        Assert.Equal([("ServerHello", 74), ("Certificate", 4), ("ServerHelloDone", 4), ("HelloRequest", 4), ("Alert", 2)], messages.Select(message => (message.Name, message.Size)));
        Assert.Equal(("TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"), (messages[0].Version, messages[0].CipherSuites.Single()));
        Assert.StartsWith("malformed", messages[1].Summary, StringComparison.Ordinal);
        Assert.Equal("handshake_failure (40), fatal", messages[4].Summary);
    }

    [Fact]
    public void A_message_that_claims_to_be_huge_is_not_waited_for()
    {
        var message = Assert.Single(Read([.. Record(22, [11, 0xFF, 0xFF, 0xFF, 1, 2, 3]), .. Record(22, [1, 2])], 1000));

        Assert.Equal(("Certificate", "larger than is read here"), (message.Name, message.Summary));
    }

    [Fact]
    public void What_is_no_TLS_is_noticed_and_left_alone()
    {
        var tap = new RecordTap();
        tap.Observe(TraceSide.Server, "HTTP/1.1 400"u8);
        tap.Observe(TraceSide.Server, Record(21, [2, 40]));

        Assert.True(tap.IsNotTls);
        Assert.Empty(tap.Records);
    }

    [Fact]
    public void A_flood_of_records_is_cut_off()
    {
        var tap = new RecordTap();
        for (var i = 0; i < 100_000; i++)
            tap.Observe(TraceSide.Server, Record(23, [1, 2, 3]));
        Assert.True(tap.IsCut);
        Assert.Equal(2000, tap.Records.Count);

        var large = new RecordTap();
        for (var i = 0; i < 1000; i++)
            large.Observe(TraceSide.Server, Record(23, new byte[16_000]));
        Assert.True(large.IsCut);
        Assert.InRange(large.Records.Sum(record => record.Bytes.Length), 1_000_000, 2 * 1024 * 1024);
    }

    [Fact]
    public void What_comes_from_the_wire_can_not_break_a_picture()
    {
        var trace = new HandshakeTrace
        {
            Target = "host;end\n:1",
            Success = true,
            Messages = [new TracedMessage { From = TraceSide.Server, Name = "Certificate", Time = default, Summary = "CN=<script>alert(1)</script>;\r\nA->>B: forged #quot; %%{init}%% \u001b[31m" + new string('x', 1000) }],
        };

        var mermaid = trace.ToMermaid();
        Assert.Equal(6, mermaid.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("<script", mermaid, StringComparison.Ordinal);
        Assert.DoesNotContain("%%", mermaid, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', mermaid + trace.ToSequence());
        Assert.All(mermaid.Split('\n'), line => Assert.True(line.Length < 700));
        Assert.All(trace.ToSequence().Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Changed_messages_end_in_a_row_and_in_no_time()
    {
        var sound = await SoundAsync();
        var random = new Random(20260101);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var rows = 0L;
        for (var i = 0; i < 15_000; i++)
        {
            var bytes = Corpus.Mutation.Of(sound[random.Next(sound.Count)], sound[random.Next(sound.Count)], random);
            foreach (var type in new[] { bytes.Length > 0 ? bytes[0] : 0, random.Next(26) })
            {
                var read = HandshakeParser.Parse(new TracedMessage { From = TraceSide.Server, Name = "x", Time = default }, type, bytes.AsSpan(Math.Min(bytes.Length, 4)), isTls13: i % 2 == 0);
                rows += read.Extensions.Count + read.CipherSuites.Count;
            }

            rows += Read(Record(22, bytes[..Math.Min(bytes.Length, 16_000)]), random.Next(1, 2000)).Count;
        }

        Assert.True(rows > 10_000, $"{rows}: the inputs are not parsed at all");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }

    /// <summary>Real messages of both sides, TLS 1.2 and 1.3, made by OpenSSL and this platform.</summary>
    private static async Task<List<byte[]>> SoundAsync()
    {
        using var pki = new LivePki();
        var sound = new List<byte[]>();
        foreach (var version in new[] { System.Security.Authentication.SslProtocols.Tls12, System.Security.Authentication.SslProtocols.Tls13 })
        {
            using var server = MtlsTools.Server.MtlsServer.Start(new MtlsTools.Server.MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], TlsVersion = version });
            var tap = new RecordTap();
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(System.Net.IPAddress.Loopback, server.Port);
            var wire = new MtlsTools.Connections.TlsWireStream(tcp.GetStream(), tap);
            using var identity = MtlsTools.Certificates.TlsIdentity.Create(pki.Client);
            using var tls = await TraceTls.ConnectAsync(wire, "localhost", identity.Certificate, [pki.ClientInter.Certificate.X509], version, (_, _) => true, default);
            sound.AddRange(tap.Records.Where(record => record.Type == 22).Select(record => record.Content.ToArray()));
        }

        Assert.True(sound.Count >= 8);
        return sound;
    }

    private static async Task<TracedMessage> HelloOfAsync(Peer client, string arguments)
    {
        var seen = new TaskCompletionSource<TracedMessage>();
        using var server = ScriptedServer.OnTcp(async (stream, token) =>
        {
            var tap = new RecordTap();
            var buffer = new byte[4096];
            while (tap.Records.Count == 0 && await stream.ReadAsync(buffer, token) is > 0 and var count)
                tap.Observe(TraceSide.Client, buffer.AsSpan(0, count));
            seen.TrySetResult(TraceReader.Read(tap.Records, SessionSecrets.None)[0]);
        });
        client.Try(string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, server.Port).Split(' '), "");
        return await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static byte[] Record(byte type, byte[] content) => [type, 3, 3, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static List<TracedMessage> Read(byte[] bytes, int size)
    {
        var tap = new RecordTap();
        foreach (var piece in bytes.Chunk(size))
            tap.Observe(TraceSide.Server, piece);
        return TraceReader.Read(tap.Records, SessionSecrets.None);
    }
}
