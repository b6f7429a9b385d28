using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Connections;

public sealed class ServerCertificatesTests(NginxServers servers) : IClassFixture<NginxServers>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [SkippableTheory]
    [InlineData("on", SslProtocols.Tls12)]
    [InlineData("on", SslProtocols.Tls13)]
    [InlineData("off", SslProtocols.Tls13)]
    public async Task Nginx_shows_its_certificate_and_chain(string mode, SslProtocols protocol)
    {
        var read = await ServerCertificates.ReadAsync(servers.Of(mode, protocol), null, Patience, default);

        Assert.Equal(servers.Pki.Server, read);
        Assert.Equal(servers.Pki.Server.Intermediates, read.Chain);
    }

    [SkippableTheory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_server_that_refuses_in_the_handshake_is_seen_before(string version)
    {
        var pair = servers.Pki.SavePair("server", servers.Pki.Server);
        using var server = OpenSslServer.Start(pair, "-Verify", "1", "-verify_return_error", version);

        var read = await ServerCertificates.ReadAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), "other.example", Patience, default);

        Assert.Equal(servers.Pki.Server, read);
    }

    [Fact]
    public async Task A_closed_port_is_told()
    {
        var failed = await Assert.ThrowsAsync<ConnectionException>(() => ServerCertificates.ReadAsync(ConnectionTarget.Parse($"127.0.0.1:{Loopback.FreePorts(1)[0]}"), null, Patience, default));

        Assert.Equal(ErrorCode.ServerCertificateNotSeen, failed.Code);
        Assert.Contains("Nothing listens", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_ends_with_the_time_limit()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();

        var failed = await Assert.ThrowsAsync<ConnectionException>(() => ServerCertificates.ReadAsync(ConnectionTarget.Parse(silent.LocalEndpoint.ToString()!), null, TimeSpan.FromMilliseconds(300), default));

        Assert.Contains("did not finish the stage Handshake", failed.Message, StringComparison.Ordinal);
    }
}
