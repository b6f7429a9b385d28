using MtlsTools.Encoding;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Encoding;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reads_the_bytes() => Assert.Equal("abc"u8.ToArray(), InputFile.Read(folder.Write("a [1].pem", "abc")));

    [Theory]
    [InlineData("missing", ErrorCode.FileNotFound)]
    [InlineData("missing/a", ErrorCode.FileNotFound)]
    [InlineData("empty", ErrorCode.FileEmpty)]
    [InlineData("folder", ErrorCode.FileNotReadable)]
    [InlineData("large", ErrorCode.ContentNotRecognized)]
    public void Says_why_not(string name, ErrorCode code)
    {
        folder.Write("empty", "");
        Directory.CreateDirectory(folder.At("folder"));
        using (var large = File.Create(folder.At("large")))
            large.SetLength(InputFile.MaximumLength + 1);

        var refused = Assert.Throws<InputException>(() => InputFile.Read(folder.At(name)));

        Assert.Equal((code, folder.At(name)), (refused.Code, refused.Path));
        Assert.Contains(folder.At(name), refused.Message, StringComparison.Ordinal);
    }
}
