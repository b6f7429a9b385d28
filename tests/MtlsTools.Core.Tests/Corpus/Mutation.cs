namespace MtlsTools.Tests.Corpus;

/// <summary>Changes sound inputs into unsound ones, the same way for the same seed.</summary>
internal static class Mutation
{
    private static readonly byte[] Lengths = [0x80, 0x81, 0x82, 0x84, 0x88, 0xFE, 0xFF];
    private static readonly byte[] Tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x16, 0x17, 0x18, 0x1E, 0x24, 0x30, 0x31, 0x80, 0x82, 0x87, 0xA0, 0xA3, 0x1F, 0xBF];

    internal static byte[] Of(byte[] sound, byte[] other, Random random)
    {
        var bytes = (byte[])sound.Clone();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
            bytes = Change(bytes, other, random);
        return bytes;
    }

    private static byte[] Change(byte[] bytes, byte[] other, Random random)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(10))
        {
            case 0:
            case 1: // bit flip
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2: // another octet
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 3: // another tag
                bytes[at] = Tags[random.Next(Tags.Length)];
                return bytes;
            case 4: // truncation
                return bytes[..at];
            case 5: // a piece removed
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 40))..]];
            case 6: // a piece repeated
                return [.. bytes[..at], .. bytes[Math.Max(0, at - random.Next(1, 40))..]];
            case 7: // a piece of another input
                var from = random.Next(other.Length);
                return [.. bytes[..at], .. other[from..Math.Min(other.Length, from + random.Next(1, 200))], .. bytes[at..]];
            case 8: // a length that promises too much
                return [.. bytes[..at], Lengths[random.Next(Lengths.Length)], 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. bytes[Math.Min(bytes.Length, at + 1)..]];
            default: // deep nesting, now and then very deep
                var depth = random.Next(20) == 0 ? 5000 : random.Next(1, 100);
                var nested = new byte[depth * 2];
                for (var level = 0; level < depth; level++)
                    (nested[level * 2], nested[level * 2 + 1]) = (Tags[13 + random.Next(0, 2) * 6], 0x80);
                return [.. bytes[..at], .. nested, .. bytes[at..]];
        }
    }
}
