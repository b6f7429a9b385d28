using System.Text.Json;
using MtlsTools.Configuration.Syntax;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Whatever stands in a value, the language's own program reads it back unchanged.</summary>
public sealed class CodeSyntaxTests : IDisposable
{
    private static readonly IReadOnlyList<string> Texts =
    [
        "plain", "with space", " around ", "", "it's", "say \"so\"", "`tick` $(id) ${HOME} $env:PATH %PATH%", @"back\slash", @"\", @"C:\new\table\u0041\x41", "a;b&c|d", "#{a} {{b}} {0}",
        "</script> <!-- */ // -- #", "ünïcödé 研究 😀", "‘curly’ ‚quotes‛ “too”", "line\u2028separator\u2029\ufeffmark\u202eoverride", "*?[x]~!", "-n",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void JavaScript() => Reads(
        CodeSyntax.JavaScript, "a.mjs", text => $"console.log(Buffer.from({text}).toString('hex'))", file => Peer.Require("node").Run(file));

    [SkippableFact]
    public void Python() => Reads(
        CodeSyntax.Python, "a.py", text => $"print({text}.encode().hex())", file => Peer.Require("python3").Run(file));

    /// <summary>JSON, and YAML that quotes like it.</summary>
    [SkippableFact]
    public void Json() => Reads(
        CodeSyntax.Json, "a.json", text => $"- {text}", file => Peer.Require("python3").Run("-c", """
            import json, sys, yaml
            lines = open(sys.argv[1], encoding='utf-8').read()
            values = yaml.safe_load(lines)
            assert values == [json.loads(line[2:]) for line in lines.split('\n') if line]
            print('\n'.join(value.encode().hex() for value in values))
            """, file));

    [Fact]
    public void Json_is_read_by_NET() => Assert.Equal(Texts, Texts.Select(text => JsonSerializer.Deserialize<string>(CodeSyntax.Json.Write(text, "text"))!));

    [SkippableFact]
    public void Go() => Reads(
        CodeSyntax.Go, "a.go", text => $"\tfmt.Printf(\"%x\\n\", {text})", file => GoPeer.Tool.Run("run", file), "package main\n\nimport \"fmt\"\n\nfunc main() {\n", "}\n");

    /// <summary>With the encoding of a system that knows nothing but ASCII.</summary>
    [SkippableFact]
    public void Java() => Reads(
        CodeSyntax.Java, "A.java", text => $"h({text});", file => Peer.Require("java").Run("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dfile.encoding=US-ASCII", file),
        "class A { static void h(String s) { System.out.println(java.util.HexFormat.of().formatHex(s.getBytes(java.nio.charset.StandardCharsets.UTF_8))); }\npublic static void main(String[] a) {\n", "} }\n");

    [SkippableFact]
    public void Bash() => Reads(
        CodeSyntax.Bash, "a.sh", text => $"printf '%s' {text} | od -An -v -tx1 | tr -d ' \\n'; echo", file => Peer.Require("bash").Run(file));

    /// <summary>PowerShell, in a file that Windows PowerShell reads in the system's code page as well; and C#, which it compiles.</summary>
    [SkippableFact]
    public void PowerShell_and_CSharp()
    {
        var source = $"public static class A {{ public static string[] All = new[] {{\n{string.Join(",\n", Texts.Select(text => CodeSyntax.CSharp.Write(text, "text")))}\n}}; }}";
        var code = folder.Write("a.cs", source);
        var lines = Texts.Select(text => $"hex {CodeSyntax.PowerShell.Write(text, "text")}");
        Assert.All(lines, line => Assert.True(line.All(char.IsAscii)));
        var script = folder.Write("a.ps1", $$"""
            function hex($text) { [Convert]::ToHexString([Text.Encoding]::UTF8.GetBytes($text)).ToLowerInvariant() }
            {{string.Join('\n', lines)}}
            Add-Type -LiteralPath {{CodeSyntax.PowerShell.Write(code, "path")}}
            [A]::All | ForEach-Object { hex $_ }

            """);

        var said = Peer.Require("pwsh").Run("-NoProfile", "-File", script).Output;

        Assert.Equal([.. Hex, .. Hex], Lines(said));
    }

    private static IEnumerable<string> Hex => Texts.Select(text => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text)).ToLowerInvariant());

    private static string[] Lines(string said) => said.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private void Reads(ConfigSyntax syntax, string name, Func<string, string> line, Func<string, PeerResult> run, string before = "", string after = "")
    {
        var file = folder.Write(name, $"{before}{string.Join('\n', Texts.Select(text => line(syntax.Write(text, "text"))))}\n{after}");

        Assert.Equal(Hex, Lines(run(file).Output));
    }
}
