using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MtlsTools.Authority;

/// <summary>How an entry is written: one line of JSON whose last member is the SHA-256 of the line without it, so that <c>sed</c> and <c>sha256sum</c> can check it.</summary>
internal static class AuditLine
{
    /// <summary>What the first entry names as the hash before it.</summary>
    internal const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    private const string HashMember = ",\"hash\":\"";

    /// <summary>Umlauts stay umlauts, because people read these files.</summary>
    private static readonly AuditJson Readable = new(new JsonSerializerOptions(AuditJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly int EndLength = HashMember.Length + NoHash.Length + "\"}".Length;

    /// <summary>Writes an entry that has everything but its seal and its hash.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="sign">The CA's signature of a content; null leaves the entry without a seal.</param>
    /// <returns>The entry with its hash, and the line with its end.</returns>
    internal static (AuditEntry Entry, byte[] Line) Write(AuditEntry entry, Func<byte[], byte[]>? sign)
    {
        var whole = sign is null ? entry : entry with { Seal = Convert.ToBase64String(sign(SealedPart(entry))) };
        var text = Serialize(whole);
        var hash = Convert.ToHexString(SHA256.HashData(text));
        return (whole with { Hash = hash }, [.. text.AsSpan(0, text.Length - 1), .. System.Text.Encoding.ASCII.GetBytes($"{HashMember}{hash}\"}}\n")]);
    }

    /// <summary>Reads a line without its end.</summary>
    /// <param name="line">The line.</param>
    /// <param name="entry">What it says.</param>
    /// <param name="isWhole">Whether it has the hash that it names.</param>
    /// <returns>Whether it is an entry at all.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out AuditEntry? entry, out bool isWhole)
    {
        isWhole = false;
        try
        {
            entry = JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry);
        }
        catch (JsonException)
        {
            entry = null;
        }

        if (entry is null)
            return false;
        if (line.Length > EndLength && line[^EndLength..].StartsWith("{,\"hash\":\""u8[1..]))
            isWhole = entry.Hash == Convert.ToHexString(SHA256.HashData([.. line[..^EndLength], (byte)'}']));
        return true;
    }

    /// <summary>What the seal of an entry was made over.</summary>
    internal static byte[] SealedPart(AuditEntry entry) => Serialize(entry with { Seal = null });

    /// <summary>The entry without its hash.</summary>
    private static byte[] Serialize(AuditEntry entry)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(entry with { Hash = NoHash }, Readable.AuditEntry);
        return [.. text.AsSpan(0, text.Length - EndLength), (byte)'}'];
    }
}
