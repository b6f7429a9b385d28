using MtlsTools.Encoding;

namespace MtlsTools.Tests.Encoding;

public class PemBlockTests
{
    private const string One = "-----BEGIN THING-----\nAQID\n-----END THING-----\n";

    public static TheoryData<string, byte[]> Wrappings => new()
    {
        { "plain", Bytes(One) },
        { "CRLF", Bytes(One.Replace("\n", "\r\n")) },
        { "no line end", Bytes(One.TrimEnd()) },
        { "leading text", Bytes("Bag Attributes\n    friendlyName: a\nKey Attributes: <No Attributes>\n" + One) },
        { "trailing text", Bytes(One + "the end\n") },
        { "indented", Bytes("  " + One.Replace("\n", "\n  ")) },
        { "UTF-8 with mark", [0xEF, 0xBB, 0xBF, .. Bytes(One)] },
        { "UTF-16 with mark", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(One)] },
        { "UTF-16 big-endian with mark", [0xFE, 0xFF, .. System.Text.Encoding.BigEndianUnicode.GetBytes(One)] },
        { "UTF-16", System.Text.Encoding.Unicode.GetBytes(One) },
        { "UTF-16 big-endian", System.Text.Encoding.BigEndianUnicode.GetBytes(One) },
        { "headers", Bytes("-----BEGIN THING-----\nX-A: b\nX-C: d\n\nAQID\n-----END THING-----\n") },
    };

    [Theory]
    [MemberData(nameof(Wrappings))]
    public void Reads_a_block_in_every_wrapping(string wrapping, byte[] content)
    {
        Assert.True(PemBlock.LooksLikePem(content), wrapping);

        var block = Assert.Single(PemBlock.ReadAll(content));

        Assert.Equal("THING", block.Label);
        Assert.Equal(new byte[] { 1, 2, 3 }, block.Data.ToArray());
        Assert.False(block.IsLegacyEncrypted);
    }

    [Fact]
    public void Numbers_blocks_and_lines()
    {
        var blocks = PemBlock.ReadAll(Bytes("text\n" + One + "\n" + One.Replace("THING", "OTHER")));

        Assert.Equal([(1, 2, "THING"), (2, 6, "OTHER")], blocks.Select(block => (block.Number, block.Line, block.Label)));
    }

    [Fact]
    public void Sees_the_old_encryption() =>
        Assert.True(PemBlock.ReadAll(Bytes("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n-----END RSA PRIVATE KEY-----\n"))[0].IsLegacyEncrypted);

    [Theory]
    [InlineData("-----BEGIN THING-----\nAQID\n", ErrorCode.PemTruncated)]
    [InlineData("-----BEGIN THING-----\nAQID\n-----END OTHER-----\n", ErrorCode.PemTruncated)]
    [InlineData("-----BEGIN THING", ErrorCode.PemTruncated)]
    [InlineData("-----BEGIN THING-----\nAQ*D\n-----END THING-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN THING-----\nAQI\n-----END THING-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN THING-----\n-----END THING-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN THING-----\nX: y\n-----END THING-----\n", ErrorCode.ContentDamaged)]
    // the second block of two
    [InlineData(One + "-----BEGIN THING-----\nAQID\n", ErrorCode.PemTruncated)]
    public void Refuses_damaged_text_and_names_the_file(string text, ErrorCode code)
    {
        var refused = Assert.Throws<InputException>(() => PemBlock.ReadAll(Bytes(text), "a.pem"));

        Assert.Equal((code, "a.pem"), (refused.Code, refused.Path));
        Assert.StartsWith("'a.pem': block ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_64_characters_a_line_and_ends_with_a_line()
    {
        var text = PemBlock.Write("THING", new byte[99]);

        Assert.Equal(["-----BEGIN THING-----", new string('A', 64), new string('A', 64), "AAAA", "-----END THING-----", ""], text.Split('\n'));
        Assert.Equal(new byte[99], PemBlock.ReadAll(Bytes(text))[0].Data.ToArray());
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
