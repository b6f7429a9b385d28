using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>One line of the table that explains failures: what evidence it is for, and what it makes of it.</summary>
/// <param name="Name">What it is about, for readers of the table.</param>
/// <param name="Applies">Whether the evidence is of that kind.</param>
/// <param name="Explain">The findings, most important first.</param>
internal sealed record DiagnosisRule(string Name, Func<ConnectionEvidence, bool> Applies, Func<ConnectionEvidence, IEnumerable<Finding>> Explain)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
