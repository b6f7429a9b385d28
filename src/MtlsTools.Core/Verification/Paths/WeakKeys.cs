using System.Formats.Asn1;
using MtlsTools.Keys;

namespace MtlsTools.Verification.Paths;

/// <summary>Keys that prove nothing any more.</summary>
internal static class WeakKeys
{
    private const int SmallestRsa = 2048;
    private const int SmallestCurve = 256;

    /// <summary>What is weak about a key, or null; other kinds than RSA and elliptic curves are not judged.</summary>
    internal static string? FaultOf(PublicKeyInfo key)
    {
        if (key.IsRsa && key.Bits < SmallestRsa)
            return $"an RSA key of {key.Bits} bits, which is too short";
        if (key.IsEc && key.Bits == 0 && CurveBits(key.Der) is var bits && bits < SmallestCurve)
            return $"a key on a curve of {bits} bits, which is too short";
        return key.IsRsa && HasWeakExponent(key.Der) ? "an RSA key whose public exponent is no odd number above 1" : null;
    }

    private static int CurveBits(ReadOnlyMemory<byte> spki)
    {
        var point = PublicBits(spki);
        return (point is [4, ..] ? (point.Length - 1) / 2 : point.Length - 1) * 8;
    }

    private static bool HasWeakExponent(ReadOnlyMemory<byte> spki)
    {
        var key = new AsnReader(PublicBits(spki), AsnEncodingRules.DER).ReadSequence();
        key.ReadIntegerBytes();
        var exponent = key.ReadInteger();
        return exponent.IsEven || exponent <= 1;
    }

    private static byte[] PublicBits(ReadOnlyMemory<byte> spki)
    {
        var info = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        return info.ReadBitString(out _);
    }
}
