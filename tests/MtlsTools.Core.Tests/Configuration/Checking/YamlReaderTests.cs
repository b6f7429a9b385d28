using MtlsTools.Configuration.Checking;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>YAML as people write it, read as PyYAML reads it.</summary>
public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1\nb: two words # comment\n", "{a:1,b:two words}")]
    [InlineData("a:\n- 1\n- 2\nb:\n  - x: 1\n    y: 2\n  -\n    z: 3\n", "{a:[1,2],b:[{x:1,y:2},{z:3}]}")]
    [InlineData("- - 1\n  - 2\n- 3\n", "[[1,2],3]")]
    [InlineData("a: {b: [1, 'it''s', \"q\\\"\\u0041\"], c: }\n", "{a:{b:[1,it's,q\"A],c:}}")]
    [InlineData("a: {\n  b: 1,\n  c: [x,\n    y]\n}\nd: 2\n", "{a:{b:1,c:[x,y]},d:2}")]
    [InlineData("a: |\n  one\n   two\n\n  three\nb: >-\n  folded\n  text\n\n  more\n", "{a:one\n two\n\nthree\n,b:folded text\nmore}")]
    [InlineData("a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  l: 3\n", "{a:{k:1,l:2},b:{k:1,l:2},c:{k:1,l:2,l:3}}")]
    [InlineData("\"quoted: key\": 'a\n  b'\nurl: http://x:80/#y\n", "{quoted: key:a b,url:http://x:80/#y}")]
    [InlineData("a: one\n  two\n  three\nb: !!str 5\n", "{a:one two three,b:5}")]
    [InlineData("a: 1\r\nb:\r\n  - c: d\r\n", "{a:1,b:[{c:d}]}")]
    [InlineData("---\na: 1\n---\nb: 2\n...\n", "{a:1}{b:2}")]
    [InlineData("%YAML 1.2\n--- # head\na:\n\n  # inside\n  b: 1\n", "{a:{b:1}}")]
    [InlineData("key: \"8888:8888\"\nlist: [ \"a:b\", c ]\n", "{key:8888:8888,list:[a:b,c]}")]
    [InlineData("a:\n  b:\n    c: 1\n  d: 2\ne: 3\n", "{a:{b:{c:1},d:2},e:3}")]
    public void Texts(string text, string expected) => Assert.Equal(expected, string.Concat(YamlReader.Read(text, (line, fault) => Assert.Fail($"{line}: {fault}")).Select(Show)));

    [Theory]
    [InlineData("a: 1\n\tb: 2\n", 2, "A tab")]
    [InlineData("a: \"open\nb: 1\n", 1, "never closed")]
    [InlineData("a:\n  - [1, 2\nb: 1\n", 3, "comma")]
    [InlineData("a:\n    b: 1\n  c: 2\n", 3, "")]
    [InlineData("a: *nothing\n", 1, "no anchor")]
    [InlineData("? a\n: b\n", 1, "'?'")]
    public void Faults_have_a_line(string text, int line, string message)
    {
        var faults = new List<(int Line, string Message)>();

        YamlReader.Read(text, (at, fault) => faults.Add((at, fault)));

        var found = Assert.Single(faults);
        Assert.Equal(line, found.Line);
        Assert.Contains(message, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_know_their_lines()
    {
        var node = Assert.Single(YamlReader.Read("a:\n  b: 1\n  c:\n    - x\n    - |\n      text\n    - y\n", (line, fault) => Assert.Fail(fault)));

        Assert.Equal(2, node.At("a", "b")!.Line);
        Assert.Equal([4, 5, 7], node.ListAt("a", "c").Select(item => item.Line));
    }

    [Fact]
    public void Aliases_do_not_multiply()
    {
        var text = "a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"));

        Assert.Equal(41, Assert.Single(YamlReader.Read(text, (line, fault) => Assert.Fail(fault))).Entries.Count);
    }

    private static string Show(YamlNode node) => node.Text
        ?? (node.Entries.Count > 0 ? $"{{{string.Join(',', node.Entries.Select(entry => $"{entry.Key}:{Show(entry.Value)}"))}}}" : $"[{string.Join(',', node.Items.Select(Show))}]");
}
