using MtlsTools.Audit;
using MtlsTools.Certificates;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>Files with several certificates: what is sent, and what is trusted.</summary>
public sealed class ChainFileRuleTests : IDisposable
{
    private static readonly MtlsCertificate Root = RawCertificate.TestRoot;
    private static readonly MtlsCertificate Upper = RawCertificate.Intermediate().With(new System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension(true, true, 1, critical: true)).Build();
    private static readonly MtlsCertificate Lower = (RawCertificate.Intermediate() with { Subject = "CN=Lower,O=Acme", Issuer = Upper, To = 1000 }).WithIssuerKeyId().Build();
    private static readonly MtlsCertificate Leaf = (RawCertificate.Server() with { Issuer = Lower }).WithIssuerKeyId().Build();
    private static readonly MtlsCertificate Stranger = RawCertificate.Client().Build();

    private readonly TemporaryFolder folder = new();

    internal static IEnumerable<string> Tested => ["LeafNotFirst", "ChainOrder", "ChainForeign", "ChainContainsRoot"];

    [Theory]

    // what is sent
    [InlineData("leaf lower upper", "")]
    [InlineData("leaf lower upper root", "ChainContainsRoot: 'Test Root CA'")]
    [InlineData("leaf upper lower", "ChainOrder: 'Test Issuing CA', 'Lower'; the right one is 'Lower', 'Test Issuing CA'")]
    [InlineData("lower leaf upper", "LeafNotFirst: 'Lower'")]
    [InlineData("leaf lower upper stranger", "ChainForeign: 'service-a'")]
    [InlineData("leaf root", "ChainForeign: 'Test Root CA'")]

    // what is trusted
    [InlineData("lower upper root", "ChainContainsRoot: 'Test Root CA'")]
    [InlineData("lower upper", "")]
    [InlineData("root lower", "")]
    public void Files(string content, string expected)
    {
        var path = folder.Write("it.pem", string.Concat(content.Split(' ').Select(name => Find(name).ToPem())));

        var reports = new PolicyAudit().JudgeFile(path).ToList();

        var file = reports.Single(report => report.Kind == PolicySubjects.ChainFile);
        Assert.Equal(path, file.Path);
        Assert.Equal(content.Split(' ').Length, reports.Count(report => report.Kind == PolicySubjects.Certificate));
        if (expected.Length == 0)
        {
            Assert.Empty(file.Findings);
            return;
        }

        var finding = Assert.Single(file.Findings);
        Assert.Equal(expected.Split(": ")[0], finding.Id);
        Assert.Contains(expected.Split(": ")[1], finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_is_the_files_own_even_where_the_key_stands_with_it()
    {
        using var key = SharedKeys.Of(MtlsTools.Keys.KeyAlgorithm.EcdsaP256);
        var path = folder.Write("it.pem", System.Text.Encoding.ASCII.GetString(key.ExportPem(null)) + Upper.ToPem() + Lower.ToPem() + Leaf.ToPem());

        Assert.Contains(new PolicyAudit().JudgeFile(path).SelectMany(report => report.Findings), finding => finding.Id == "LeafNotFirst");
    }

    [Fact]
    public void The_next_in_the_file_is_known_as_the_issuer()
    {
        var late = (RawCertificate.Server() with { Issuer = Lower, To = 1001 }).WithIssuerKeyId().Build();
        var path = folder.Write("it.pem", late.ToPem() + Lower.ToPem());

        Assert.Contains(new PolicyAudit().JudgeFile(path).SelectMany(report => report.Findings), finding => finding.Id == "OutlivesIssuer");
    }

    public void Dispose() => folder.Dispose();

    private static MtlsCertificate Find(string name) => name switch { "root" => Root, "upper" => Upper, "lower" => Lower, "leaf" => Leaf, _ => Stranger };
}
