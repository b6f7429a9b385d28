using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>Why a server refused a client: what the server said, cross-checked with what can be known here before anyone is blamed.</summary>
internal sealed class ClientDiagnosis(MtlsCertificate? certificate, bool sent, int? alert, IReadOnlyList<string> acceptableIssuers, DateTimeOffset now)
{
    /// <summary>The most likely cause, and what else it could be where the evidence fits two.</summary>
    internal IEnumerable<Finding> Explain()
    {
        var cause = MostLikely();
        return cause.Id == FindingId.ClientCertificateUntrusted && !IsChainKnown ? [cause, ChainIncomplete()] : [cause];
    }

    private Finding MostLikely()
    {
        if (certificate is null || !sent)
            return NothingSent();
        return alert switch
        {
            TlsAlerts.CertificateExpired => Expired(),
            TlsAlerts.CertificateRevoked => Client(FindingId.ClientCertificateRevoked, $"The server says that '{certificate.Name}' (serial {certificate.SerialNumber}) is revoked.", "Request a new certificate."),
            TlsAlerts.UnsupportedCertificate => WrongPurpose(certificate.Role is CertificateRole.Client or CertificateRole.Peer ? FindingConfidence.Likely : FindingConfidence.Certain),
            TlsAlerts.UnknownCa => FromLocalChecks() ?? (acceptableIssuers.Count > 0 ? Rejected() : Untrusted(FindingConfidence.Likely)),
            _ => FromLocalChecks() ?? Rejected(),
        };
    }

    private Finding NothingSent() => Client(
        FindingId.NoClientCertificateSent,
        $"The server asks for a client certificate and none was sent{(certificate is null ? "" : $", although '{certificate.Name}' was given")}.",
        acceptableIssuers.Count > 0 ? $"Give a certificate issued by {Quote(acceptableIssuers)} with -Certificate and -Key." : "Give a certificate of a CA that the server trusts with -Certificate and -Key.");

    /// <summary>What this side can see for itself; servers that close without a word (or answer 400) leave nothing else.</summary>
    private Finding? FromLocalChecks()
    {
        if (now > certificate!.NotAfter)
            return Expired();
        if (now < certificate.NotBefore)
            return Client(FindingId.ClientCertificateNotYetValid, $"The client certificate '{certificate.Name}' is valid only from {certificate.NotBefore:u} on.", "Check the clocks of both sides, or wait.");
        if (certificate.Role is not (CertificateRole.Client or CertificateRole.Peer or CertificateRole.AnyPurpose))
            return WrongPurpose(FindingConfidence.Certain);
        if (acceptableIssuers.Count > 0 && !IssuerNames.Covers(acceptableIssuers, certificate))
            return Untrusted(IsChainKnown ? FindingConfidence.Certain : FindingConfidence.Likely);
        return null;
    }

    /// <summary>Whether the issuer is known here; when it is not, a wrong CA and a missing intermediate look alike from this side.</summary>
    private bool IsChainKnown => certificate!.IsSelfSigned || certificate.Chain.Count > 0;

    private Finding Expired()
    {
        var reallyExpired = now > certificate!.NotAfter;
        return reallyExpired
            ? Client(FindingId.ClientCertificateExpired, $"The client certificate '{certificate.Name}' expired on {certificate.NotAfter:u}.", "Issue a new one.")
            : new Finding(FindingId.ClientCertificateExpired, FindingSide.Server, FindingSeverity.Error, $"The server says that '{certificate.Name}' or a CA above it has expired, but the certificate is valid until {certificate.NotAfter:u} by this clock.", "Compare the server's clock, and look at the dates of the CAs above the certificate.", FindingConfidence.Likely);
    }

    private Finding WrongPurpose(FindingConfidence confidence) =>
        Client(FindingId.ClientCertificateWrongPurpose, $"'{certificate!.Name}' has the role {certificate.Role} and is not made for TLS clients (clientAuth).", "Use a certificate issued with the profile Client or Peer.", confidence);

    private Finding Untrusted(FindingConfidence confidence) => Client(
        FindingId.ClientCertificateUntrusted,
        acceptableIssuers.Count > 0
            ? $"The server accepts certificates of {Quote(acceptableIssuers)}; '{certificate!.Name}' was issued by '{certificate.Issuer}'."
            : $"The server does not trust '{certificate!.Issuer}', which issued '{certificate.Name}'.",
        $"Use a certificate of a CA that the server trusts, or add '{certificate.Issuer}' to the server's client CAs.",
        confidence);

    private Finding ChainIncomplete() => new(
        FindingId.ClientChainIncomplete,
        FindingSide.Client,
        FindingSeverity.Information,
        $"No intermediate was sent along with '{certificate!.Name}', and '{certificate.Issuer}' may be one.",
        "If it is an intermediate CA, give a full-chain file (certificate, then intermediates) as -Certificate.",
        FindingConfidence.Possible);

    private Finding Rejected() => new(
        FindingId.ClientCertificateRejected,
        FindingSide.Unknown,
        FindingSeverity.Error,
        $"The server refused '{certificate!.Name}' without a usable reason{(alert is { } number ? $" (alert {TlsAlerts.NameOf(number)}, {number})" : "")}. Seen from here its dates and purpose are good{(acceptableIssuers.Count > 0 ? " and its issuer is on the server's list" : "")}.",
        $"Look into the server's log. Likely: the server does not trust '{certificate.Issuer}' (or trusts another CA of that name), lacks an intermediate or a CRL, or has the certificate revoked.",
        FindingConfidence.Possible);

    private static Finding Client(FindingId id, string cause, string remedy, FindingConfidence confidence = FindingConfidence.Certain) =>
        new(id, FindingSide.Client, FindingSeverity.Error, cause, remedy, confidence);

    private static string Quote(IReadOnlyList<string> names) =>
        string.Join(" or ", names.Take(5).Select(name => $"'{name}'")) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");
}
