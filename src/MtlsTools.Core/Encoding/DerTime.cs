using System.Formats.Asn1;

namespace MtlsTools.Encoding;

/// <summary>Points in time as certificates and revocation lists hold them: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5 and 5.1.2.4).</summary>
internal static class DerTime
{
    internal static void Write(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year is >= 1950 and < 2050)
            writer.WriteUtcTime(time);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }

    /// <exception cref="AsnContentException">What follows is no time.</exception>
    internal static DateTimeOffset Read(AsnReader reader) =>
        reader.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
