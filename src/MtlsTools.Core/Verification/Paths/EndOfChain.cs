using MtlsTools.Keys;

namespace MtlsTools.Verification.Paths;

/// <summary>Why a path does not reach a trust anchor, naming what is missing or wrong.</summary>
internal static class EndOfChain
{
    internal static IEnumerable<PathProblem> Explain(PathOutcome outcome, VerificationOptions options, CertificatePool pool)
    {
        if (outcome.IsValid)
            return [];
        var findings = new List<Finding>();
        if (outcome.IsExhausted)
            findings.Add(Error(FindingId.ChainTooComplex, "The certificates allow more paths than can be tried; none of those tried is valid.", "Give the intermediates that belong to the chain alone."));
        if (!outcome.IsAnchored)
            findings.Add(Explain(outcome, outcome.Path[^1], outcome.Path[0].Certificate.Name, options, pool));
        return findings.Select(finding => new PathProblem(outcome.Path.Count - 1, finding));
    }

    private static Finding Explain(PathOutcome outcome, PathCertificate last, string leaf, VerificationOptions options, CertificatePool pool)
    {
        var certificate = last.Certificate;
        if (outcome.DeadEnds.Count == 0 && last.IsSelfIssued && certificate.IsSelfSigned)
        {
            return pool.Named(last.SubjectName).FirstOrDefault(other => other.IsTrusted) is { } namesake
                ? Error(FindingId.IssuerKeyDiffers, $"The chain of '{leaf}' ends at a '{certificate.Subject}' that is not the trusted CA of that name: the name is the same, the {(certificate.PublicKey.Equals(namesake.Certificate.PublicKey) ? "certificate" : "key")} is another.", "Trust the CA certificate that belongs to this chain, if it is an older or newer one of the same CA; make sure that nobody imitates the CA.")
                : Error(FindingId.RootNotTrusted, $"The chain of '{leaf}' ends at '{certificate.Subject}', which is not among the trusted CAs{ListTrusted(options)}.", "Trust that CA, if it is the right one; else use a certificate of a CA that is trusted.");
        }

        if (outcome.DeadEnds.Count == 0)
            return Error(FindingId.IssuerNotFound, $"'{certificate.Name}' was issued by '{certificate.Issuer}', which is neither among the trusted CAs{ListTrusted(options)} nor among the intermediates.", "If it is an intermediate, add it (-Intermediate, or a full-chain file); if it is a root, trust it.");
        if (outcome.DeadEnds.Any(end => end.Verdict == SignatureVerdict.NotSupported))
            return Error(FindingId.AlgorithmNotSupported, $"'{certificate.Name}' is signed with an algorithm that can not be checked here ({Describe(last)}).", "Have it issued by a CA with an ECDSA or RSA key.");

        // Without key identifiers a changed certificate and another key look alike.
        return outcome.DeadEnds.All(end => last.KeyIdMatches(end.Issuer) == false)
            ? Error(FindingId.IssuerKeyDiffers, $"'{certificate.Name}' was not signed by the '{certificate.Issuer}' that is known here: it needs a CA of that name with the key identifier {Convert.ToHexString(last.Content!.AuthorityKeyId!)}, and this one has another key.", "Use the CA certificate that belongs to the key which signed it (an older or newer one of that name), and make sure nobody imitates the CA.")
            : Error(FindingId.SignatureInvalid, $"The signature of '{certificate.Name}' is wrong: it was changed, or another CA of the name '{certificate.Issuer}' signed it.", "Get a fresh copy of it, or issue it again.");
    }

    private static string Describe(PathCertificate certificate) => certificate.Content?.Signature.AlgorithmOid switch
    {
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.10040.4.3" or "2.16.840.1.101.3.4.3.2" => "DSA",
        var oid => oid ?? "unknown",
    };

    private static string ListTrusted(VerificationOptions options) => options.TrustedCas switch
    {
        null => " of this system",
        { Count: 0 } => " (there are none)",
        { Count: <= 5 } some => $" ({string.Join("; ", some.Select(trusted => $"'{trusted.Subject}'"))})",
        var many => $" ({many.Count} of them)",
    };

    private static Finding Error(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Error, cause, remedy);
}
