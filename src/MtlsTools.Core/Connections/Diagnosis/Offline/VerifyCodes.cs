using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>OpenSSL's numbers of why a chain is not good (x509_vfy.h): "Verify return code: 20", nginx' "(20:…)".</summary>
internal static class VerifyCodes
{
    private static readonly Dictionary<int, (FindingId[] Any, FindingId[] OfClient)> Meanings = new()
    {
        [2] = ([FindingId.IssuerNotFound], [FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete]),
        [3] = ([FindingId.CrlMissing], [FindingId.CrlMissing]),
        [7] = ([FindingId.SignatureInvalid], [FindingId.SignatureInvalid]),
        [9] = ([FindingId.CertificateNotYetValid], [FindingId.ClientCertificateNotYetValid]),
        [10] = ([FindingId.CertificateExpired], [FindingId.ClientCertificateExpired]),
        [11] = ([FindingId.CrlNotFresh], [FindingId.CrlNotFresh]),
        [12] = ([FindingId.CrlNotFresh], [FindingId.CrlNotFresh]),
        [18] = ([FindingId.RootNotTrusted], [FindingId.ClientCertificateUntrusted]),
        [19] = ([FindingId.RootNotTrusted], [FindingId.ClientCertificateUntrusted]),
        [20] = ([FindingId.IssuerNotFound], [FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete]),
        [21] = ([FindingId.IssuerNotFound], [FindingId.ClientChainIncomplete, FindingId.ClientCertificateUntrusted]),
        [22] = ([FindingId.IssuerMayNotSign], [FindingId.IssuerMayNotSign]),
        [23] = ([FindingId.CertificateRevoked], [FindingId.ClientCertificateRevoked]),
        [24] = ([FindingId.IssuerMayNotSign], [FindingId.IssuerMayNotSign]),
        [25] = ([FindingId.IssuerMayNotSign], [FindingId.IssuerMayNotSign]),
        [26] = ([FindingId.WrongPurpose], [FindingId.ClientCertificateWrongPurpose]),
        [27] = ([FindingId.RootNotTrusted], [FindingId.ClientCertificateUntrusted]),
        [47] = ([FindingId.NameNotPermitted], [FindingId.NameNotPermitted]),
        [48] = ([FindingId.NameNotPermitted], [FindingId.NameNotPermitted]),
        [62] = ([FindingId.HostNameMismatch], [FindingId.HostNameMismatch]),
        [64] = ([FindingId.HostNameMismatch], [FindingId.HostNameMismatch]),
        [66] = ([FindingId.AlgorithmTooWeak], [FindingId.AlgorithmTooWeak]),
        [67] = ([FindingId.AlgorithmTooWeak], [FindingId.AlgorithmTooWeak]),
        [68] = ([FindingId.AlgorithmTooWeak], [FindingId.AlgorithmTooWeak]),
    };

    /// <summary>What a number means; where a server's log says it, it is about the client's certificate.</summary>
    internal static Clue? Find(int code, bool inServerLog) => Meanings.TryGetValue(code, out var meaning)
        ? new Clue($"OpenSSL verify error {code}", FindingCatalog.Of(inServerLog ? meaning.OfClient : meaning.Any))
        : null;
}
