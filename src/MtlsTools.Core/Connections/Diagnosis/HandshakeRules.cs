using System.Net.Sockets;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>It ended before anybody's certificate was judged: network, port, TLS itself; or after the handshake without an answer.</summary>
internal static class HandshakeRules
{
    internal static IReadOnlyList<DiagnosisRule> All { get; } =
    [
        Rule("a stage took too long", evidence => evidence.TimedOutAfter is not null, TimedOut),
        Rule("the server closed without an answer", evidence => evidence.Stage == ConnectionStage.Application, Unanswered),
        Rule("the name has no address", evidence => evidence.Stage == ConnectionStage.Resolve, Unresolved),
        Rule("the port can not be reached", evidence => evidence.Stage == ConnectionStage.Connect, Unreachable),
        Rule("no TLS", evidence => !evidence.SpeaksTls, evidence => Error(FindingId.NotTls, FindingSide.Server, $"{evidence.Target} answers, but does not speak TLS.", "Name the TLS port, or turn TLS on there.")),
        Rule("an alert about versions and cipher suites", evidence => evidence.Alert?.Number is TlsAlerts.ProtocolVersion or TlsAlerts.HandshakeFailure or TlsAlerts.InsufficientSecurity, evidence => Error(FindingId.NoCommonTlsVersion, FindingSide.Unknown, $"{evidence.Target} refuses every TLS version or cipher suite that this side offers (alert {evidence.Alert}).", "Enable TLS 1.2 or 1.3 on both sides; look whether the server has a certificate for this name.", FindingConfidence.Likely)),
        Rule("an alert about the name", evidence => evidence.Alert?.Number == TlsAlerts.UnrecognizedName, evidence => Error(FindingId.TlsAlert, FindingSide.Server, $"{evidence.Target} has no certificate for the name it was called by (alert {evidence.Alert}).", "Call it by a name that it serves, or give that name with -ServerName.", FindingConfidence.Likely)),
        Rule("the server failed inside itself", evidence => evidence.Alert?.Number == TlsAlerts.InternalError, evidence => Error(FindingId.TlsAlert, FindingSide.Server, $"{evidence.Target} ended the handshake with the alert {evidence.Alert}: something is wrong with its own certificate, key or settings.", "Look into the server's log. Some servers (lighttpd) say this when the intermediate of their own certificate is missing, others (Caddy) when they have no certificate for the name they were called by.", FindingConfidence.Likely)),
        Rule("another alert", evidence => evidence.Alert is not null, evidence => Error(FindingId.TlsAlert, FindingSide.Server, $"{evidence.Target} ended the handshake with the alert {evidence.Alert}.", "Look into the server's log.", FindingConfidence.Likely)),
        Rule("the key can not be used here", evidence => !evidence.EndedByPeer && PlatformErrors.Find(evidence.PlatformError)?.Id == FindingId.KeyNotUsable, KeyNotUsable),
        Rule("a message that is too large", evidence => !evidence.EndedByPeer && PlatformErrors.Find(evidence.PlatformError)?.Id == FindingId.MessageTooLarge, evidence => Error(FindingId.MessageTooLarge, FindingSide.Server, $"A handshake message of {evidence.Target}, most likely its certificate with the chain, is larger than this system takes ({PlatformErrors.Describe(evidence.PlatformError!.Value)}; OpenSSL's limit is 100 KiB).", "Give the server a certificate with fewer names, and send the chain without the root.")),
        Rule("this side gave up", evidence => !evidence.EndedByPeer, evidence => Error(FindingId.HandshakeFailed, FindingSide.Unknown, $"The handshake with {evidence.Target} failed on this side: {evidence.PlatformMessage}", "Look whether the server speaks proper TLS, and whether this system can use the given certificate and key.", FindingConfidence.Possible)),
        Rule("closed without a word", _ => true, evidence => Error(FindingId.NetworkFailed, FindingSide.Network, $"{evidence.Target} closed the connection during the handshake without a word.", "Look into the server's log, and for a firewall or proxy in between.", FindingConfidence.Possible)),
    ];

    private static DiagnosisRule Rule(string name, Func<ConnectionEvidence, bool> applies, Func<ConnectionEvidence, Finding> explain) =>
        new(name, applies, evidence => [explain(evidence)]);

    private static Finding TimedOut(ConnectionEvidence evidence) => Error(
        FindingId.TimedOut,
        evidence.Stage is ConnectionStage.Resolve or ConnectionStage.Connect ? FindingSide.Network : FindingSide.Server,
        $"{evidence.Target} did not finish the stage {evidence.Stage} within {evidence.TimedOutAfter!.Value.TotalSeconds:0.###} seconds.",
        evidence.Stage == ConnectionStage.Connect ? "A firewall may drop the packets: check the address, the port and the way there, or give more -TimeoutSec." : "Check the server, or give more -TimeoutSec.");

    private static Finding Unanswered(ConnectionEvidence evidence) => Error(
        FindingId.ClosedWithoutAnswer,
        FindingSide.Server,
        $"{evidence.Target} closed the connection without an answer{(evidence.Alert is { } alert ? $" (alert {alert})" : "")}.",
        "Look into the server's log.",
        FindingConfidence.Likely);

    private static Finding Unresolved(ConnectionEvidence evidence) => Error(
        FindingId.NameNotResolved,
        FindingSide.Network,
        $"The name '{evidence.Target.Host}' has no address.",
        "Check the spelling and the DNS.");

    private static Finding Unreachable(ConnectionEvidence evidence) => evidence.SocketError == SocketError.ConnectionRefused
        ? Error(FindingId.ConnectionRefused, FindingSide.Server, $"Nothing listens on {evidence.Target}.", "Start the server, or check the port.")
        : Error(FindingId.NetworkFailed, FindingSide.Network, $"{evidence.Target} can not be reached ({evidence.SocketError ?? SocketError.SocketError}).", "Check the address, the network and firewalls in between.");

    /// <summary>SChannel alone: it refuses keys that live in memory, and those that this account may not use.</summary>
    private static Finding KeyNotUsable(ConnectionEvidence evidence) => Error(
        FindingId.KeyNotUsable,
        FindingSide.Client,
        $"This system's TLS can not use the private key of {(evidence.ClientCertificate is { } certificate ? Words.Name(certificate) : "the client certificate")} ({PlatformErrors.Describe(evidence.PlatformError!.Value)}).",
        "Check that this account may use the key; import certificate and key into the user's store (Import-MtlsToStore) and use them from there.",
        FindingConfidence.Likely);

    private static Finding Error(FindingId id, FindingSide side, string cause, string remedy, FindingConfidence confidence = FindingConfidence.Certain) =>
        new(id, side, FindingSeverity.Error, cause, remedy, confidence);
}
