using MtlsTools.Certificates;

namespace MtlsTools.Revocation;

/// <summary>What a revocation list says of one certificate.</summary>
public sealed record CrlLookup
{
    private CrlLookup(string serialNumber, string? name, CrlReport crl, RevokedCertificate? entry)
    {
        SerialNumber = serialNumber;
        Name = name;
        Crl = crl;
        RevokedOn = entry?.RevokedOn;
        Reason = entry?.Reason;
    }

    /// <summary>The certificate's name, when the certificate was given.</summary>
    public string? Name { get; }

    /// <summary>The serial number, upper-case hex.</summary>
    public string SerialNumber { get; }

    /// <summary>Whether the list has it. That it has not means something only when the list can be used.</summary>
    public bool IsRevoked => RevokedOn is not null && Reason != RevocationReason.RemoveFromCrl;

    /// <summary>When it was revoked (UTC), or null.</summary>
    public DateTimeOffset? RevokedOn { get; }

    /// <summary>Why, or null.</summary>
    public RevocationReason? Reason { get; }

    /// <summary>The list.</summary>
    public CrlReport Crl { get; }

    /// <summary>Looks a certificate up.</summary>
    /// <exception cref="InputException">The list is another CA's, or damaged.</exception>
    public static CrlLookup Of(CrlReport crl, MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(crl);
        ArgumentNullException.ThrowIfNull(certificate);
        if (!crl.Issuer.Matches(certificate.Issuer))
            throw new InputException(ErrorCode.CertificateOfAnotherAuthority, $"'{certificate.Name}' was issued by '{certificate.Issuer}', but the list is of '{crl.Issuer}', and the same serial number means another certificate there. Give the list of the CA that issued it.", crl.List.Path ?? certificate.Path);
        return new CrlLookup(certificate.SerialNumber, certificate.Name, crl, crl.List.Find(certificate.SerialNumber));
    }

    /// <summary>Looks a serial number up: hexadecimal, or decimal. One of digits alone is read both ways.</summary>
    /// <exception cref="MtlsException">The text is no serial number, or means two certificates of the list; or the list is damaged.</exception>
    public static CrlLookup Of(CrlReport crl, string serialNumber)
    {
        ArgumentNullException.ThrowIfNull(crl);
        ArgumentNullException.ThrowIfNull(serialNumber);
        var readings = SerialNumberText.Read(serialNumber);
        var found = readings.Where(reading => crl.List.Find(reading) is not null).ToList();
        if (found.Count > 1)
            throw new InputException(ErrorCode.SerialNumberAmbiguous, $"The serial number '{serialNumber}' is in the list of '{crl.Issuer}' in hexadecimal and, as another certificate's, in decimal. Write 0x{found[0]} or 0x{found[1]}.", crl.List.Path);
        var meant = found.Count > 0 ? found[0] : readings[0];
        return new CrlLookup(meant, null, crl, crl.List.Find(meant));
    }
}
