using MtlsTools.Configuration.Syntax;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Whatever stands in a value, the client reads it back.</summary>
public sealed class ClientSyntaxTests : IDisposable
{
    private static readonly string[] Names = ["plain", "with space", "it's", "say \"so\"", "a;b", "a#b", "{a}", "100%", @"back\slash", @"tail\n", @"end\", "$HOME `id`", "a=b&c|d", "a:b", "x~", "ünïcödé 研究", "*?[x]"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Curl_reads_every_character_back_as_the_name_of_a_file()
    {
        var curl = Peer.Require("curl");
        folder.Write("page", "page\n");
        var lines = Names.Select(name => $"url = {ClientSyntax.Curl.Write(new Uri(folder.At("page")).AbsoluteUri, "url")}\noutput = {ClientSyntax.Curl.Write(folder.At("out", name), "file")}\n");
        Directory.CreateDirectory(folder.At("out"));

        curl.Run("-sS", "--config", folder.Write("curlrc", "globoff\n" + string.Concat(lines)));

        AssertMade();
    }

    [SkippableFact]
    public void Wget_reads_every_character_back_as_the_name_of_a_file()
    {
        var wget = Peer.Require("wget");
        Directory.CreateDirectory(folder.At("out"));
        foreach (var name in Names)
            wget.Try("-q", "-t", "1", "--no-proxy", $"--config={folder.Write("wgetrc", $"output_document = {ClientSyntax.Wget.Write(folder.At("out", name), "file")}\n")}", "http://127.0.0.1:1/");

        AssertMade();
    }

    [SkippableFact]
    public void Git_reads_every_character_back_in_values_and_sections()
    {
        var git = Peer.Require("git");
        var sections = Names.Select(name => $"[http {ClientSyntax.Git.Write(name, "url")}]\n\tsslCert = {ClientSyntax.Git.Write(name, "file")}\n");

        var said = git.Run("config", "--file", folder.Write("gitconfig", string.Concat(sections)), "--null", "--list").Output;

        Assert.Equal(Names.Select(name => $"http.{name}.sslcert\n{name}"), said.Split('\0', StringSplitOptions.RemoveEmptyEntries));
    }

    [SkippableFact]
    public void Libpq_reads_every_character_back_as_a_mode_that_it_does_not_know()
    {
        var psql = Peer.Require("psql");
        foreach (var name in new[] { string.Concat(Names), @"end\" })
        {
            var said = psql.With("PGSERVICEFILE", folder.Write("service", $"[mtls]\nhost=127.0.0.1\nsslmode={ClientSyntax.Libpq.Write(name, "mode")}\n")).Try("service=mtls").Error;

            Assert.Equal($"psql: error: invalid sslmode value: \"{name}\"", said.TrimEnd());
        }
    }

    [Theory]
    [InlineData(" leads")]
    [InlineData("trails ")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void What_the_rest_of_a_line_can_not_express_is_refused(string text) => Assert.All([ClientSyntax.Wget, ClientSyntax.Libpq], syntax =>
        Assert.Equal(ErrorCode.ConfigValueNotWritable, Assert.Throws<InputException>(() => syntax.Write(text, "file")).Code));

    [Fact]
    public void Wget_would_take_a_tilde_for_the_home_directory() =>
        Assert.Throws<InputException>(() => ClientSyntax.Wget.Write("~/client.key", "file"));

    private void AssertMade() => Assert.Equal(Names.Order(StringComparer.Ordinal), Directory.GetFiles(folder.At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
