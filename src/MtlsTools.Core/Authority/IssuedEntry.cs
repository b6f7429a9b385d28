using System.Globalization;
using MtlsTools.Names;

namespace MtlsTools.Authority;

/// <summary>What a CA's index says of a certificate.</summary>
public enum IssuedStatus
{
    /// <summary>Neither revoked nor past its end.</summary>
    Valid,

    /// <summary>Past its end.</summary>
    Expired,

    /// <summary>Revoked.</summary>
    Revoked,
}

/// <summary>One line of a CA's index, in the format of OpenSSL's text database.</summary>
public sealed record IssuedEntry
{
    private const int Fields = 6;

    private IssuedEntry()
    {
    }

    /// <summary>The state, with expiry counted at the time of reading.</summary>
    public required IssuedStatus Status { get; init; }

    /// <summary>The serial number, upper-case hex.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The subject in OpenSSL's slash form.</summary>
    public required string Subject { get; init; }

    /// <summary>The end of validity (UTC).</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>When it was revoked (UTC), or null.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Where the CA keeps the certificate.</summary>
    public string? Path { get; init; }

    /// <summary>Reads one line, or null when it is not a whole entry.</summary>
    internal static IssuedEntry? Parse(string line, DateTimeOffset now, AuthorityLayout? layout = null)
    {
        var fields = line.Split('\t');
        if (fields.Length != Fields || fields[0] is not ("V" or "R" or "E") || fields[3].Length == 0 || !fields[3].All(char.IsAsciiHexDigit) || ParseTime(fields[1]) is not { } notAfter)
            return null;
        return new IssuedEntry
        {
            Status = fields[0] == "R" ? IssuedStatus.Revoked : notAfter < now ? IssuedStatus.Expired : IssuedStatus.Valid,
            NotAfter = notAfter,
            RevokedAt = fields[2].Length == 0 ? null : ParseTime(fields[2].Split(',')[0]),
            SerialNumber = fields[3].ToUpperInvariant(),
            Subject = fields[5],
            Path = layout?.IssuedCertificate(fields[3].ToUpperInvariant()),
        };
    }

    internal static string Format(string serialNumber, DateTimeOffset notAfter, DistinguishedName subject) =>
        $"V\t{FormatTime(notAfter)}\t\t{serialNumber}\tunknown\t{OneLine(subject)}\n";

    /// <summary>UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5).</summary>
    private static string FormatTime(DateTimeOffset time) =>
        time.ToUniversalTime().ToString(time.UtcDateTime.Year < 2050 ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset? ParseTime(string text)
    {
        // Two digits mean 1950 to 2049 (RFC 5280, 4.1.2.5.1).
        if (text.Length == 13)
            text = (text[0] >= '5' ? "19" : "20") + text;
        return DateTimeOffset.TryParseExact(text, "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>OpenSSL's X509_NAME_oneline: bytes outside printable ASCII as \xHH, so that a line stays a line; '/' and '+' in a value escaped.</summary>
    private static string OneLine(DistinguishedName subject)
    {
        var text = new System.Text.StringBuilder();
        foreach (var (attribute, isFirst) in subject.Parts.SelectMany(part => part.Select((attribute, index) => (attribute, index == 0))))
        {
            text.Append(isFirst ? '/' : '+').Append(attribute.Name).Append('=');
            foreach (var octet in System.Text.Encoding.UTF8.GetBytes(attribute.Value))
            {
                if (octet is (byte)'/' or (byte)'+')
                    text.Append('\\');
                if (octet is < 0x20 or > 0x7E)
                    text.Append("\\x").Append(octet.ToString("X2", CultureInfo.InvariantCulture));
                else
                    text.Append((char)octet);
            }
        }

        return text.ToString();
    }
}
