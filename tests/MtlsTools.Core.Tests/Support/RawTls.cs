using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Tests.Support;

/// <summary>A client that says what a test says, byte by byte, to whatever server.</summary>
public sealed class RawTls : IDisposable
{
    private readonly TcpClient tcp;
    private readonly SslStream tls;
    private readonly TlsIdentity? identity;

    private RawTls(TcpClient tcp, TlsIdentity? identity)
    {
        this.tcp = tcp;
        this.identity = identity;
        tls = new SslStream(tcp.GetStream());
    }

    public Stream Stream => tls;

    /// <summary>Connects and shakes hands, with a client's certificate or without.</summary>
    public static Task<RawTls> ConnectAsync(int port, MtlsCertificate? client = null)
    {
        var identity = client is null ? null : TlsIdentity.Create(client);
        return ConnectAsync(port, identity?.Context, identity);
    }

    /// <summary>The same with a platform certificate, however odd.</summary>
    public static Task<RawTls> ConnectAsync(int port, X509Certificate2 client) => ConnectAsync(port, SslStreamCertificateContext.Create(client, null, offline: true), null);

    /// <summary>Sends a text and answers all that comes back until the server closes.</summary>
    public async Task<string> AskAsync(string text)
    {
        await tls.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text));
        using var reader = new StreamReader(tls, System.Text.Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Connects, sends a request and gives the whole answer; empty when the server refused.</summary>
    public static Task<string> TryAskAsync(int port, MtlsCertificate? client = null, string request = "GET / HTTP/1.1\r\n\r\n") => TryAskAsync(() => ConnectAsync(port, client), request);

    /// <summary>The same over a connection that is made in another way.</summary>
    public static async Task<string> TryAskAsync(Func<Task<RawTls>> connect, string request = "GET / HTTP/1.1\r\n\r\n")
    {
        try
        {
            using var client = await connect();
            return await client.AskAsync(request);
        }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        tls.Dispose();
        tcp.Dispose();
        identity?.Dispose();
    }

    [SuppressMessage("Security", "CA5359", Justification = "The server is the test's own, and it is the one under test.")]
    private static async Task<RawTls> ConnectAsync(int port, SslStreamCertificateContext? context, TlsIdentity? identity)
    {
        var client = new RawTls(await OpenAsync(port), identity);
        try
        {
            await client.tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificateContext = context, RemoteCertificateValidationCallback = (_, _, _, _) => true });
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<TcpClient> OpenAsync(int port)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, port);
        return tcp;
    }
}
