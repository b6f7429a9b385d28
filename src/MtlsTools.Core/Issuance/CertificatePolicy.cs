namespace MtlsTools.Issuance;

/// <summary>A policy under which certificates are issued (RFC 5280, 4.2.1.4).</summary>
/// <param name="Oid">The policy's object identifier.</param>
/// <param name="CpsUri">Where the certification practice statement is published, or null.</param>
public sealed record CertificatePolicy(string Oid, string? CpsUri = null)
{
    /// <summary>The identifier, and the statement's place.</summary>
    public override string ToString() => CpsUri is null ? Oid : $"{Oid} ({CpsUri})";
}
