namespace MtlsTools.Authority;

/// <summary>What a revocation would change, and what stands against it.</summary>
/// <param name="Revocations">What is to be revoked; each certificate once.</param>
/// <param name="Failures">The targets that can not be, each with the reason.</param>
/// <param name="Warnings">What the caller should know.</param>
public sealed record RevocationPlan(IReadOnlyList<PlannedRevocation> Revocations, IReadOnlyList<(RevocationTarget Target, MtlsException Error)> Failures, IReadOnlyList<string> Warnings);
