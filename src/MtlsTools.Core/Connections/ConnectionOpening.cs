using System.Net;
using System.Net.Sockets;
using MtlsTools.Connections.Preamble;

namespace MtlsTools.Connections;

/// <summary>The way up to where TLS begins: the name, the port, the proxy, and what is said in the clear.</summary>
internal static class ConnectionOpening
{
    /// <summary>Opens a connection.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="options">By which way.</param>
    /// <param name="step">Runs the work of one stage, and decides how long it may take.</param>
    /// <exception cref="SocketException">The name is not known, or no address can be reached.</exception>
    /// <exception cref="PreambleException">The proxy or the server does not go along, or ends the connection.</exception>
    internal static async Task<Stream> OpenAsync(ConnectionTarget target, ConnectionOptions options, Func<ConnectionStage, Func<CancellationToken, Task>, Task> step)
    {
        var (host, port) = options.Proxy is { } proxy ? (proxy.Address.IdnHost.Trim('[', ']'), proxy.Address.Port) : (target.Host, target.Port);
        var addresses = Array.Empty<IPAddress>();
        await step(ConnectionStage.Resolve, async token => addresses = await Dialler.ResolveAsync(host, token).ConfigureAwait(false)).ConfigureAwait(false);
        Socket? socket = null;
        await step(ConnectionStage.Connect, async token => socket = await Dialler.ConnectAsync(addresses, port, token).ConfigureAwait(false)).ConfigureAwait(false);
        var stream = new NetworkStream(socket!, ownsSocket: true);
        try
        {
            if (options.Proxy is not null)
                await step(ConnectionStage.Proxy, token => ProxyTunnel.OpenAsync(stream, target, options.Proxy, token)).ConfigureAwait(false);
            if (options.Upgrade is { } protocol)
                await step(ConnectionStage.StartTls, token => StartTlsProtocols.Of(protocol).BeginAsync(stream, options.ServerName ?? target.Host, token)).ConfigureAwait(false);
            return stream;
        }
        catch (Exception failed)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (failed is IOException and not PreambleException)
                throw new PreambleException(PreambleFault.Closed, "");
            throw;
        }
    }
}
