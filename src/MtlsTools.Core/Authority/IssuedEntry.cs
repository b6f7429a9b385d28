using System.Globalization;
using MtlsTools.Names;
using MtlsTools.Revocation;

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
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private readonly AuthorityLayout? layout;

    private IssuedEntry(AuthorityLayout? layout) => this.layout = layout;

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

    /// <summary>Why it was revoked; null while it is not.</summary>
    public RevocationReason? Reason { get; init; }

    /// <summary>The common name, or null.</summary>
    public string? Name => OneLineName.FindCommonName(Subject);

    /// <summary>Where the CA keeps the certificate; null when the file is gone. Looked up when it is asked for.</summary>
    public string? Path => layout?.FindCertificate(SerialNumber);

    /// <summary>Whether it has this serial number, in whatever form: <c>0A</c>, <c>0xa</c>, <c>00:0a</c>.</summary>
    public bool HasSerialNumber(string serialNumber) => ReadSerialNumber(serialNumber) == SerialNumber;

    /// <summary>Whether the line itself says valid, be its end past or not: what OpenSSL goes by.</summary>
    internal bool IsMarkedValid { get; private init; }

    /// <summary>Reads one line, or null when it is not a whole entry.</summary>
    internal static IssuedEntry? Parse(ReadOnlySpan<char> line, DateTimeOffset now, AuthorityLayout? layout = null)
    {
        Span<Range> fields = stackalloc Range[Fields + 1];
        if (line.Split(fields, '\t') != Fields || line[fields[0]] is not ("V" or "R" or "E"))
            return null;
        var revoked = line[fields[2]];
        var serial = line[fields[3]];
        if (serial.IsEmpty || serial.ContainsAnyExcept(HexDigits) || ParseTime(line[fields[1]]) is not { } notAfter)
            return null;
        return new IssuedEntry(layout)
        {
            Status = line[0] == 'R' ? IssuedStatus.Revoked : notAfter < now ? IssuedStatus.Expired : IssuedStatus.Valid,
            IsMarkedValid = line[0] == 'V',
            NotAfter = notAfter,
            RevokedAt = revoked.IsEmpty ? null : ParseTime(revoked.IndexOf(',') is var comma and >= 0 ? revoked[..comma] : revoked),
            Reason = revoked.IsEmpty ? null : ParseReason(revoked),
            SerialNumber = Normalize(serial.ToString()),
            Subject = line[fields[5]].ToString(),
        };
    }

    /// <summary>A serial number in any of the forms that people copy, as the index writes it.</summary>
    internal static string ReadSerialNumber(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.Trim();
        return Normalize((digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits).Replace(":", "", StringComparison.Ordinal));
    }

    /// <summary>A serial number as the index writes it: upper-case hex, whole octets, no zeros in front of them.</summary>
    internal static string Normalize(string serialNumber)
    {
        if (serialNumber.Length % 2 == 0 && !serialNumber.StartsWith("00", StringComparison.Ordinal))
            return serialNumber.ToUpperInvariant();
        var digits = serialNumber.TrimStart('0').ToUpperInvariant();
        return digits.Length == 0 ? "00" : digits.Length % 2 == 0 ? digits : "0" + digits;
    }

    /// <summary>The line of a certificate that has been issued.</summary>
    internal static string Format(string serialNumber, DateTimeOffset notAfter, DistinguishedName subject) =>
        $"V\t{FormatTime(notAfter)}\t\t{serialNumber}\tunknown\t{OneLineName.Format(subject)}\n";

    /// <summary>The line of a certificate that is revoked: <c>R</c>, and the time with the reason in OpenSSL's words.</summary>
    internal static string Revoke(string line, DateTimeOffset time, RevocationReason reason) => Mark(line, "R", FormatTime(time) + reason switch
    {
        RevocationReason.Unspecified => "",
        RevocationReason.CaCompromise => ",CACompromise",
        _ => $",{char.ToLowerInvariant(reason.ToString()[0])}{reason.ToString()[1..]}",
    });

    /// <summary>The line of a certificate that was on hold and is no more.</summary>
    internal static string Release(string line) => Mark(line, "V", "");

    /// <summary>Whether the entry is of this folder's index.</summary>
    internal bool IsOf(AuthorityLayout other) => layout?.Index == other.Index;

    private static string Mark(string line, string state, string revoked)
    {
        var fields = line.Split('\t');
        (fields[0], fields[2]) = (state, revoked);
        return string.Join('\t', fields);
    }

    /// <summary>The reason in OpenSSL's words (and the time of a compromise behind it); a missing or strange one is none that is given.</summary>
    private static RevocationReason ParseReason(ReadOnlySpan<char> revoked)
    {
        Span<Range> parts = stackalloc Range[3];
        if (revoked.Split(parts, ',') < 2)
            return RevocationReason.Unspecified;
        var word = revoked[parts[1]];
        return word switch
        {
            "holdInstruction" => RevocationReason.CertificateHold,
            "keyTime" => RevocationReason.KeyCompromise,
            "CAkeyTime" => RevocationReason.CaCompromise,
            _ => Enum.TryParse<RevocationReason>(word, ignoreCase: true, out var reason) && !char.IsAsciiDigit(word[0]) ? reason : RevocationReason.Unspecified,
        };
    }

    /// <summary>UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5).</summary>
    private static string FormatTime(DateTimeOffset time) =>
        time.ToUniversalTime().ToString(time.UtcDateTime.Year < 2050 ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>By hand, because a million lines are read in a second.</summary>
    private static DateTimeOffset? ParseTime(ReadOnlySpan<char> text)
    {
        // Two digits mean 1950 to 2049 (RFC 5280, 4.1.2.5.1).
        var century = text.Length == 13 ? (text[0] >= '5' ? 1900 : 2000) : 0;
        var yearDigits = text.Length == 13 ? 2 : 4;
        if (text.Length is not (13 or 15) || text[^1] != 'Z' || text[..^1].ContainsAnyExceptInRange('0', '9'))
            return null;
        var rest = text[yearDigits..];
        var (year, month, day) = (century + Number(text[..yearDigits]), Number(rest[..2]), Number(rest[2..4]));
        var (hour, minute, second) = (Number(rest[4..6]), Number(rest[6..8]), Number(rest[8..10]));
        return year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60
            ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero)
            : null;

        static int Number(ReadOnlySpan<char> digits)
        {
            var number = 0;
            foreach (var digit in digits)
                number = (number * 10) + (digit - '0');
            return number;
        }
    }
}
