using System.Formats.Asn1;

namespace MtlsTools.Encoding;

/// <summary>Looks a PFX over before the platform opens it: the platform follows nested bags until the stack ends, and stretches a password as often as the file says.</summary>
internal sealed class PfxLimits
{
    /// <summary>A certificate in a bag reaches about 30.</summary>
    private const int Deepest = 100;

    private readonly string? path;
    private long iterations;

    private PfxLimits(string? path) => this.path = path;

    /// <summary>Refuses what would take the machine down.</summary>
    /// <param name="der">The file, or an encrypted key out of it.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="InputException">It is nested too deeply, or asks for too much work.</exception>
    /// <exception cref="AsnContentException">It is damaged.</exception>
    internal static void Check(ReadOnlyMemory<byte> der, string? path) => new PfxLimits(path).Walk(der, 1);

    private void Walk(ReadOnlyMemory<byte> content, int depth)
    {
        if (depth > Deepest)
            throw new InputException(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} is nested more than {Deepest} levels deep, as no PFX file is. Get a fresh copy of it.", path);
        var reader = new AsnReader(content, AsnEncodingRules.BER);
        for (var afterSalt = false; reader.HasData;)
        {
            var tag = reader.PeekTag();
            if (afterSalt && tag == Asn1Tag.Integer)
                Spend(reader.TryReadInt64(out var count) ? count : long.MaxValue);
            else if (tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString))
                WalkOctets(reader.ReadOctetString(), depth + 1);
            else if (tag.IsConstructed)
                Walk(Enter(reader), depth + 1);
            else
                reader.ReadEncodedValue();
            afterSalt = tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString);
        }
    }

    /// <summary>Bags lie in octet strings; what is no structure is a key, a salt or something encrypted.</summary>
    private void WalkOctets(byte[] octets, int depth)
    {
        try
        {
            if (octets is [0x30, ..] && new AsnReader(octets, AsnEncodingRules.BER).ReadEncodedValue().Length == octets.Length)
                Walk(octets, depth);
        }
        catch (AsnContentException)
        {
            // Opaque after all.
        }
    }

    private static ReadOnlyMemory<byte> Enter(AsnReader reader)
    {
        var content = reader.PeekContentBytes();
        reader.ReadEncodedValue();
        return content;
    }

    /// <summary>The number behind a salt is how often the password is stretched with it, in every scheme (RFC 7292, 4 and C; RFC 8018, A.2 and A.3).</summary>
    private void Spend(long count)
    {
        if (count is < 0 or > Pbes2.MostIterations || (iterations += count) > Pbes2.MostIterations)
            throw new InputException(ErrorCode.KeyNotSupported, $"{InputFile.Describe(path)} wants its password stretched {(count > iterations ? count : iterations)} times; more than {Pbes2.MostIterations} are refused, because they keep a machine busy for minutes or years. Make it again with fewer: openssl pkcs12 -export -iter 600000 …", path);
    }
}
