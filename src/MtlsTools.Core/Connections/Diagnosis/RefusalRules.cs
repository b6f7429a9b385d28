using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>A server refused the client: what it said, held against what this side can check for itself before anyone is blamed.</summary>
internal static class RefusalRules
{
    /// <summary>Alerts that name a cause. All others say no more than "refused": servers use them for anything.</summary>
    private static readonly Dictionary<int, FindingId> AlertMeanings = new()
    {
        [TlsAlerts.CertificateRequired] = FindingId.NoClientCertificateSent,
        [TlsAlerts.UnsupportedCertificate] = FindingId.ClientCertificateWrongPurpose,
        [TlsAlerts.CertificateRevoked] = FindingId.ClientCertificateRevoked,
        [TlsAlerts.CertificateExpired] = FindingId.ClientCertificateExpired,
        [TlsAlerts.UnknownCa] = FindingId.ClientCertificateUntrusted,
    };

    /// <summary>What may be found here that bears such a word out.</summary>
    private static readonly Dictionary<FindingId, FindingId[]> BorneOutBy = new()
    {
        [FindingId.ClientCertificateWrongPurpose] = [FindingId.ClientCertificateWrongPurpose, FindingId.AlgorithmTooWeak, FindingId.AlgorithmNotSupported],
        [FindingId.ClientCertificateRevoked] = [],
        [FindingId.ClientCertificateExpired] = [FindingId.ClientCertificateExpired, FindingId.ClientCertificateNotYetValid, FindingId.ClockSkew],
        [FindingId.ClientCertificateUntrusted] = [FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete, FindingId.IssuerKeyDiffers, FindingId.IssuerMayNotSign, FindingId.SignatureInvalid],
    };

    internal static IReadOnlyList<DiagnosisRule> All { get; } =
    [
        Rule("no certificate was sent", evidence => evidence.ClientCertificate is null || !evidence.CertificateSent, evidence => [NothingSent.Explain(evidence)]),
        Rule("no certificate arrived", Means(FindingId.NoClientCertificateSent), evidence => [NothingSent.ButGiven(evidence)]),
        Rule("what the server says is borne out here", evidence => Proven(evidence).Any(), evidence => [.. Proven(evidence), .. Beside(evidence)]),
        Rule("revoked, by the server's word", Means(FindingId.ClientCertificateRevoked), evidence => [ServersWord.Revoked(evidence), .. Beside(evidence)]),
        Rule("expired, by the server's word", Means(FindingId.ClientCertificateExpired), evidence => [ServersWord.Expired(evidence), .. Beside(evidence)]),
        Rule("wrong purpose, by the server's word", Means(FindingId.ClientCertificateWrongPurpose), evidence => [ServersWord.WrongPurpose(evidence), .. Beside(evidence)]),
        Rule("unknown CA, and the server names none that it knows", evidence => Means(FindingId.ClientCertificateUntrusted)(evidence) && evidence.AcceptableIssuers.Count == 0, evidence => [.. ClientIssuerCheck.Unannounced(evidence, evidence.ClientCertificate!), .. Beside(evidence)]),
        Rule("refused without a usable reason", _ => true, evidence => [ServersWord.Rejected(evidence), .. Beside(evidence)]),
    ];

    private static DiagnosisRule Rule(string name, Func<ConnectionEvidence, bool> applies, Func<ConnectionEvidence, IEnumerable<Finding>> explain) =>
        new(name, evidence => evidence.Outcome == ConnectionOutcome.Refused && applies(evidence), evidence => WithHint(explain(evidence), HttpRefusals.Find(evidence.Answer)?.Hint));

    private static IEnumerable<Finding> WithHint(IEnumerable<Finding> findings, string? hint) =>
        hint is null ? findings : findings.Select((finding, index) => index == 0 ? finding with { Remedy = $"{finding.Remedy} {hint}" } : finding);

    private static Func<ConnectionEvidence, bool> Means(FindingId id) => evidence => Meaning(evidence) == id;

    /// <summary>What the server says by its alert or its answer; null when it names no cause.</summary>
    private static FindingId? Meaning(ConnectionEvidence evidence) =>
        evidence.Alert is { } alert && AlertMeanings.TryGetValue(alert.Number, out var id) ? id : HttpRefusals.Find(evidence.Answer)?.Id;

    private static bool Fits(ConnectionEvidence evidence, FindingId found) =>
        Meaning(evidence) is not { } said || !BorneOutBy.TryGetValue(said, out var ids) || ids.Contains(found);

    /// <summary>What was found here that the server's words fit. An application that answers 403 has let the certificate pass and may mean something else.</summary>
    private static IEnumerable<Finding> Proven(ConnectionEvidence evidence)
    {
        var isApplication = HttpRefusals.Find(evidence.Answer)?.Server == HttpRefusals.Application;
        return ClientChecks.Of(evidence)
            .Where(finding => Fits(evidence, finding.Id))
            .Select(finding => isApplication && finding.Confidence == FindingConfidence.Certain ? finding with { Confidence = FindingConfidence.Likely } : finding);
    }

    /// <summary>What is wrong as well, and would be the next refusal.</summary>
    private static IEnumerable<Finding> Beside(ConnectionEvidence evidence) =>
        ClientChecks.Of(evidence).Where(finding => !Fits(evidence, finding.Id)).Select(finding => finding with { Severity = FindingSeverity.Warning });
}
