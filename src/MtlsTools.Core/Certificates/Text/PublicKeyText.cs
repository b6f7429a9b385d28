using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using MtlsTools.Keys;

namespace MtlsTools.Certificates;

/// <summary>A public key as OpenSSL prints it.</summary>
internal static class PublicKeyText
{
    private const int OctetsPerLine = 15;

    internal static void Write(CertificateDump dump, int indent, PublicKeyInfo key)
    {
        var info = new AsnReader(key.Der, AsnEncodingRules.BER).ReadSequence();
        var algorithm = info.ReadSequence();
        algorithm.ReadObjectIdentifier();
        var bits = info.ReadBitString(out _);
        dump.Line(indent, "Subject Public Key Info:");
        dump.Line(indent + 4, "Public Key Algorithm: " + AlgorithmNames.Of(key.AlgorithmOid));
        if (key.IsRsa)
            WriteRsa(dump, indent + 8, key, bits);
        else if (key.IsEc && algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier)
            WriteEc(dump, indent + 8, bits, algorithm.ReadObjectIdentifier());
        else
            WriteOther(dump, indent + 8, key, bits);
    }

    private static void WriteRsa(CertificateDump dump, int indent, PublicKeyInfo key, byte[] bits)
    {
        var numbers = new AsnReader(bits, AsnEncodingRules.BER).ReadSequence();
        dump.Line(indent, $"Public-Key: ({key.Bits} bit)");
        dump.Line(indent, "Modulus:");
        dump.Hex(indent + 4, numbers.ReadIntegerBytes().Span, OctetsPerLine);
        var exponent = numbers.ReadInteger();
        dump.Line(indent, string.Create(CultureInfo.InvariantCulture, $"Exponent: {exponent} (0x{Hex(exponent)})"));
    }

    private static void WriteEc(CertificateDump dump, int indent, byte[] bits, string curve)
    {
        var (name, nist, size) = AlgorithmNames.OfCurve(curve);
        if (size > 0)
            dump.Line(indent, $"Public-Key: ({size} bit)");
        dump.Line(indent, "pub:");
        dump.Hex(indent + 4, bits, OctetsPerLine);
        dump.Line(indent, "ASN1 OID: " + name);
        if (nist is not null)
            dump.Line(indent, "NIST CURVE: " + nist);
    }

    private static void WriteOther(CertificateDump dump, int indent, PublicKeyInfo key, byte[] bits)
    {
        dump.Line(indent, AlgorithmNames.Of(key.AlgorithmOid) + " Public-Key:");
        dump.Line(indent, "pub:");
        dump.Hex(indent + 4, bits, OctetsPerLine);
    }

    private static string Hex(BigInteger number) => number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
}
