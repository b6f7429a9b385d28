using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Why certificates can not be revoked, in words.</summary>
public static class RevocationErrors
{
    /// <summary>The error of a certificate whose state stands against the change, or null.</summary>
    public static AuthorityException? Of(CertificateRevocation done)
    {
        ArgumentNullException.ThrowIfNull(done);
        return done.Outcome switch
        {
            RevocationOutcome.AlreadyRevoked => AlreadyRevoked(done.Name, done.SerialNumber, done.RevokedAt, done.Reason),
            RevocationOutcome.NotOnHold => NotOnHold(done.Name, done.SerialNumber, done.Reason),
            _ => null,
        };
    }

    /// <summary>What would become of an entry, or null when it can be changed so.</summary>
    internal static AuthorityException? Of(IssuedEntry entry, RevocationReason wanted) => RevocationRecorder.OutcomeOf(entry, wanted) switch
    {
        RevocationOutcome.AlreadyRevoked => AlreadyRevoked(entry.Name ?? entry.Subject, entry.SerialNumber, entry.RevokedAt, entry.Reason),
        RevocationOutcome.NotOnHold => NotOnHold(entry.Name ?? entry.Subject, entry.SerialNumber, entry.Reason),
        _ => null,
    };

    internal static AuthorityException NotListed(AuthorityLayout layout, string what) =>
        new(ErrorCode.CertificateNotIssued, $"The index '{layout.Index}' lists no certificate with {what}. Look for it with Get-MtlsCa -Issued, or in the CA that issued it; the certificate's file can be revoked without being listed.", layout.Index);

    /// <summary>OpenSSL has no words for two of the RFC's reasons, and refuses an index that has them.</summary>
    internal static void CheckReason(RevocationReason reason)
    {
        if (reason is RevocationReason.AaCompromise)
            throw new AuthorityException(ErrorCode.RevocationReasonNotAllowed, "The reason AaCompromise is for attribute certificates, which this CA does not issue. Use KeyCompromise, or CaCompromise for the certificate of a CA.");
        if (reason is RevocationReason.PrivilegeWithdrawn)
            throw new AuthorityException(ErrorCode.RevocationReasonNotAllowed, "OpenSSL's index has no word for the reason PrivilegeWithdrawn, and openssl ca could not read the folder any more. Use CessationOfOperation or AffiliationChanged.");
        if (!Enum.IsDefined(reason))
            throw new AuthorityException(ErrorCode.RevocationReasonNotAllowed, $"{(int)reason} is no reason of RFC 5280. Use KeyCompromise, Superseded or another one by its name.");
    }

    private static AuthorityException AlreadyRevoked(string name, string serial, DateTimeOffset? when, RevocationReason? why) =>
        new(ErrorCode.AlreadyRevoked, $"'{name}' ({serial}) was revoked already on {when:u}, reason {why ?? RevocationReason.Unspecified}. It stays as it is: a reason can not be changed afterwards, other than that of a hold. If servers still let it in, publish a list with Publish-MtlsCrl and give it to them.");

    private static AuthorityException NotOnHold(string name, string serial, RevocationReason? why) =>
        new(ErrorCode.NotOnHold, $"'{name}' ({serial}) is not on hold{(why is null ? "" : $" but revoked for good, reason {why}")}, so there is no hold to lift. {(why is null ? "Nothing needs to be done." : "Issue a new certificate.")}");
}
