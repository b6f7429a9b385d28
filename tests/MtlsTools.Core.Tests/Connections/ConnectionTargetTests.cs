using MtlsTools.Connections;

namespace MtlsTools.Tests.Connections;

public sealed class ConnectionTargetTests
{
    [Theory]
    [InlineData("localhost:8889", "localhost", 8889, "/")]
    [InlineData("example.com", "example.com", 443, "/")]
    [InlineData("https://example.com/a?b=c", "example.com", 443, "/a?b=c")]
    [InlineData("https://localhost:8889/hello-world.txt", "localhost", 8889, "/hello-world.txt")]
    [InlineData("HTTPS://Example.com:443/", "example.com", 443, "/")]
    [InlineData("[::1]:8443", "::1", 8443, "/")]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1, "/")]
    [InlineData("bücher.example:8443", "xn--bcher-kva.example", 8443, "/")]
    public void Texts_that_name_a_target(string text, string host, int port, string path)
    {
        var target = ConnectionTarget.Parse(text);

        Assert.Equal((host, port, path), (target.Host, target.Port, target.Uri.PathAndQuery));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("http://localhost:8888")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:abc")]
    [InlineData("https://")]
    [InlineData("file:///etc/passwd")]
    [InlineData("a b:443")]
    public void Texts_that_do_not(string text)
    {
        var error = Assert.Throws<InputException>(() => ConnectionTarget.Parse(text));

        Assert.Equal(ErrorCode.TargetInvalid, error.Code);
        Assert.Contains("Write https://", error.Message, StringComparison.Ordinal);
    }
}
