using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlsTools.Tests.Support;

/// <summary>An <c>openssl s_server</c> on a free port, gone when disposed.</summary>
public sealed partial class OpenSslServer : IDisposable
{
    private readonly PeerProcess process;

    private OpenSslServer(PeerProcess process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>What it has said so far.</summary>
    public string Said => process.All;

    /// <summary>Starts it with a certificate (and its intermediates) and further arguments.</summary>
    public static OpenSslServer Start((string Certificate, string Key) pair, params string[] arguments)
    {
        // It stops when its standard input ends, so that stays open.
        var process = Peer.Require("openssl").Start(["s_server", "-accept", "127.0.0.1:0", "-cert", pair.Certificate, "-cert_chain", pair.Certificate, "-key", pair.Key, .. arguments]);
        try
        {
            process.WaitFor("ACCEPT ");
            Assert.True(SpinWait.SpinUntil(() => AcceptLine().IsMatch(process.All), TimeSpan.FromSeconds(30)), process.All);
            return new OpenSslServer(process, int.Parse(AcceptLine().Match(process.All).Groups[1].Value, CultureInfo.InvariantCulture));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public void Dispose() => process.Dispose();

    [GeneratedRegex(@"ACCEPT [^\n]*:(\d+)\r?\n")]
    private static partial Regex AcceptLine();
}
