using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>The rules of a mesh, and what cert-manager is asked for.</summary>
internal static class MeshRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        ConfigRule.Noted("MeshPermissive", Warning, "Istio, PeerAuthentication", "Workloads take mutual TLS alone", "Set the mode STRICT once every client sends a certificate."),
        ConfigRule.Noted("MeshTlsOff", Error, "Istio, PeerAuthentication and DestinationRule", "Mutual TLS is not turned off", "Take the mode DISABLE away."),
        ConfigRule.Noted("MeshClientCertificateNotSent", Warning, "Istio, DestinationRule", "Clients in the mesh send their certificate", "Use ISTIO_MUTUAL inside the mesh, and MUTUAL with a certificate for servers outside."),
        ConfigRule.Noted("PurposeNotNamed", Warning, "RFC 5280, 4.2.1.12; cert-manager, Certificate", "A certificate is for servers or for clients", "Name one of them under usages: server auth or client auth."),
        ConfigRule.Noted("RenewalImpossible", Error, "cert-manager, Certificate", "A certificate is renewed before its end and after its beginning", "Make renewBefore shorter than duration; a third of it is usual."),
    ];
}
