using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>One block of a PEM text (RFC 7468, and the headers of RFC 1421 that older tools write).</summary>
public sealed class PemBlock
{
    private PemBlock(string label, byte[] data, bool isLegacyEncrypted, string? dekInfo, int number, int line)
    {
        Label = label;
        Data = data;
        IsLegacyEncrypted = isLegacyEncrypted;
        DekInfo = dekInfo;
        Number = number;
        Line = line;
    }

    /// <summary>The label, such as <c>CERTIFICATE</c> or <c>PRIVATE KEY</c>.</summary>
    public string Label { get; }

    /// <summary>The DER content.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Whether OpenSSL's old <c>Proc-Type: 4,ENCRYPTED</c> header stands in the block.</summary>
    public bool IsLegacyEncrypted { get; }

    /// <summary>The DEK-Info header: cipher and initialisation vector of that old encryption (RFC 1421, 4.6.1.3).</summary>
    internal string? DekInfo { get; }

    /// <summary>Which block of the text it is, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The line the block begins on, counted from 1.</summary>
    public int Line { get; }

    /// <summary>Reads every block of a PEM text; text around the blocks, a byte order mark and CRLF line ends are passed over.</summary>
    /// <param name="content">The bytes of the text (UTF-8 or UTF-16).</param>
    /// <param name="path">The file they came from, for error messages.</param>
    /// <exception cref="InputException">A block has no end or its base64 text is damaged.</exception>
    public static IReadOnlyList<PemBlock> ReadAll(ReadOnlySpan<byte> content, string? path = null)
    {
        const string begin = "-----BEGIN ", dashes = "-----";
        var text = Decode(content);
        var blocks = new List<PemBlock>();
        for (int at = 0, line = 1; ;)
        {
            var start = text.IndexOf(begin, at, StringComparison.Ordinal);
            if (start < 0)
                return blocks;
            line += text.AsSpan(at, start - at).Count('\n');
            var number = blocks.Count + 1;
            var labelStart = start + begin.Length;
            var labelEnd = text.IndexOf(dashes, labelStart, StringComparison.Ordinal);
            var label = labelEnd < 0 ? "" : text[labelStart..labelEnd];
            var end = labelEnd < 0 ? -1 : text.IndexOf($"-----END {label}{dashes}", labelEnd, StringComparison.Ordinal);
            if (end < 0 || label.Contains('\n'))
                throw new InputException(ErrorCode.PemTruncated, $"{Where(path, number, label, line)} begins but never ends: the text was cut off. Get a whole copy of it.", path);
            var body = text.AsSpan(labelEnd + dashes.Length, end - labelEnd - dashes.Length);
            blocks.Add(new PemBlock(label, DecodeBody(body, out var encrypted, path, number, label, line), encrypted, FindHeader(body, "DEK-Info:"), number, line));
            at = end;
            line += text.AsSpan(start, end - start).Count('\n');
        }
    }

    /// <summary>Whether the content looks like PEM at all.</summary>
    internal static bool LooksLikePem(ReadOnlySpan<byte> content) =>
        content.IndexOf("-----BEGIN "u8) >= 0 || content.IndexOf("-\0-\0B\0E\0G\0I\0N\0"u8) >= 0;

    /// <summary>Writes one block with LF line ends and 64 characters a line.</summary>
    public static string Write(string label, ReadOnlySpan<byte> data) => new string(PemEncoding.Write(label, data)) + "\n";

    /// <inheritdoc/>
    public override string ToString() => $"{Label} (block {Number}, line {Line}, {Data.Length} bytes)";

    private static string Decode(ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xFE, ..] => System.Text.Encoding.Unicode.GetString(content[2..]),
        [0xFE, 0xFF, ..] => System.Text.Encoding.BigEndianUnicode.GetString(content[2..]),
        [not 0, 0, ..] => System.Text.Encoding.Unicode.GetString(content),
        [0, not 0, ..] => System.Text.Encoding.BigEndianUnicode.GetString(content),
        [0xEF, 0xBB, 0xBF, ..] => System.Text.Encoding.UTF8.GetString(content[3..]),
        _ => System.Text.Encoding.UTF8.GetString(content),
    };

    private static byte[] DecodeBody(ReadOnlySpan<char> body, out bool encrypted, string? path, int number, string label, int line)
    {
        encrypted = body.Contains("Proc-Type:", StringComparison.Ordinal) && body.Contains("ENCRYPTED", StringComparison.Ordinal);
        if (body.Contains(':'))
        {
            var lastHeader = body[body.LastIndexOf(':')..];
            var lineEnd = lastHeader.IndexOf('\n');
            body = lineEnd < 0 ? [] : lastHeader[lineEnd..];
        }

        var data = new byte[body.Length * 3 / 4 + 3];
        if (!Convert.TryFromBase64Chars(body, data, out var written) || written == 0)
            throw new InputException(ErrorCode.ContentDamaged, $"{Where(path, number, label, line)} does not hold whole base64 text: it was cut off or changed. Get a fresh copy of it.", path);
        return data[..written];
    }

    private static string? FindHeader(ReadOnlySpan<char> body, string name)
    {
        var start = body.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            return null;
        var value = body[(start + name.Length)..];
        var end = value.IndexOfAny('\r', '\n');
        return (end < 0 ? value : value[..end]).Trim().ToString();
    }

    private static string Where(string? path, int number, string label, int line) =>
        $"{InputFile.Describe(path)}: block {number}{(label.Length is > 0 and < 64 ? $" ({label})" : "")} at line {line}";
}
