using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Audit;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>Revocation lists, by the platform and by openssl.</summary>
public sealed class CrlRuleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal static IEnumerable<string> Tested => ["CrlExpired", "CrlExpiresSoon", "CrlNotYetValid", "CrlNextUpdateMissing", "CrlNumberMissing", "CrlAuthorityKeyIdMissing", "SignatureHashWeak"];

    [Theory]
    [InlineData(-1, 7, null)]
    [InlineData(-10, -1, "CrlExpired")]
    [InlineData(-6, 1, "CrlExpiresSoon")]
    [InlineData(-5, 2, null)]
    [InlineData(1, 7, "CrlNotYetValid")]
    public void Dates(int from, int to, string? expected)
    {
        var now = DateTimeOffset.UtcNow;
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP384);
        using var issuer = key.Attach(RawCertificate.TestRoot.X509);
        var der = new CertificateRevocationListBuilder().Build(issuer, 1, now.AddDays(to), HashAlgorithmName.SHA384, thisUpdate: now.AddDays(from));

        Assert.Equal(expected is null ? [] : [expected], Judge(folder.Write("der.crl", der)));
        Assert.Equal(expected is null ? [] : [expected], Judge(folder.Write("pem.crl", PemEncoding.WriteString("X509 CRL", der))));
    }

    /// <summary>openssl's defaults make version 1 without a number; the good one takes a section of extensions.</summary>
    [SkippableTheory]
    [InlineData("-crldays 30", "", "CrlNumberMissing CrlAuthorityKeyIdMissing")]
    [InlineData("-crldays 30 -crlexts good", "", "")]
    [InlineData("-crldays 30 -crlexts numberless", "", "CrlNumberMissing")]
    [InlineData("-crldays 30 -crlexts good", "-md sha1", "SignatureHashWeak")]
    public void By_openssl(string how, string hash, string expected)
    {
        var openssl = Peer.Require("openssl");
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP384);
        key.Save(folder.At("ca.key"));
        folder.Write("ca.crt", RawCertificate.TestRoot.ToPem());
        folder.Write("index.txt", "");
        var number = how.Contains("numberless", StringComparison.Ordinal) ? "" : $"crlnumber = {folder.At("crlnumber")}\n";
        folder.Write("crlnumber", "01\n");
        var config = folder.Write("ca.cnf", $"[ca]\ndefault_ca = it\n[it]\ndatabase = {folder.At("index.txt")}\n{(how.Contains("good", StringComparison.Ordinal) ? number : "")}default_md = sha384\n[good]\nauthorityKeyIdentifier = keyid:always\n[numberless]\nauthorityKeyIdentifier = keyid:always\n");
        string[] arguments = ["ca", "-config", config, "-gencrl", "-keyfile", folder.At("ca.key"), "-cert", folder.At("ca.crt"), .. how.Split(' '), .. hash.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-out", folder.At("it.crl")];
        openssl.Run(arguments);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), Judge(folder.At("it.crl")).Order());
    }

    [Fact]
    public void Without_an_end()
    {
        var now = DateTimeOffset.UtcNow;
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP384);
        using var issuer = key.Attach(RawCertificate.TestRoot.X509);
        var der = new CertificateRevocationListBuilder().Build(issuer, 1, now.AddDays(7), HashAlgorithmName.SHA384, thisUpdate: now.AddDays(-1));

        Assert.Equal(["CrlNextUpdateMissing"], Judge(folder.Write("it.crl", WithoutNextUpdate(der))));
    }

    public void Dispose() => folder.Dispose();

    private static List<string> Judge(string path)
    {
        var report = Assert.Single(new PolicyAudit().JudgeFile(path));
        Assert.Equal(PolicySubjects.Crl, report.Kind);
        Assert.Equal("Test Root CA", report.Name);
        return report.Findings.Select(finding => finding.Id).ToList();
    }

    /// <summary>Takes the second date out of the list; the signature no longer fits, which is not a rule's matter.</summary>
    private static byte[] WithoutNextUpdate(byte[] der)
    {
        var outer = new System.Formats.Asn1.AsnReader(der, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var list = outer.ReadSequence();
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                for (var at = 0; list.HasData; at++)
                {
                    var value = list.ReadEncodedValue();
                    if (at != 4)
                        writer.WriteEncodedValue(value.Span);
                }
            }

            while (outer.HasData)
                writer.WriteEncodedValue(outer.ReadEncodedValue().Span);
        }

        return writer.Encode();
    }
}
