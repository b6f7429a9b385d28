using System.Net;
using System.Net.Sockets;
using MtlsTools.Certificates;

namespace MtlsTools.Server;

/// <summary>A local HTTPS server that verifies its clients strictly: for tests, demonstrations and "what did my agent present?". Owns its socket and key handle.</summary>
public sealed class MtlsServer : IDisposable
{
    private static int lastId;

    private readonly MtlsServerOptions options;
    private readonly TlsIdentity identity;
    private readonly Socket listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConnectionLog log = new();
    private readonly Task loop;
    private int stopped;

    private MtlsServer(MtlsServerOptions options, TlsIdentity identity, Socket listener)
    {
        this.options = options;
        this.identity = identity;
        this.listener = listener;
        Id = Interlocked.Increment(ref lastId);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        loop = Task.Run(AcceptAsync);
    }

    /// <summary>A number that is unique in this process.</summary>
    public int Id { get; }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>The address it listens on.</summary>
    public IPAddress Address => options.Address;

    /// <summary>Where clients of this machine reach it: by a name of its certificate that means this machine where there is one.</summary>
    public Uri Uri => new($"https://{(options.Certificate.San.Any(name => name.Value == "localhost") ? "localhost" : FormatAddress())}:{Port}/");

    /// <summary>What it wants of its clients.</summary>
    public ClientAuthMode ClientAuth => options.ClientAuth;

    /// <summary>The server's certificate.</summary>
    public MtlsCertificate Certificate => options.Certificate;

    /// <summary>The CAs whose clients are accepted.</summary>
    public IReadOnlyList<MtlsCertificate> ClientCas => options.ClientCas;

    /// <summary>What it answers, in words.</summary>
    public string Content => options.Content.Description;

    /// <summary>Whether it still accepts connections.</summary>
    public bool IsRunning => stopped == 0;

    /// <summary>How many connections were let in and answered.</summary>
    public long Accepted => log.Accepted;

    /// <summary>How many were refused or failed.</summary>
    public long Refused => log.Refused;

    /// <summary>The newest connections, oldest first, a thousand at most.</summary>
    public IReadOnlyList<ServerConnection> Connections => log.Snapshot();

    /// <summary>Starts a server; it listens when this returns.</summary>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="ServerException">The port is taken, or the address is not this machine's.</exception>
    /// <exception cref="InputException">Clients are to be verified and no CA is given.</exception>
    public static MtlsServer Start(MtlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ClientAuth != ClientAuthMode.None && options.ClientCas.Count == 0)
            throw new InputException(ErrorCode.ChainMissing, "Clients can only be verified against a CA. Give -ClientCa, or -ClientAuth None.");
        var endPoint = new IPEndPoint(options.Address, options.Port);
        var identity = TlsIdentity.Create(options.Certificate, options.ClientCas);
        Socket? listener = null;
        try
        {
            listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(endPoint);
            listener.Listen(512);
            return new MtlsServer(options, identity, listener);
        }
        catch (SocketException failed)
        {
            listener?.Dispose();
            identity.Dispose();
            throw failed.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new ServerException(ErrorCode.PortInUse, $"Port {options.Port} on {options.Address} is taken by another program. Choose another, or 0 for a free one.", failed),
                SocketError.AccessDenied => new ServerException(ErrorCode.AddressNotAvailable, $"This account may not listen on port {options.Port}: ports below 1024 are reserved. Choose another, or 0 for a free one.", failed),
                _ => new ServerException(ErrorCode.AddressNotAvailable, $"{options.Address} can not be listened on ({failed.SocketErrorCode}). Use an address of this machine.", failed),
            };
        }
    }

    /// <summary>Stops it: no new connection is accepted, open ones are ended.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
            return;
        stopping.Cancel();
        listener.Dispose();
        loop.Wait(TimeSpan.FromSeconds(5));
        identity.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        stopping.Dispose();
    }

    /// <summary>The URI and what it wants of clients.</summary>
    public override string ToString() => $"{Uri} (client authentication {ClientAuth})";

    private async Task AcceptAsync()
    {
        var free = new SemaphoreSlim(options.MaximumConnections);
        var token = stopping.Token;
        try
        {
            while (true)
            {
                await free.WaitAsync(token).ConfigureAwait(false);
                var socket = await AcceptOneAsync(token).ConfigureAwait(false);
                _ = ServeAsync(socket, free, token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stop() was called, and the socket may say so first; the connections that are open see the same token.
        }
    }

    private async Task<Socket> AcceptOneAsync(CancellationToken token)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(token).ConfigureAwait(false);
            }
            catch (SocketException) when (!token.IsCancellationRequested)
            {
                // The client went away between knocking and entering, or descriptors ran short: the next one may fare better.
                await Task.Delay(10, token).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket, SemaphoreSlim free, CancellationToken token)
    {
        try
        {
            log.Add(await new ConnectionHandler(options, identity, socket).RunAsync(token).ConfigureAwait(false));
        }
        finally
        {
            free.Release();
        }
    }

    private string FormatAddress()
    {
        var address = options.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : options.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : options.Address;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }
}
