using MtlsTools.Connections.Preamble;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>Why TLS could not even begin: the proxy, or what is said in the clear.</summary>
internal static class PreambleFindings
{
    internal static Finding Of(PreambleException fault, ConnectionStage stage, ConnectionTarget target, ConnectionOptions options) =>
        stage == ConnectionStage.Proxy ? OfProxy(fault, target, options.Proxy!) : OfStartTls(fault, target, options.Upgrade!.Value);

    private static Finding OfProxy(PreambleException fault, ConnectionTarget target, ProxyOptions proxy) => (fault.Fault, fault.Status) switch
    {
        (PreambleFault.Refused, 407) => Error(FindingId.ProxyAuthenticationRequired, FindingSide.Client, $"The proxy {proxy} {(proxy.Credential is null ? "wants to know who asks" : $"does not let '{proxy.Credential.UserName}' through")} ('{fault.Said}').", proxy.Credential is null ? "Give -ProxyCredential." : "Check the user and the password; the proxy must allow Basic authentication."),
        (PreambleFault.Refused, _) => Error(FindingId.ProxyRefused, FindingSide.Network, $"The proxy {proxy} opens no way to {target}: '{fault.Said}'.", fault.Status is 502 or 503 or 504 ? "Check that the target runs and can be reached from the proxy." : "Have the proxy allow CONNECT to this host and port."),
        (PreambleFault.Closed, _) => Error(FindingId.ProxyRefused, FindingSide.Network, $"The proxy {proxy} closed the connection instead of opening a way to {target}.", "Look into the proxy's log."),
        _ => Error(FindingId.ProxyRefused, FindingSide.Network, $"{proxy} does not speak HTTP{Quote(fault)}.", "Name the proxy's HTTP port."),
    };

    private static Finding OfStartTls(PreambleException fault, ConnectionTarget target, StartTlsProtocol protocol) => fault.Fault switch
    {
        PreambleFault.NotOffered => Error(FindingId.StartTlsNotOffered, FindingSide.Server, $"{target} speaks {protocol}, but does not offer TLS{Quote(fault)}.", "Turn TLS on there; what goes over this port now can be read by everybody."),
        PreambleFault.Refused => Error(FindingId.StartTlsRefused, FindingSide.Server, $"{target} refuses to begin TLS{Quote(fault)}.", "Look into the server's log."),
        PreambleFault.Closed => Error(FindingId.StartTlsRefused, FindingSide.Server, $"{target} closed the connection before TLS began{Quote(fault)}.", "Look into the server's log; a port where TLS begins at once wants no -StartTls."),
        _ => Error(FindingId.UnexpectedAnswer, FindingSide.Server, $"{target} does not speak {protocol}{Quote(fault)}.", "Name the protocol of that port with -StartTls; leave it out where TLS begins at once."),
    };

    private static string Quote(PreambleException fault) => fault.Said.Length > 0 ? $" ('{fault.Said}')" : "";

    private static Finding Error(FindingId id, FindingSide side, string cause, string remedy) => new(id, side, FindingSeverity.Error, cause, remedy);
}
