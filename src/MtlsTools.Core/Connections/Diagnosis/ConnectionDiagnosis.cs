using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>Why a connection failed, by a table of rules: the first that fits the evidence explains it.</summary>
internal static class ConnectionDiagnosis
{
    /// <summary>The table, in the order in which it is asked: a refusal of the client, the server's certificate, the handshake, the network. The last rule fits everything.</summary>
    internal static IReadOnlyList<DiagnosisRule> Rules { get; } = [.. RefusalRules.All, .. ServerRules.All, .. HandshakeRules.All];

    /// <summary>The cause, and what else stands in the way or fits the evidence as well. To be asked about failures and refusals alone.</summary>
    internal static IReadOnlyList<Finding> Explain(ConnectionEvidence evidence) => Rules.First(rule => rule.Applies(evidence)).Explain(evidence).ToList();
}
