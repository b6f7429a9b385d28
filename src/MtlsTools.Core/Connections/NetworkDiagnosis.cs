using System.Net.Sockets;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>Why a connection failed before the client was judged: network, TLS itself, or the server's certificate.</summary>
internal static class NetworkDiagnosis
{
    internal static IEnumerable<Finding> Explain(ConnectionAttempt attempt, ConnectionTarget target, ConnectionOptions options)
    {
        if (attempt.ServerReport is { Success: false } server)
            return server.Findings.Select(finding => finding with { Side = FindingSide.Server });
        if (attempt.ServerDamage is { } damage)
            return [Error(FindingId.ChainInvalid, FindingSide.Server, $"The certificate of {target} can not be read. {damage}", "Issue a new certificate for the server.")];
        if (attempt.TimedOut)
            return [TimedOut(attempt.Stage, target, options)];
        if (attempt.Stage is ConnectionStage.Resolve or ConnectionStage.Connect)
            return [Unreachable((attempt.Failure as SocketException)?.SocketErrorCode ?? SocketError.SocketError, target)];
        if (!attempt.SpeaksTls)
            return [Error(FindingId.NotTls, FindingSide.Server, $"{target} answers, but does not speak TLS.", "Name the TLS port, or turn TLS on there.")];
        if (attempt.Alert is TlsAlerts.ProtocolVersion or TlsAlerts.HandshakeFailure or 71)
            return [Error(FindingId.NoCommonTlsVersion, FindingSide.Unknown, $"{target} refuses every TLS version or cipher suite that this side offers (alert {TlsAlerts.NameOf(attempt.Alert.Value)}).", "Enable TLS 1.2 or 1.3 on both sides.", FindingConfidence.Likely)];
        if (attempt.Alert is { } alert)
            return [Error(FindingId.TlsAlert, FindingSide.Server, $"{target} ended the handshake with the alert {TlsAlerts.NameOf(alert)} ({alert}).", "Look into the server's log.", FindingConfidence.Likely)];
        if (!attempt.EndedByPeer)
            return [Error(FindingId.HandshakeFailed, FindingSide.Unknown, $"The handshake with {target} failed on this side: {(attempt.Failure?.InnerException ?? attempt.Failure)?.Message}", "Look whether the server speaks proper TLS, and whether this system can use the given certificate and key.", FindingConfidence.Possible)];
        return [Error(FindingId.NetworkFailed, FindingSide.Network, $"{target} closed the connection during the handshake without a word.", "Look into the server's log, and for a firewall or proxy in between.", FindingConfidence.Possible)];
    }

    private static Finding TimedOut(ConnectionStage stage, ConnectionTarget target, ConnectionOptions options) => Error(
        FindingId.TimedOut,
        stage is ConnectionStage.Resolve or ConnectionStage.Connect ? FindingSide.Network : FindingSide.Server,
        $"{target} did not finish the stage {stage} within {options.Timeout.TotalSeconds:0.###} seconds.",
        stage == ConnectionStage.Connect ? "A firewall may drop the packets: check the address, the port and the way there, or give more -TimeoutSec." : "Check the server, or give more -TimeoutSec.");

    private static Finding Unreachable(SocketError error, ConnectionTarget target) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            Error(FindingId.NameNotResolved, FindingSide.Network, $"The name '{target.Host}' has no address.", "Check the spelling and the DNS."),
        SocketError.ConnectionRefused =>
            Error(FindingId.ConnectionRefused, FindingSide.Server, $"Nothing listens on {target}.", "Start the server, or check the port."),
        _ => Error(FindingId.NetworkFailed, FindingSide.Network, $"{target} can not be reached ({error}).", "Check the address, the network and firewalls in between."),
    };

    private static Finding Error(FindingId id, FindingSide side, string cause, string remedy, FindingConfidence confidence = FindingConfidence.Certain) =>
        new(id, side, FindingSeverity.Error, cause, remedy, confidence);
}
