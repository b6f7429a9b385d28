using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What alerts mean by their number and by who sent them: a server's is about the client's certificate, a client's about the server's.</summary>
internal static class AlertClues
{
    private static readonly Dictionary<int, FindingId[]> OfServer = new()
    {
        [TlsAlerts.HandshakeFailure] = [FindingId.NoClientCertificateSent, FindingId.NoCommonTlsVersion],
        [TlsAlerts.BadCertificate] = [FindingId.ClientCertificateRejected, FindingId.NoClientCertificateSent],
        [TlsAlerts.UnsupportedCertificate] = [FindingId.ClientCertificateWrongPurpose],
        [TlsAlerts.CertificateRevoked] = [FindingId.ClientCertificateRevoked],
        [TlsAlerts.CertificateExpired] = [FindingId.ClientCertificateExpired],
        [TlsAlerts.CertificateUnknown] = [FindingId.ClientCertificateRejected],
        [TlsAlerts.UnknownCa] = [FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete, FindingId.CrlMissing],
        [TlsAlerts.AccessDenied] = [FindingId.ClientCertificateRejected],
        [TlsAlerts.DecryptError] = [FindingId.SignatureInvalid],
        [TlsAlerts.CertificateRequired] = [FindingId.NoClientCertificateSent],
    };

    private static readonly Dictionary<int, FindingId[]> OfClient = new()
    {
        [TlsAlerts.BadCertificate] = [FindingId.RootNotTrusted, FindingId.IssuerNotFound, FindingId.HostNameMismatch],
        [TlsAlerts.UnsupportedCertificate] = [FindingId.WrongPurpose],
        [TlsAlerts.CertificateRevoked] = [FindingId.CertificateRevoked],
        [TlsAlerts.CertificateExpired] = [FindingId.CertificateExpired],
        [TlsAlerts.CertificateUnknown] = [FindingId.RootNotTrusted, FindingId.IssuerNotFound, FindingId.HostNameMismatch],
        [TlsAlerts.UnknownCa] = [FindingId.RootNotTrusted, FindingId.IssuerNotFound],
        [TlsAlerts.DecryptError] = [FindingId.SignatureInvalid],
    };

    /// <summary>What an alert means, whoever sent it.</summary>
    private static readonly Dictionary<int, FindingId[]> OfEither = new()
    {
        [10] = [FindingId.HandshakeFailed, FindingId.NotTls],
        [20] = [FindingId.HandshakeFailed],
        [22] = [FindingId.NotTls, FindingId.HandshakeFailed],
        [TlsAlerts.HandshakeFailure] = [FindingId.NoCommonTlsVersion],
        [47] = [FindingId.HandshakeFailed, FindingId.NoCommonTlsVersion],
        [50] = [FindingId.HandshakeFailed],
        [TlsAlerts.ProtocolVersion] = [FindingId.NoCommonTlsVersion],
        [TlsAlerts.InsufficientSecurity] = [FindingId.NoCommonTlsVersion],
        [80] = [FindingId.TlsAlert],
        [86] = [FindingId.NoCommonTlsVersion],
        [90] = [FindingId.TlsAlert],
        [109] = [FindingId.HandshakeFailed],
        [110] = [FindingId.HandshakeFailed],
        [TlsAlerts.UnrecognizedName] = [FindingId.HostNameMismatch],
        [120] = [FindingId.TlsAlert],
    };

    internal static Clue? Find(int number, FindingSide sender)
    {
        var table = sender == FindingSide.Client ? OfClient : OfServer;
        if (!table.TryGetValue(number, out var ids) && !OfEither.TryGetValue(number, out ids) && !OfServer.TryGetValue(number, out ids))
            return null;
        var who = sender switch { FindingSide.Client => ", sent by the client", FindingSide.Server => ", sent by the server", _ => "" };

        // What a client refuses is the server's certificate.
        return new Clue($"TLS alert {new AlertEvidence(number, sender)}{who}", FindingCatalog.Of(ids, sender == FindingSide.Client && table.ContainsKey(number) ? FindingSide.Server : null));
    }
}
