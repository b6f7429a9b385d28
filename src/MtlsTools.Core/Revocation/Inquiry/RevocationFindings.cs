using MtlsTools.Verification;

namespace MtlsTools.Revocation;

/// <summary>The words for what stands between a question about revocation and its answer.</summary>
internal static class RevocationFindings
{
    internal static Finding Error(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Error, cause, remedy);

    internal static Finding Warning(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Warning, cause, remedy);

    internal static Finding Note(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Information, cause, remedy);

    internal static Finding NoIssuer(string name, string issuer) => Error(
        FindingId.IssuerNotFound,
        $"The CA that issued '{name}' is not at hand ('{issuer}'), so nobody can be asked, and no answer can be checked.",
        "Give it with -Issuer, or give the certificate with its chain.");

    internal static Finding Root(string name) => Error(
        FindingId.RevocationSourceMissing,
        $"'{name}' signed itself, and nobody stands above it who could revoke it: a root is trusted, or it is not.",
        "Take it out of the trust stores if it is no longer to be trusted; ask about the certificates below it.");

    internal static Finding NoSource(string name, RevocationMethod method) => Error(
        FindingId.RevocationSourceMissing,
        $"'{name}' names {method switch { RevocationMethod.Ocsp => "no OCSP responder", RevocationMethod.Crl => "no revocation list", _ => "neither an OCSP responder nor a revocation list" }}, and none is given.",
        $"Give {method switch { RevocationMethod.Ocsp => "-OcspUrl", RevocationMethod.Crl => "-Crl", _ => "-OcspUrl or -Crl" }}; for certificates to come, make the CA with -OcspUrl and -CrlUrl.");

    internal static Finding NotReached(Uri url, string why) => Error(
        FindingId.OcspNotReached,
        $"The responder {url} gives no answer: {why}.",
        "Check the URL and the way there; or ask by -Method Crl.");

    internal static Finding CrlNotReached(Uri url, string why) => Error(
        FindingId.CrlNotReached,
        $"The revocation list {url} can not be had: {why}.",
        "Check the URL and the way there; or give the list as a file with -Crl.");

    internal static Finding ExpiredBeforeList(string name, DateTimeOffset end) => Error(
        FindingId.CertificateExpired,
        $"'{name}' ended on {end:u}, before the list was made, and lists leave out what has ended: that it is not listed proves nothing.",
        "Do not use an expired certificate; the responder may still know it (-Method Ocsp).");
}
