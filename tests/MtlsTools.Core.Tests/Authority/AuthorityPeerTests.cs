using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>The index is OpenSSL's own: it reads ours and goes on with it, and we with its.</summary>
public sealed class AuthorityPeerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CertificateAuthority root;

    public AuthorityPeerTests() => root = TestAuthority.Create(folder, "root");

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void OpenSSL_reads_the_index()
    {
        var openssl = Peer.Require("openssl");
        var issued = "CN=ann|CN=ann|OU=b+CN=a,O=Smith\\, Wesson/Sons,C=FR|CN=Zoë".Split('|')
            .Select(subject => root.Issue(CertificateProfile.Client, TestAuthority.Request(subject))).ToList();

        foreach (var certificate in issued)
            Assert.Contains($"{certificate.SerialNumber}=Valid (V)", openssl.Try("ca", "-config", Configuration(), "-status", certificate.SerialNumber).All, StringComparison.Ordinal);
        openssl.Run("ca", "-config", Configuration(), "-updatedb");
        Assert.Equal(4, root.GetIssued().Count());
    }

    [SkippableFact]
    public void The_OCSP_responder_of_OpenSSL_answers_from_the_index()
    {
        var openssl = Peer.Require("openssl");
        string[] ca = ["-issuer", root.CertificatePath];
        var good = root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann"));
        var twin = root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann"));
        openssl.Run("ca", "-config", Configuration(), "-revoke", twin.Path!, "-crl_reason", "keyCompromise");

        openssl.Run(["ocsp", .. ca, "-cert", good.Path!, "-cert", twin.Path!, "-no_nonce", "-reqout", folder.At("q")]);
        openssl.Run("ocsp", "-index", folder.At("root", "index.txt"), "-CA", root.CertificatePath, "-rsigner", root.CertificatePath, "-rkey", folder.At("root", "private", "ca.key"), "-reqin", folder.At("q"), "-respout", folder.At("a"));
        var answer = openssl.Run(["ocsp", .. ca, "-cert", good.Path!, "-cert", twin.Path!, "-respin", folder.At("a"), "-CAfile", root.CertificatePath, "-no_nonce"]).All;

        Assert.Contains($"{good.SerialNumber}.crt: good", answer, StringComparison.Ordinal);
        Assert.Contains($"{twin.SerialNumber}.crt: revoked", answer, StringComparison.Ordinal);
        Assert.Equal([IssuedStatus.Valid, IssuedStatus.Revoked], root.GetIssued().Select(entry => entry.Status));
        Assert.NotNull(root.GetIssued().Last().RevokedAt);
    }

    [SkippableFact]
    public void OpenSSL_and_we_issue_by_turns()
    {
        var openssl = Peer.Require("openssl");
        TestAuthority.Request("CN=ann").Save(folder.At("r"));

        var ours = root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann"));
        openssl.Run("ca", "-config", Configuration(), "-batch", "-notext", "-days", "3", "-in", folder.At("r"), "-out", folder.At("theirs.crt"));
        var again = root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann"));

        var serial = openssl.Run("x509", "-in", folder.At("theirs.crt"), "-noout", "-serial").Output.Trim()["serial=".Length..];
        Assert.Equal([ours.SerialNumber, serial, again.SerialNumber], root.GetIssued().Select(entry => entry.SerialNumber));
    }

    [SkippableFact]
    public void OpenSSL_writes_the_same_line()
    {
        var openssl = Peer.Require("openssl");
        var request = TestAuthority.Request(@"CN=a\+b/c\\d,OU=y+O=x,L=Zoë ""q"",C=FR");
        request.Save(folder.At("r"));

        root.Issue(CertificateProfile.Client, request);
        openssl.Run("ca", "-config", Configuration(), "-batch", "-notext", "-preserveDN", "-days", "3", "-in", folder.At("r"), "-out", folder.At("theirs.crt"));

        var subjects = File.ReadAllLines(folder.At("root", "index.txt")).Select(line => line.Split('\t')[5]).ToList();
        Assert.Equal(subjects[1], subjects[0]);
    }

    private string Configuration() => folder.Write("openssl.cnf", $"""
        [ca]
        default_ca = d
        [d]
        database = {folder.At("root", "index.txt")}
        new_certs_dir = {folder.At("root", "issued")}
        crlnumber = {folder.At("root", "crlnumber")}
        certificate = {root.CertificatePath}
        private_key = {folder.At("root", "private", "ca.key")}
        default_md = sha256
        rand_serial = yes
        policy = p
        [p]
        commonName = optional
        """);
}
