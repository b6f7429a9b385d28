using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Policy;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>Requests, and what they ask for too much.</summary>
public sealed class RequestRuleTests
{
    internal static IEnumerable<string> Tested => ["RequestSignatureInvalid", "RequestAsksForCa", "RequestAsksForUnknownCritical", "KeyTooWeak", "CommonNameTooLong", "IpAddressInDnsName", "DnsNameUnderscore", "SubjectMissing"];

    [Fact]
    public void Requests_that_this_module_makes_break_no_rule()
    {
        Assert.Empty(PolicyChecker.Check(TestAuthority.Request()));
        Assert.Empty(PolicyChecker.Check(TestAuthority.Request("CN=api.example.com", "DNS:*.example.com,IP:10.0.0.1")));
        Assert.Empty(PolicyChecker.Check(TestAuthority.Request("", "DNS:a.example.com")));
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("CA:FALSE", "")]
    [InlineData("CA:TRUE", "RequestAsksForCa: CA:TRUE")]
    [InlineData("keyCertSign", "RequestAsksForCa: keyCertSign")]
    [InlineData("digitalSignature", "")]
    [InlineData("unknown critical", "RequestAsksForUnknownCritical: 1.3.6.1.4.1.55555.1")]
    [InlineData("unknown", "")]
    [InlineData("underscore", "DnsNameUnderscore: a_b.example.com")]
    [InlineData("address", "IpAddressInDnsName: 10.0.0.1")]
    [InlineData("long name", "CommonNameTooLong: 65")]
    [InlineData("no name", "SubjectMissing: neither")]
    [InlineData("weak key", "KeyTooWeak: RSA 1024")]
    [InlineData("changed", "RequestSignatureInvalid: signature")]
    public void Wishes(string what, string expected)
    {
        var findings = PolicyChecker.Check(Make(what));

        if (expected.Length == 0)
        {
            Assert.Empty(findings);
            return;
        }

        var finding = Assert.Single(findings);
        Assert.Equal(expected.Split(": ")[0], finding.Id);
        Assert.Contains(expected.Split(": ")[1], finding.Cause, StringComparison.Ordinal);
    }

    private static CertificateSigningRequest Make(string what)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var weak = RSA.Create(1024);
        var subject = new X500DistinguishedName(what switch { "no name" => "", "long name" => "CN=" + new string('a', 65), _ => "CN=service-a" });
        var request = what == "weak key"
            ? new CertificateRequest(subject, weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, ec, HashAlgorithmName.SHA256);
        X509Extension? extension = what switch
        {
            "CA:FALSE" => new X509BasicConstraintsExtension(false, false, 0, true),
            "CA:TRUE" => new X509BasicConstraintsExtension(true, false, 0, true),
            "keyCertSign" => new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true),
            "digitalSignature" => new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true),
            "unknown critical" => new X509Extension("1.3.6.1.4.1.55555.1", [5, 0], critical: true),
            "unknown" => new X509Extension("1.3.6.1.4.1.55555.1", [5, 0], critical: false),
            "underscore" => new X509Extension("2.5.29.17", RawCertificate.San("a_b.example.com"), critical: false),
            "address" => new X509Extension("2.5.29.17", RawCertificate.San("10.0.0.1"), critical: false),
            _ => null,
        };
        if (extension is not null)
            request.CertificateExtensions.Add(extension);
        var der = request.CreateSigningRequest();
        if (what == "changed")
            der[^1] ^= 1;
        return CertificateSigningRequest.Parse(der);
    }
}
