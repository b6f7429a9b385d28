using System.Formats.Asn1;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Inventory;

/// <summary>Finds certificates of the public web that may be used by clients: public CAs stop certifying clientAuth in 2026, so that the next renewal takes it away.</summary>
internal static class ClientAuthEnding
{
    private const string CertificatePolicies = "2.5.29.32";

    /// <summary>Proofs of a public log (RFC 6962, 3.3): only certificates of the public web carry them.</summary>
    private const string TransparencyProofs = "1.3.6.1.4.1.11129.2.4.2";

    /// <summary>The policies of the CA/Browser Forum: domain, organisation, individual and extended validation.</summary>
    private static readonly string[] WebPolicies = ["2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3"];

    /// <param name="certificate">The certificate.</param>
    /// <param name="isClient">Whether a configuration has a program present it as a client.</param>
    internal static InventoryFinding? Find(MtlsCertificate certificate, bool isClient) => certificate.Role == CertificateRole.Peer && IsOfTheWeb(certificate)
        ? new("ClientAuthEnding", isClient ? FindingSeverity.Error : FindingSeverity.Warning, $"A public CA has certified it for servers and for clients{(isClient ? ", and a configuration has it presented by a client" : "")}. Public CAs stop doing so in 2026: renewed, it is for servers alone, and mutual TLS that relies on it breaks.", "Give clients certificates of a private CA (New-MtlsCa, New-MtlsCertificate -Profile Client), and have servers trust that CA for clients.")
        : null;

    private static bool IsOfTheWeb(MtlsCertificate certificate) => certificate.Extensions.Any(extension => extension.Oid == TransparencyProofs)
        || (certificate.Extensions.FirstOrDefault(extension => extension.Oid == CertificatePolicies) is { } policies && Policies(policies.Value).Any(WebPolicies.Contains));

    private static List<string> Policies(ReadOnlyMemory<byte> extension)
    {
        var found = new List<string>();
        try
        {
            for (var list = new AsnReader(extension, AsnEncodingRules.BER).ReadSequence(); list.HasData;)
                found.Add(list.ReadSequence().ReadObjectIdentifier());
        }
        catch (AsnContentException)
        {
            // Damaged: it says nothing.
        }

        return found;
    }
}
