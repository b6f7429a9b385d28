using System.Text.Json;
using MtlsTools.Configuration.Syntax;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Whatever stands in a value, the real program reads it back: as the name of a file that it opens, or as the text that it shows.</summary>
public sealed class ProxySyntaxTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "plain", "with space", "it's", "say \"so\"", "a;b", "a#b", "100%", "$HOME", "$(id)", "`id`", @"back\slash", @"\", @"tail\", "a\\\"b", "ünïcödé 研究", "*?[x]", "a=b&c|d", "~", "<a>", "!x",
    ];

    private static readonly string[] Braces = ["{a}", "{{ env \"HOME\" }}", "${HOME}", "}}", "{{"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Apache_reads_every_character_back()
    {
        var apache = Peer.Require("apache2");
        var files = Fill([.. Texts, "{a}", "{{"]).Select((file, i) => $"<VirtualHost 127.0.0.1:{i + 1}>\nSSLCACertificateFile {ProxySyntaxes.Apache.Write(file, "file")}\n</VirtualHost>");
        string[] modules = ["mpm_event", "authz_core", "ssl"];
        var configuration = folder.Write("httpd.conf", $"ServerName localhost\nErrorLog /dev/stderr\n{string.Join('\n', modules.Select(name => $"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"))}\nMutex posixsem\n{string.Join('\n', files)}\n");

        apache.Run("-t", "-d", folder.Path, "-f", configuration);
    }

    [SkippableFact]
    public void HAProxy_reads_every_character_back()
    {
        var haproxy = Peer.Require("haproxy");
        var answer = "HTTP/1.0 503 No\r\nConnection: close\r\n\r\n";
        var files = Fill([.. Texts, .. Braces], answer).Select((file, i) => $"frontend f{i}\nmode http\nbind 127.0.0.1:{i + 1}\nerrorfile 503 {ProxySyntaxes.HAProxy.Write(file, "file")}");
        var configuration = folder.Write("haproxy.cfg", $"defaults\ntimeout client 5s\n{string.Join('\n', files)}\n");

        haproxy.Run("-c", "-q", "-f", configuration);
    }

    [SkippableFact]
    public void Caddy_reads_every_character_back()
    {
        var caddy = Peer.Require("caddy").With("HOME", folder.Path).With("XDG_DATA_HOME", folder.Path).With("XDG_CONFIG_HOME", folder.Path);
        var configuration = folder.Write("Caddyfile", $":1 {{\n{string.Join('\n', Texts.Select((text, i) => $"\trespond /{i} {ProxySyntaxes.Caddyfile.Write(text, "text")}"))}\n}}\n");

        var adapted = JsonDocument.Parse(caddy.Run("adapt", "--config", configuration, "--adapter", "caddyfile").Output);

        var routes = adapted.RootElement.GetProperty("apps").GetProperty("http").GetProperty("servers").GetProperty("srv0").GetProperty("routes").EnumerateArray();
        var read = routes.ToDictionary(route => route.GetProperty("match")[0].GetProperty("path")[0].GetString()!, route => route.GetProperty("handle")[0].GetProperty("body").GetString()!);
        Assert.Equal(Texts.Select((text, i) => ($"/{i}", text)).ToDictionary(), read);
    }

    [SkippableFact]
    public void Stunnel_reads_every_character_back()
    {
        var stunnel = Peer.Require("stunnel4");
        Peer.Require("openssl").Run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=a", "-keyout", folder.At("key"), "-out", folder.At("crt"));
        var files = Fill([.. Texts, .. Braces], File.ReadAllText(folder.At("crt"))).Select((file, i) => $"[s{i}]\naccept = 127.0.0.1:0\nconnect = 1\ncert = {folder.At("crt")}\nkey = {folder.At("key")}\nCAfile = {ProxySyntaxes.Stunnel.Write(file, "file")}\nverifyChain = yes");
        var configuration = folder.Write("stunnel.conf", $"foreground = yes\npid =\nsyslog = no\n{string.Join('\n', files)}\n");

        using var process = stunnel.Start(configuration);

        process.WaitFor("Configuration successful");
    }

    [SkippableFact]
    public void Yaml_keeps_every_character_and_shows_templates_no_braces()
    {
        var python = Peer.Require("python3");
        Skip.If(python.Try("-c", "import yaml").ExitCode != 0, "The Python package 'yaml' is not installed; on Debian: apt install python3-yaml");
        string[] texts = [.. Texts, .. Braces, "", "no", "1.5", "a: b", "- a", "\u0085", "\u2028", "\uFEFF", "🔑", " end "];
        var written = texts.Select(text => YamlSyntax.Yaml.Quote(text)!).ToList();

        var read = python.Run("-c", "import json,sys,yaml; json.dump(yaml.safe_load(open(sys.argv[1], 'rb')), sys.stdout)", folder.Write("a.yaml", string.Concat(written.Select(text => $"- {text}\n"))));

        Assert.Equal(texts, JsonSerializer.Deserialize<string[]>(read.Output));
        Assert.All(written, text => Assert.DoesNotContain("{{", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void Control_characters_are_refused_everywhere(string text) =>
        Assert.All([ProxySyntaxes.Apache, ProxySyntaxes.HAProxy, ProxySyntaxes.Caddyfile, ProxySyntaxes.Stunnel, YamlSyntax.Yaml], syntax => Refuses(syntax, text));

    [Fact]
    public void What_a_syntax_can_not_express_is_refused()
    {
        Refuses(ProxySyntaxes.Apache, "/etc/${USER}.crt");
        Refuses(ProxySyntaxes.Caddyfile, "/etc/{$USER}.crt");
        Refuses(ProxySyntaxes.Caddyfile, "/etc/{env.USER}.crt");
        Refuses(ProxySyntaxes.Caddyfile, "`\\\"");
        Refuses(ProxySyntaxes.Stunnel, " a");
        Refuses(ProxySyntaxes.Stunnel, "");
    }

    private static void Refuses(ConfigSyntax syntax, string text) =>
        Assert.Equal(ErrorCode.ConfigValueNotWritable, Assert.Throws<InputException>(() => syntax.Write(text, "name")).Code);

    /// <summary>A file of every such name, which nothing else may be taken for.</summary>
    private List<string> Fill(IEnumerable<string> names, string content = "x")
    {
        Directory.CreateDirectory(folder.At("files"));
        return names.Select(name => folder.Write(Path.Combine("files", name), content)).ToList();
    }
}
