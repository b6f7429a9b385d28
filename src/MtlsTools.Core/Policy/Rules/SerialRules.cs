using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>Serial numbers, by which certificates are revoked.</summary>
internal static class SerialRules
{
    private const int LongestOctets = 20;

    /// <summary>64 random bits are seven octets or more in all but one of 256 numbers.</summary>
    private const int ShortestOctets = 7;

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("SerialNotPositive", Error, "RFC 5280, 4.1.2.2", "A serial number is positive", "Issue it again with a random serial number.")
        {
            Certificate = c => (c.Serial.Span[0] & 0x80) != 0 || Octets(c) == 0 ? $"The serial number of '{c.Name}' is {Hex(c)}, which is not above zero." : null,
        },
        new("SerialTooLong", Error, "RFC 5280, 4.1.2.2", "A serial number has at most 20 octets", "Issue it again with a serial number of 16 octets: revocation lists and stores refuse longer ones.")
        {
            Certificate = c => c.Serial.Length > LongestOctets ? $"The serial number of '{c.Name}' has {c.Serial.Length} octets: {Hex(c)}." : null,
        },
        new("SerialPredictable", Warning, "CA/Browser Forum BR, 7.1.2.7", "A serial number has 64 random bits or more", "Leave out -set_serial and counters: OpenSSL's -CAcreateserial and this module choose at random. Numbers set by hand are soon given twice.")
        {
            Certificate = c => (c.Serial.Span[0] & 0x80) == 0 && Octets(c) is > 0 and < ShortestOctets ? $"The serial number of '{c.Name}' is {Hex(c)}." : null,
        },
        new("DuplicateSerial", Error, "RFC 5280, 4.1.2.2", "A CA gives every serial number once", "Issue all but one of them again: a revocation hits them all, and Firefox refuses them (SEC_ERROR_REUSED_ISSUER_AND_SERIAL).")
        {
            Set = new SetRule(
                entry => entry.Facts is { } c ? (Join(c.IssuerDer, c.Serial), entry.Identity) : null,
                labels => $"{labels.Count} certificates have the same issuer and the same serial number: {string.Join(", ", labels)}."),
            Authority = a => Words.About(a.RepeatedSerials, list => $"The index lists {list} more than once."),
        },
    ];

    private static int Octets(CertificateFacts certificate) => certificate.Serial.Span.TrimStart((byte)0).Length;

    private static string Hex(CertificateFacts certificate) => Convert.ToHexString(certificate.Serial.Span);

    private static ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var joined = new byte[first.Length + second.Length];
        first.CopyTo(joined);
        second.CopyTo(joined.AsMemory(first.Length));
        return joined;
    }
}
