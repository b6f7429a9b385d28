using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Revocation;

namespace MtlsTools.Verification.Paths;

/// <summary>Judges the certificates of a path by revocation lists given by hand (RFC 5280, 6.3, complete and direct CRLs signed by the issuer itself). Whoever is not covered by a fresh list is not accepted.</summary>
internal sealed class RevocationChecker(IReadOnlyList<CertificateRevocationList> lists, CrlScope scope)
{
    private readonly ILookup<string, CertificateRevocationList> byIssuer = lists.ToLookup(list => list.IssuerName);
    private readonly Dictionary<(CertificateRevocationList, PathCertificate), SignatureVerdict> verdicts = [];

    /// <summary>What the lists say of one certificate of a path.</summary>
    /// <exception cref="AsnContentException">The certificate's distribution points are damaged.</exception>
    internal IEnumerable<Finding> Check(IReadOnlyList<PathCertificate> path, int level, DateTimeOffset asOf)
    {
        if (scope == CrlScope.Leaf && level > 0)
            return [];
        var (subject, issuer) = (path[level], path[level + 1]);
        var faults = new List<Finding>();
        var covered = false;
        foreach (var list in byIssuer[subject.IssuerName])
        {
            if (list.Point?.Covers(subject.Content!.BasicConstraints is { IsCa: true }, subject.Content.Find(CertificateExtension.CrlDistributionPoints)) == false)
                continue;
            var signer = SignerOf(list, path, level);
            var signature = SignatureFault(list, signer ?? issuer);

            // Revoked is revoked, even where the list is too old, or too special, to say that others are not.
            if (signature is null && list.ListsOwnCertificates && asOf >= list.ThisUpdate && list.Find(subject.Content!.SerialNumber.Span) is { Reason: not RevocationReason.RemoveFromCrl } entry)
                return [Revoked(subject, entry, list)];
            if ((signature ?? ContentFault(list, issuer, asOf)) is { } fault)
                faults.Add(fault);
            else
                covered = true;
        }

        return covered ? [] : faults.Count > 0 ? faults : [Missing(subject, issuer)];
    }

    /// <summary>RFC 5280, 6.3.3 (f): the issuer, or the same CA with an older or newer key where the path itself goes through that.</summary>
    private PathCertificate? SignerOf(CertificateRevocationList list, IReadOnlyList<PathCertificate> path, int level) =>
        path.Skip(level + 1).FirstOrDefault(candidate => candidate.SubjectName == list.IssuerName && SignedBy(list, candidate) == SignatureVerdict.Valid);

    private Finding? SignatureFault(CertificateRevocationList list, PathCertificate issuer)
    {
        switch (SignedBy(list, issuer))
        {
            case SignatureVerdict.Invalid:
                return Error(FindingId.CrlNotUsable, $"The CRL{FileOf(list)} bears the name of '{issuer}', but was not signed with that CA's key.", "Get a fresh copy of it from the CA; if the CA has changed its key, give the CRL of this one.");
            case SignatureVerdict.NotSupported:
                return Error(FindingId.AlgorithmNotSupported, $"The CRL of '{issuer}'{FileOf(list)} is signed with an algorithm ({list.Signature.AlgorithmOid}) that can not be checked here.", "Have the CA sign it with ECDSA or RSA.");
        }

        if (Signature.WeakHash(list.Signature.Algorithm) is { } weak)
            return Error(FindingId.AlgorithmTooWeak, $"The CRL of '{issuer}'{FileOf(list)} is signed with {weak}, which can be forged.", "Have the CA sign it with SHA-256 or better.");
        return issuer.Content?.Forbids(X509KeyUsageFlags.CrlSign) == true
            ? Error(FindingId.CrlNotUsable, $"'{issuer}' may not sign CRLs (keyUsage lacks cRLSign), so its CRL{FileOf(list)} proves nothing.", "Issue the CA a certificate with cRLSign.")
            : null;
    }

    private static Finding? ContentFault(CertificateRevocationList list, PathCertificate issuer, DateTimeOffset asOf)
    {
        if (list.NotSupported is { } reason)
            return Error(FindingId.CrlNotUsable, $"The CRL of '{issuer}'{FileOf(list)} can not be used: {reason}.", "Give the CA's complete CRL.");
        if (asOf < list.ThisUpdate)
            return Error(FindingId.CrlNotFresh, $"The CRL of '{issuer}'{FileOf(list)} is valid only from {list.ThisUpdate:u} on; the verdict is for {asOf:u}.", "Check the clock, or give the CRL of that time.");
        return list.NextUpdate is { } next && asOf <= next
            ? null
            : Error(FindingId.CrlNotFresh, list.NextUpdate is null ? $"The CRL of '{issuer}'{FileOf(list)} does not say until when it holds." : $"The CRL of '{issuer}'{FileOf(list)} ended on {list.NextUpdate:u}; the verdict is for {asOf:u}.", "Publish a new CRL (Publish-MtlsCrl), and give that one.");
    }

    private static string FileOf(CertificateRevocationList list) => list.Path is null ? "" : $" ('{list.Path}')";

    private SignatureVerdict SignedBy(CertificateRevocationList list, PathCertificate issuer)
    {
        if (!verdicts.TryGetValue((list, issuer), out var verdict))
            verdicts[(list, issuer)] = verdict = list.AlgorithmsAgree ? issuer.Checker.Check(list.Signature) : SignatureVerdict.Invalid;
        return verdict;
    }

    private static Finding Revoked(PathCertificate subject, RevokedCertificate entry, CertificateRevocationList list) => Error(
        FindingId.CertificateRevoked,
        $"'{subject}' (serial {entry.SerialNumber}) was revoked on {entry.RevokedOn:u}{(entry.Reason == RevocationReason.Unspecified ? "" : $", reason {entry.Reason}")}{(list.Path is null ? "" : $", says '{list.Path}'")}.",
        entry.Reason == RevocationReason.CertificateHold ? "Ask the CA why it is on hold." : "Issue a new certificate for a new key.");

    private static Finding Missing(PathCertificate subject, PathCertificate issuer) => Error(
        FindingId.CrlMissing,
        $"No CRL of '{issuer.Certificate.Subject}' is given that covers '{subject}'.",
        "Give the CRL of every CA in the chain, the root's too (it lists the intermediates); or judge the certificate alone with -CrlCheck Leaf.");

    private static Finding Error(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Error, cause, remedy);
}
