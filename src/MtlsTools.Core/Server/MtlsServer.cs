using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using MtlsTools.Certificates;

namespace MtlsTools.Server;

/// <summary>A local HTTPS server that verifies its clients strictly: for tests, demonstrations and "what did my agent present?". Owns its socket and key handle.</summary>
public sealed class MtlsServer : IDisposable
{
    private static int lastId;

    private readonly MtlsServerOptions options;
    private readonly TlsIdentity identity;
    private readonly ClientJudge judge;
    private readonly RequestBudget budget;
    private readonly Socket listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConnectionLog log = new();
    private readonly Task loop;
    private int open = 1; // the listener itself
    private int closed;
    private int stopped;

    private MtlsServer(MtlsServerOptions options, MtlsCertificate? scenarioCa, TlsIdentity identity, Socket listener)
    {
        this.options = options;
        this.identity = identity;
        this.listener = listener;
        ScenarioCa = scenarioCa;
        judge = new ClientJudge(options);
        budget = new RequestBudget(options.MaximumRequests);
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
    public Uri Uri => new($"https://{(options.Certificate.San.Any(name => name.Value == "localhost") ? "localhost" : ServerSocket.FormatAddress(options.Address))}:{Port}/");

    /// <summary>What it wants of its clients.</summary>
    public ClientAuthMode ClientAuth => options.ClientAuth;

    /// <summary>The server's certificate.</summary>
    public MtlsCertificate Certificate => options.Certificate;

    /// <summary>The CAs whose clients are accepted.</summary>
    public IReadOnlyList<MtlsCertificate> ClientCas => options.ClientCas;

    /// <summary>How it misbehaves.</summary>
    public ServerScenario Scenario => options.Scenario;

    /// <summary>For a scenario about the certificate: the CA that a client has to trust so that no other fault shows. Null otherwise.</summary>
    public MtlsCertificate? ScenarioCa { get; }

    /// <summary>What it answers, in words.</summary>
    public string Content => options.Content.Description;

    /// <summary>Whether it still accepts connections.</summary>
    public bool IsRunning => Volatile.Read(ref closed) == 0;

    /// <summary>How many connections were let in and answered.</summary>
    public long Accepted => log.Accepted;

    /// <summary>How many were refused or failed.</summary>
    public long Refused => log.Refused;

    /// <summary>The newest connections, oldest first, a thousand at most.</summary>
    public IReadOnlyList<ServerConnection> Connections => log.Snapshot();

    /// <summary>Starts a server; it listens when this returns.</summary>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="ServerException">The port is taken, or the address is not this machine's.</exception>
    /// <exception cref="InputException">Clients are to be verified and no CA is given, or the TLS version is not one of 1.2 and 1.3.</exception>
    public static MtlsServer Start(MtlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is { ClientAuth: not ClientAuthMode.None, ClientCas.Count: 0, AllowUntrusted: false })
            throw new InputException(ErrorCode.ChainMissing, "Clients can only be verified against a CA. Give -ClientCa, or -ClientAuth None.");
        if (options.TlsVersion == SslProtocols.None || (options.TlsVersion & ~MtlsServerOptions.EveryProtocol) != 0)
            throw new InputException(ErrorCode.TlsVersionNotSupported, $"The server can not speak '{options.TlsVersion}'. Choose Tls12, Tls13 or both.");
        if (options.Scenario == ServerScenario.Tls12Only)
            options = options with { TlsVersion = SslProtocols.Tls12 };
        MtlsCertificate? scenarioCa = null;
        if (ScenarioCertificates.Covers(options.Scenario))
        {
            (var faulty, scenarioCa) = ScenarioCertificates.Create(options.Scenario, options.Certificate, TimeProvider.System);
            options = options with { Certificate = faulty };
        }

        var identity = TlsIdentity.Create(options.Certificate, options.AcceptableIssuers ?? options.ClientCas);
        try
        {
            return new MtlsServer(options, scenarioCa, identity, ServerSocket.Listen(options.Address, options.Port));
        }
        catch
        {
            identity.Dispose();
            throw;
        }
    }

    /// <summary>The next connection that this method has not given before; it waits for one to end.</summary>
    /// <param name="timeout">How long it waits.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ServerException">No client came in time, or the server has ended and every connection was given.</exception>
    public async Task<ServerConnection> ReceiveAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return await log.Unread.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ServerException(ErrorCode.ServerEnded, $"The server {Id} at {Uri} has ended, and all that it saw was received. Start another one.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ServerException(ErrorCode.NoConnection, $"No client came to {Uri} within {timeout.TotalSeconds:0.#} seconds. Check that the client calls this address and port, or give more -TimeoutSec.");
        }
    }

    /// <summary>The connections that have ended and were not received before; it does not wait.</summary>
    public IReadOnlyList<ServerConnection> ReceiveAll()
    {
        var received = new List<ServerConnection>();
        while (log.Unread.TryRead(out var connection))
            received.Add(connection);
        return received;
    }

    /// <summary>Stops it: no new connection is accepted, open ones are ended.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
            return;
        stopping.Cancel();
        Close();
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

    /// <summary>No new connection is accepted; open ones go on.</summary>
    private void Close()
    {
        Volatile.Write(ref closed, 1);
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        var free = new SemaphoreSlim(options.MaximumConnections);
        var token = stopping.Token;
        try
        {
            while (IsRunning)
            {
                await free.WaitAsync(token).ConfigureAwait(false);
                var socket = await ServerSocket.AcceptAsync(listener, () => IsRunning, token).ConfigureAwait(false);
                Interlocked.Increment(ref open);
                _ = ServeAsync(socket, free, token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // It was closed, and the socket may say so first; the connections that are open see the same token.
        }
        finally
        {
            EndOne();
        }
    }

    private async Task ServeAsync(Socket socket, SemaphoreSlim free, CancellationToken token)
    {
        try
        {
            log.Add(await new ConnectionHandler(options, identity, judge, budget, socket).RunAsync(token).ConfigureAwait(false));
        }
        finally
        {
            if (budget.IsSpent)
                Close();
            free.Release();
            EndOne();
        }
    }

    private void EndOne()
    {
        if (Interlocked.Decrement(ref open) != 0)
            return;
        log.End();
        options.Content.End();
    }
}
