using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Verification;

/// <summary>Turns the platform's flags for one certificate of a chain into findings. Flags about the chain's end are told by the verifier, which knows what is missing.</summary>
internal static class ChainFindings
{
    private const X509ChainStatusFlags ToldElsewhere = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    internal static IEnumerable<Finding> Of(ChainLink link, X509ChainStatusFlags flags, DateTimeOffset asOf)
    {
        var certificate = link.Certificate;
        if (Take(X509ChainStatusFlags.NotTimeValid))
            yield return asOf < certificate.NotBefore
                ? Error(FindingId.CertificateNotYetValid, $"'{certificate.Name}' is valid only from {certificate.NotBefore:u} on; the verdict is for {asOf:u}.", "Check the clock, or wait.")
                : Error(FindingId.CertificateExpired, $"'{certificate.Name}' ended on {certificate.NotAfter:u}; the verdict is for {asOf:u}.", link.Level == 0 ? "Issue a new certificate." : "Renew that CA and issue its certificates again.");
        if (Take(X509ChainStatusFlags.NotSignatureValid))
            yield return Error(FindingId.SignatureInvalid, $"The signature of '{certificate.Name}' is wrong: it was changed, or its issuer is another.", "Get a fresh copy of it, or issue it again.");

        // The platform marks the whole chain when the leaf is of another kind; a CA is to blame only when it restricts purposes itself.
        if (Take(X509ChainStatusFlags.NotValidForUsage) && link.Level > 0 && certificate.Content.ExtendedKeyUsage is not null)
            yield return Error(FindingId.WrongPurpose, $"'{certificate.Name}' may not issue certificates for this purpose (its extendedKeyUsage leaves it out).", "Use a CA that may.");
        if (Take(X509ChainStatusFlags.InvalidBasicConstraints))
            yield return Error(FindingId.IssuerMayNotSign, $"'{certificate.Name}' stands above another certificate in the chain, but it is no CA, or its path length is exceeded.", "Use a CA that may sign at this depth.");
        flags &= ~ToldElsewhere;
        if (flags != X509ChainStatusFlags.NoError)
            yield return Error(FindingId.ChainInvalid, $"'{certificate.Name}' breaks a rule of RFC 5280: {flags}.", "Issue it again.");

        bool Take(X509ChainStatusFlags flag)
        {
            var present = flags.HasFlag(flag);
            flags &= ~flag;
            return present;
        }

        static Finding Error(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Error, cause, remedy);
    }
}
