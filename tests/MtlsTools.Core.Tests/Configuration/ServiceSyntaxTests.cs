using System.Net.Sockets;
using MtlsTools.Configuration.Syntax;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Whatever stands in a value, the program itself reads it back unchanged.</summary>
public sealed class ServiceSyntaxTests : IDisposable
{
    private const string All = @"it's ""so"" $HOME ${x} #a; b\n \\ \x41 {c} 100% \' '' ünïcödé 研究 \";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void PostgreSQL_reads_every_character_back()
    {
        var postgres = Peer.Require("postgres");
        folder.Write("postgresql.conf", $"my.text = {ServiceSyntax.PostgreSql.Write(All, "text")}\n");

        Assert.Equal(All, postgres.Run("-C", "my.text", "-D", folder.Path).Output.TrimEnd('\n'));
    }

    [SkippableFact]
    public async Task Redis_reads_every_character_back()
    {
        var redis = Peer.Require("redis-server");
        var port = Loopback.FreePorts(1)[0];
        using var process = redis.Start("-");
        process.Send($"bind 127.0.0.1\nport {port}\nsave \"\"\nmasterauth {ServiceSyntax.Redis.Write(All, "text")}\n");
        process.CloseInput();
        process.WaitFor("Ready to accept connections");

        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        using var reader = new StreamReader(client.GetStream(), System.Text.Encoding.UTF8);
        await client.GetStream().WriteAsync("CONFIG GET masterauth\r\n"u8.ToArray());
        var answer = new List<string?>();
        for (var i = 0; i < 5; i++)
            answer.Add(await reader.ReadLineAsync());

        Assert.Equal(All, answer[4]);
    }

    /// <summary>As the names of folders, of which it opens one after the other; then comes a line that it does not know.</summary>
    [SkippableFact]
    public void Mosquitto_reads_every_character_back()
    {
        var mosquitto = Peer.Require("mosquitto");
        string[] names = ["plain", "with space", "it's", "say \"so\"", "a;b", "a#b", "#", "{a}", "100%", @"back\slash\", "$HOME", "ünïcödé 研究", "-x", "'all'"];
        Assert.All(names, name => Directory.CreateDirectory(folder.At(name)));
        var configuration = folder.Write("mosquitto.conf", string.Concat(names.Select(name => $"include_dir {ServiceSyntax.Mosquitto.Write(folder.At(name), "path")}\n")) + "the_end 1\n");

        var said = mosquitto.Try("-c", configuration).All;

        Assert.DoesNotContain("Unable to open", said, StringComparison.Ordinal);
        Assert.Contains("the_end", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a\nb")]
    public void What_Mosquitto_can_not_express_is_refused(string text) =>
        Assert.Equal(ErrorCode.ConfigValueNotWritable, Assert.Throws<InputException>(() => ServiceSyntax.Mosquitto.Write(text, "name")).Code);
}
