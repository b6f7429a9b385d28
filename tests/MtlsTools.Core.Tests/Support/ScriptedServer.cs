using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using MtlsTools.Certificates;

namespace MtlsTools.Tests.Support;

/// <summary>A server that does to each connection what a test says, however wrong that is.</summary>
public sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private int connections;

    private ScriptedServer(Func<NetworkStream, CancellationToken, Task> script)
    {
        listener.Start();
        _ = AcceptAsync(script);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => connections;

    /// <summary>Talks on the bare connection; it is closed when the script ends.</summary>
    public static ScriptedServer OnTcp(Func<NetworkStream, CancellationToken, Task> script) => new(script);

    /// <summary>Accepts and says nothing until it is disposed.</summary>
    public static ScriptedServer Silent() => new((_, token) => Task.Delay(Timeout.Infinite, token));

    /// <summary>Talks inside TLS, after a handshake that accepts anybody; what is said in the clear before is <paramref name="before"/>.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "What a client makes of such a server is the test.")]
    public static ScriptedServer OnTls(MtlsCertificate certificate, Func<SslStream, CancellationToken, Task> script, SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13, bool asks = false, Func<NetworkStream, CancellationToken, Task>? before = null) => new(async (tcp, token) =>
    {
        if (before is not null)
            await before(tcp, token);
        using var identity = TlsIdentity.Create(certificate);
        await using var tls = new SslStream(tcp);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Context,
            EnabledSslProtocols = protocols,
            ClientCertificateRequired = asks,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        await tls.AuthenticateAsServerAsync(options, token);
        await script(tls, token);
    });

    /// <summary>What comes next, as text; empty when the client closed.</summary>
    public static async Task<string> HearAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer, cancellation);
        return System.Text.Encoding.Latin1.GetString(buffer, 0, count);
    }

    public static Task SayAsync(Stream stream, string text, CancellationToken cancellation) => stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text), cancellation).AsTask();

    public void Dispose()
    {
        stopping.Cancel();
        listener.Stop();
        stopping.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> script)
    {
        try
        {
            var token = stopping.Token;
            while (true)
                _ = ServeAsync(await listener.AcceptSocketAsync(token), script, token);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket, Func<NetworkStream, CancellationToken, Task> script, CancellationToken token)
    {
        Interlocked.Increment(ref connections);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await script(stream, token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or AuthenticationException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }
}
