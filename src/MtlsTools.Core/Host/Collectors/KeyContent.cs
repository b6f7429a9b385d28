using MtlsTools.Encoding;
using MtlsTools.Policy;

namespace MtlsTools.Host;

/// <summary>What private keys a file holds, told from its beginning.</summary>
internal sealed record KeyContent(bool IsPlain)
{
    /// <summary>Keys stand at the beginning of what they are in.</summary>
    private const int Beginning = 64 * 1024;

    /// <summary>No PFX or DER key of any use is larger.</summary>
    private const int MaximumBinary = 1024 * 1024;

    private static readonly string[] BinaryEndings = [".pfx", ".p12", ".key", ".der", ".p8", ".pk8"];

    /// <summary>Looks into a file; null when it holds no private key.</summary>
    /// <exception cref="IOException">It can not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static KeyContent? Look(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[(int)Math.Min(file.Length, Beginning)];
        var beginning = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (PemBlock.LooksLikePem(beginning))
            return LookAtPem(System.Text.Encoding.Latin1.GetString(beginning).Replace("\0", "", StringComparison.Ordinal));
        return beginning is [0x30, ..] && file.Length <= MaximumBinary && BinaryEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) ? LookAtBinary(path) : null;
    }

    /// <summary>By the labels: a key that is damaged or cut off is still a secret.</summary>
    private static KeyContent? LookAtPem(string text)
    {
        const string begin = "-----BEGIN ", label = "PRIVATE KEY-----";
        var found = false;
        for (var at = text.IndexOf(begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(begin, at + begin.Length, StringComparison.Ordinal))
        {
            var line = text.AsSpan(at + begin.Length, Math.Min(200, text.Length - at - begin.Length));
            var end = line.IndexOf("-----", StringComparison.Ordinal);
            if (end < 0 || !line[..(end + 5)].EndsWith(label, StringComparison.Ordinal))
                continue;
            found = true;
            if (!line.StartsWith("ENCRYPTED ", StringComparison.Ordinal) && !line[(end + 5)..].TrimStart().StartsWith("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
                return new KeyContent(IsPlain: true);
        }

        return found ? new KeyContent(IsPlain: false) : null;
    }

    private static KeyContent? LookAtBinary(string path)
    {
        try
        {
            return KeyFileFacts.Read(path, File.ReadAllBytes(path), password: null) is { } facts ? new KeyContent(facts.HasPlainKey) : null;
        }
        catch (MtlsException)
        {
            // It begins like a key and is named like one: what it is can not be told, and the worse is assumed.
            return new KeyContent(IsPlain: true);
        }
    }
}
