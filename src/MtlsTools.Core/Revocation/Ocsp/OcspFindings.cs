using MtlsTools.Verification;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>The words for what is found in OCSP responses.</summary>
internal static class OcspFindings
{
    internal static Finding Invalid(string why, string remedy) => RevocationFindings.Error(FindingId.OcspResponseInvalid, $"The OCSP response can not be used: {why}.", remedy);

    internal static Finding NotFresh(string why, string remedy) => RevocationFindings.Error(FindingId.OcspNotFresh, $"The OCSP answer {why}.", remedy);

    internal static Finding NotAuthorized(string why) => RevocationFindings.Error(
        FindingId.OcspResponderNotAuthorized,
        $"The OCSP response is signed, but not by anybody who may speak for the CA: {why}.",
        "Ask the CA's own responder. Its certificate has to be issued by the CA itself, be valid, and have the extended key usage OCSPSigning.");

    internal static Finding Refused(OcspResponseStatus status) => status switch
    {
        OcspResponseStatus.TryLater => Refuse("it can not answer now (tryLater)", "Ask again in a while; or ask by -Method Crl."),
        OcspResponseStatus.Unauthorized => Refuse("it does not answer for this CA, or not to this client (unauthorized)", "Check that the URL is that of the certificate's own CA."),
        OcspResponseStatus.SigRequired => Refuse("it answers signed requests alone (sigRequired)", "Ask another responder, or by -Method Crl; signed requests are not made here."),
        OcspResponseStatus.MalformedRequest => Refuse("it can not read the request (malformedRequest)", "Old responders stumble over nonces: try -NoNonce."),
        OcspResponseStatus.InternalError => Refuse("something is wrong with it (internalError)", "Look at its log; ask again in a while, or by -Method Crl."),
        _ => Refuse($"it says a status that is not known ({(int)status})", "Check that the URL is that of an OCSP responder."),
    };

    internal static Finding NonceMissing(bool isRequired) => isRequired
        ? RevocationFindings.Error(FindingId.OcspNonceMissing, "The OCSP response does not repeat the nonce of the request, so it may be an old one.", "Leave -RequireNonce out where the responder prepares its answers; its dates are checked in any case.")
        : RevocationFindings.Note(FindingId.OcspNonceMissing, "The OCSP response does not repeat the nonce of the request: it was prepared before, and its dates alone say that it is fresh.", "Nothing, unless an answer made for this request is needed (-RequireNonce).");

    internal static Finding NonceMismatch() => RevocationFindings.Error(
        FindingId.OcspNonceMismatch,
        "The OCSP response repeats another nonce than that of the request: it is an answer to somebody else's question, or an old one that is played back.",
        "Find out what stands between here and the responder; a cache must not keep answers to requests with a nonce.");

    internal static Finding Revoked(string name, string serial, OcspAnswer answer) => RevocationFindings.Error(
        FindingId.CertificateRevoked,
        $"'{name}' (serial {serial}) was revoked on {answer.RevokedAt:u}{(answer.Reason is RevocationReason.Unspecified or null ? "" : $", reason {answer.Reason}")}, says its CA's responder.",
        answer.Reason == RevocationReason.CertificateHold ? "Ask the CA why it is on hold." : "Issue a new certificate for a new key.");

    internal static Finding Unknown(string name, string serial) => RevocationFindings.Error(
        FindingId.OcspUnknownCertificate,
        $"The responder answers for the CA and does not know '{name}' (serial {serial}): the CA has no record that it issued it.",
        "Ask the CA. A certificate with its signature that it does not know is made by somebody who has its key, or was lost from its index.");

    internal static Finding ResponderNotChecked(string responder) => RevocationFindings.Warning(
        FindingId.OcspResponderNotChecked,
        $"Whether the responder's own certificate ('{responder}') is revoked could not be learned: it has no id-pkix-ocsp-nocheck, and no list that covers it is at hand.",
        "Issue responders' certificates with id-pkix-ocsp-nocheck and a short life, or publish a CRL that is found (-Crl).");

    private static Finding Refuse(string why, string remedy) => RevocationFindings.Error(FindingId.OcspRefused, $"The responder gives no answer: {why}.", remedy);
}
