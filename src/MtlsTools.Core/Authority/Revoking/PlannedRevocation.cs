using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Why a certificate is in a plan.</summary>
public enum RevocationCause
{
    /// <summary>It was asked for.</summary>
    Requested,

    /// <summary>A newer certificate for the same names, which was asked for, took its place.</summary>
    Superseded,

    /// <summary>It has the key of one that was asked for.</summary>
    SameKey,
}

/// <summary>A certificate that is to be revoked.</summary>
public sealed record PlannedRevocation
{
    private PlannedRevocation(string serialNumber, string name, RevocationReason reason, RevocationCause cause)
    {
        SerialNumber = serialNumber;
        Name = name;
        Reason = reason;
        Cause = cause;
    }

    /// <summary>The serial number, upper-case hex.</summary>
    public string SerialNumber { get; }

    /// <summary>The common name, or the subject.</summary>
    public string Name { get; }

    /// <summary>Why it is revoked.</summary>
    public RevocationReason Reason { get; }

    /// <summary>Why it is in the plan.</summary>
    public RevocationCause Cause { get; }

    /// <summary>The certificate, when it is at hand; an index that does not list it can be completed with it.</summary>
    internal MtlsCertificate? Certificate { get; init; }

    /// <summary>Name, serial number and reason.</summary>
    public override string ToString() => $"{Name} ({SerialNumber}): {Reason}";

    internal static PlannedRevocation Of(MtlsCertificate certificate, RevocationReason reason) =>
        new(IssuedEntry.Normalize(certificate.SerialNumber), certificate.Name, reason, RevocationCause.Requested) { Certificate = certificate };

    internal static PlannedRevocation Of(IssuedEntry entry, RevocationReason reason, RevocationCause cause = RevocationCause.Requested) =>
        new(entry.SerialNumber, entry.Name ?? entry.Subject, reason, cause);
}
