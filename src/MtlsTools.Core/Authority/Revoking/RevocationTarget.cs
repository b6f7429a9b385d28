using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>A certificate that is to be revoked, as people name it.</summary>
public abstract record RevocationTarget
{
    private protected RevocationTarget()
    {
    }

    /// <summary>A certificate; the CA's signature tells whether it is its own.</summary>
    public static RevocationTarget Of(MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new CertificateTarget(certificate);
    }

    /// <summary>An entry of the CA's index.</summary>
    public static RevocationTarget Of(IssuedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new EntryTarget(entry);
    }

    /// <summary>A serial number: hexadecimal (<c>0x1A</c>, <c>1a:2b</c>, <c>1A2B</c>), or decimal. One of digits alone is read both ways, and the index decides.</summary>
    /// <exception cref="IssuanceException">The text is no serial number.</exception>
    public static RevocationTarget OfSerialNumber(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SerialTarget(text.Trim(), SerialNumberText.Read(text));
    }

    /// <summary>The SHA-1 or SHA-256 of a certificate, in hexadecimal with or without colons.</summary>
    /// <exception cref="AuthorityException">The text is neither.</exception>
    public static RevocationTarget OfThumbprint(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return digits.Length is 40 or 64 && digits.All(char.IsAsciiHexDigit)
            ? new ThumbprintTarget(digits)
            : throw new AuthorityException(ErrorCode.ThumbprintInvalid, $"'{text}' is no thumbprint: one has 40 hexadecimal digits (SHA-1) or 64 (SHA-256). Copy it from Get-MtlsCertificate, or give the serial number.");
    }

    /// <summary>A common name, or a whole subject in any of its forms.</summary>
    public static RevocationTarget OfName(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return new NameTarget(text.Trim(), SubjectOf(text));
    }

    private static string? SubjectOf(string text)
    {
        try
        {
            return text.Contains('=', StringComparison.Ordinal) ? OneLineName.Format(DistinguishedName.Parse(text)) : null;
        }
        catch (NameException)
        {
            return null; // a common name may have an equals sign
        }
    }
}

internal sealed record CertificateTarget(MtlsCertificate Certificate) : RevocationTarget
{
    public override string ToString() => Certificate.ToString();
}

internal sealed record EntryTarget(IssuedEntry Entry) : RevocationTarget
{
    public override string ToString() => Entry.SerialNumber;
}

internal sealed record SerialTarget(string Text, IReadOnlyList<string> Readings) : RevocationTarget
{
    public override string ToString() => Text;
}

internal sealed record ThumbprintTarget(string Digits) : RevocationTarget
{
    public override string ToString() => Digits;
}

internal sealed record NameTarget(string Text, string? Subject) : RevocationTarget
{
    public override string ToString() => Text;

    internal bool Means(IssuedEntry entry) => string.Equals(entry.Name, Text, StringComparison.OrdinalIgnoreCase) || (entry.Subject.Length > 0 && (entry.Subject == Subject || entry.Subject == Text));
}
