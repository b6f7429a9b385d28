using System.Net;
using System.Net.Sockets;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Server;

namespace MtlsTools.Revocation;

/// <summary>An OCSP responder over HTTP for CA folders, which also hands out their revocation lists and certificates. Owns its socket and the keys of its signing certificates.</summary>
public sealed class MtlsResponder : IDisposable
{
    private static int lastId;

    private readonly ResponderOptions options;
    private readonly OcspResponder responder;
    private readonly ResponderRoutes routes;
    private readonly Socket listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;
    private int open;
    private int stopped;

    private MtlsResponder(ResponderOptions options, OcspResponder responder, Socket listener)
    {
        this.options = options;
        this.responder = responder;
        this.listener = listener;
        Id = Interlocked.Increment(ref lastId);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Uri = new Uri($"http://{ServerSocket.FormatAddress(options.Address)}:{Port}/");
        Authorities = ResponderAuthority.Create(responder.Authorities, Uri);
        routes = new ResponderRoutes(responder, Authorities);
        loop = Task.Run(AcceptAsync);
    }

    /// <summary>A number that is unique in this process.</summary>
    public int Id { get; }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>The address it listens on.</summary>
    public IPAddress Address => options.Address;

    /// <summary>Where clients of this machine reach it.</summary>
    public Uri Uri { get; }

    /// <summary>Where it answers OCSP requests.</summary>
    public Uri OcspUrl => new(Uri, "ocsp");

    /// <summary>The CAs that it answers for, each with its URLs.</summary>
    public IReadOnlyList<ResponderAuthority> Authorities { get; }

    /// <summary>Whether the CAs' own keys sign.</summary>
    public bool SignWithCa => options.SignWithCa;

    /// <summary>How long an answer may be used.</summary>
    public TimeSpan ValidFor => options.ValidFor;

    /// <summary>How many OCSP requests came.</summary>
    public long Requests => responder.Asked;

    /// <summary>For how many of them an answer was signed; the others had one that was ready, or were refused.</summary>
    public long Signatures => responder.Signed;

    /// <summary>Whether it still answers.</summary>
    public bool IsRunning => Volatile.Read(ref stopped) == 0;

    /// <summary>The engine behind the socket.</summary>
    internal OcspResponder Engine => responder;

    /// <summary>How many connections are open.</summary>
    internal int OpenConnections => Volatile.Read(ref open);

    /// <summary>Starts a responder; it listens when this returns.</summary>
    /// <exception cref="MtlsException">A CA's key can not be opened, a CA refuses to certify a signer, or an index can not be read.</exception>
    /// <exception cref="ServerException">The port is taken, or the address is not this machine's.</exception>
    public static MtlsResponder Start(ResponderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // First the port: without it no certificate should be issued.
        var listener = ServerSocket.Listen(options.Address, options.Port);
        try
        {
            return new MtlsResponder(options, OcspResponder.Create(options), listener);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Stops it: no new connection is accepted, open ones are ended, and the keys of its signing certificates are gone.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
            return;
        stopping.Cancel();
        listener.Dispose();
        loop.Wait(TimeSpan.FromSeconds(5));
        responder.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        stopping.Dispose();
    }

    /// <summary>The URL and the CAs.</summary>
    public override string ToString() => $"{OcspUrl} ({string.Join(", ", Authorities.Select(one => one.Name))})";

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
            // It was stopped, and the socket may say so first; the connections that are open see the same token.
        }
    }

    private async Task ServeAsync(Socket socket, SemaphoreSlim free, CancellationToken token)
    {
        try
        {
            await new ResponderConnection(socket, routes, options).RunAsync(token).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref open);
            free.Release();
        }
    }
}
