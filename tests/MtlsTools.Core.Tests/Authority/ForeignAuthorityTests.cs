using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>Folders that openssl ca and easy-rsa began: opened and continued in place, by turns with those programs.</summary>
public sealed class ForeignAuthorityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void OpenSSL_and_we_go_on_with_a_demoCA_by_turns()
    {
        var openssl = Peer.Require("openssl");
        var expected = new List<string>();
        MakeDemoCa(openssl);
        var configuration = WriteDemoConfiguration();
        expected.Add(IssueByOpenSsl(openssl, configuration, "/C=FR/O=Ac\\/me+OU=x/CN=Zoë \"q\""));
        for (var round = 0; round < 3; round++)
        {
            var ours = CertificateAuthority.Open(folder.At("demoCA")).Issue(CertificateProfile.Client, TestAuthority.Request($"CN=ours {round}"));
            Assert.Equal(folder.At("demoCA", "newcerts", ours.SerialNumber + ".pem"), ours.Path);
            openssl.Run("verify", "-CAfile", folder.At("demoCA", "cacert.pem"), ours.Path!);
            expected.Add(ours.SerialNumber);
            expected.Add(IssueByOpenSsl(openssl, configuration, $"/CN=theirs {round}"));
        }

        Revoke(openssl, configuration, expected[1]);
        Revoke(openssl, configuration, expected[2]);
        expected.Add(CertificateAuthority.Open(folder.At("demoCA")).Issue(CertificateProfile.Client, TestAuthority.Request("CN=ours 0")).SerialNumber);
        expected.Add(IssueByOpenSsl(openssl, configuration, "/CN=last"));

        var listed = CertificateAuthority.Open(folder.At("demoCA")).GetIssued().ToList();
        Assert.Equal(expected, listed.Select(entry => entry.SerialNumber));
        Assert.Equal([1, 2], Enumerable.Range(0, listed.Count).Where(at => listed[at].Status == IssuedStatus.Revoked));
        Assert.All(listed, entry => Assert.True(File.Exists(entry.Path)));
        Assert.Equal("Zoë \"q\"", listed[0].Name);
        openssl.Run("ca", "-config", configuration, "-gencrl", "-out", folder.At("crl.pem"));
        Assert.Contains(expected[1], openssl.Run("crl", "-in", folder.At("crl.pem"), "-noout", "-text").Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_demoCA_that_wants_each_subject_once_is_kept_readable()
    {
        var openssl = Peer.Require("openssl");
        MakeDemoCa(openssl);
        var configuration = WriteDemoConfiguration();
        IssueByOpenSsl(openssl, configuration, "/CN=twin");
        var authority = CertificateAuthority.Open(folder.At("demoCA"));

        var refused = Assert.Throws<IssuanceException>(() => authority.Issue(CertificateProfile.Client, TestAuthority.Request("CN=twin")));

        Assert.Equal(ErrorCode.SubjectNotUnique, refused.Code);
        Assert.Single(authority.GetIssued());
        File.WriteAllText(folder.At("demoCA", "index.txt.attr"), "unique_subject = no\n");
        Assert.NotNull(CertificateAuthority.Open(folder.At("demoCA")).Issue(CertificateProfile.Client, TestAuthority.Request("CN=twin")));
        IssueByOpenSsl(openssl, configuration, "/CN=twin");
    }

    [SkippableFact]
    public void A_chosen_serial_number_does_not_stop_OpenSSL()
    {
        var openssl = Peer.Require("openssl");
        MakeDemoCa(openssl);
        var configuration = WriteDemoConfiguration();
        Assert.Equal("1000", IssueByOpenSsl(openssl, configuration, "/CN=a"));
        var authority = CertificateAuthority.Open(folder.At("demoCA"));
        IssuanceOptions With(string serial) => new() { Profile = CertificateProfile.Client, SerialNumber = serial };

        authority.Issue(TestAuthority.Request("CN=b"), With("1001"));
        authority.Issue(TestAuthority.Request("CN=c"), With("0x10:05"));
        var used = Assert.Throws<IssuanceException>(() => authority.Issue(TestAuthority.Request("CN=d"), With("1000")));
        authority.Issue(TestAuthority.Request("CN=e"), With("80"));
        var twice = Assert.Throws<IssuanceException>(() => authority.Issue(TestAuthority.Request("CN=f"), With("0080")));

        Assert.Equal((ErrorCode.SerialNumberUsed, ErrorCode.SerialNumberUsed), (used.Code, twice.Code));
        Assert.Equal("1006", IssueByOpenSsl(openssl, configuration, "/CN=g"));
        Assert.Equal(["1000", "1001", "1005", "80", "1006"], authority.GetIssued().Select(entry => entry.SerialNumber));
    }

    [SkippableFact]
    public void A_configuration_file_tells_where_a_CA_lies()
    {
        var openssl = Peer.Require("openssl");
        MakeDemoCa(openssl);
        Directory.Move(folder.At("demoCA"), folder.At("my ca"));
        File.Move(folder.At("my ca", "cacert.pem"), folder.At("my ca", "own.pem"));
        var configuration = folder.Write("openssl.cnf", """
            # A comment, and a value before all sections.
            name = own
            [ ca ]
            default_ca = my_ca   # another comment

            [ my_ca ]
            dir = "my ca"
            certificate = $dir/${name}.pem
            private_key = ${my_ca::dir}/private/cakey.pem
            database = $dir/\
            index.txt
            new_certs_dir = $dir/newcerts
            serial = $dir/serial
            """);

        var authority = CertificateAuthority.Open(configuration);

        Assert.Equal(("Demo CA", folder.At("my ca")), (authority.Name, authority.Path));
        Assert.Equal(folder.At("my ca", "newcerts"), Path.GetDirectoryName(authority.Issue(CertificateProfile.Client).Path));
        Assert.Single(CertificateAuthority.Open(folder.Path).GetIssued());
    }

    [Theory]
    [InlineData("[x]\na = b\n", "default_ca")]
    [InlineData("[ca]\ndefault_ca = x\n[x]\ndatabase = index.txt\n", "certificate")]
    [InlineData("[ca]\ndefault_ca = x\n[x]\ndatabase = index.txt\ncertificate = c\nprivate_key = k\nnew_certs_dir = n\n", "it lacks c")]
    public void A_configuration_file_without_a_CA_says_what_is_missing(string text, string missing)
    {
        var path = folder.Write("openssl.cnf", text);

        var refused = Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(path));

        Assert.Equal(ErrorCode.NotAnAuthority, refused.Code);
        Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Easy_rsa_and_we_go_on_with_a_pki_by_turns()
    {
        var easyrsa = new EasyRsa(folder);
        easyrsa.Run("init-pki");
        easyrsa.Run("--req-cn=Easy CA", "--use-algo=ec", "build-ca", "nopass");
        for (var round = 0; round < 3; round++)
        {
            easyrsa.Run("--use-algo=ec", "build-client-full", $"theirs-{round}", "nopass");
            var ours = CertificateAuthority.Open(folder.At("pki")).Issue(CertificateProfile.Client, TestAuthority.Request($"CN=ours-{round}"));
            Assert.Equal(folder.At("pki", "certs_by_serial", ours.SerialNumber + ".pem"), ours.Path);
        }

        easyrsa.Run("revoke", "ours-0");
        easyrsa.Run("revoke", "theirs-1");
        easyrsa.Run("gen-crl");
        CertificateAuthority.Open(folder.At("pki")).Issue(CertificateProfile.Client, TestAuthority.Request("CN=ours-1"));
        CertificateAuthority.Open(folder.At("pki")).Issue(CertificateProfile.Client, TestAuthority.Request("CN=../Zoë"));
        easyrsa.Run("--use-algo=ec", "build-client-full", "theirs-1", "nopass");

        // What we revoke moves as easy-rsa moves it, so that the name is free; what is on hold stays.
        var ourRevocation = CertificateAuthority.Open(folder.At("pki"));
        ourRevocation.Revoke(ourRevocation.PlanRevocation([RevocationTarget.OfName("theirs-2")], new RevokeOptions()).Revocations);
        ourRevocation.Revoke(ourRevocation.PlanRevocation([RevocationTarget.OfName("ours-2")], new RevokeOptions { Reason = RevocationReason.CertificateHold }).Revocations);
        easyrsa.Run("--use-algo=ec", "build-client-full", "theirs-2", "nopass");
        Assert.Equal(4, ourRevocation.PublishCrl().Count);
        Assert.Equal(folder.At("pki", "crl.pem"), ourRevocation.CrlPath);
        ourRevocation.Revoke(ourRevocation.PlanRevocation([RevocationTarget.OfName("ours-2")], new RevokeOptions { Reason = RevocationReason.RemoveFromCrl }).Revocations);
        Assert.Equal((3, 3), (ourRevocation.PublishCrl().Count, Directory.GetFiles(folder.At("pki", "revoked", "certs_by_serial"), "*.crt").Length));
        Assert.Equal(2, Directory.GetFiles(folder.At("pki", "revoked", "private_by_serial")).Length);

        var authority = CertificateAuthority.Open(folder.At("pki"));
        var listed = authority.GetIssued().ToList();
        Assert.Equal(["theirs-0", "ours-0", "theirs-1", "ours-1", "theirs-2", "ours-2", "ours-1", "../Zoë", "theirs-1", "theirs-2"], listed.Select(entry => entry.Name));
        Assert.Equal(["ours-0", "theirs-1", "theirs-2"], listed.Where(entry => entry.Status == IssuedStatus.Revoked).Select(entry => entry.Name));
        Assert.All(listed, entry => Assert.Equal(entry.SerialNumber, IssuedSerial(entry.Path!)));
        Assert.All(listed.Where(entry => entry.Status == IssuedStatus.Valid), entry => Peer.Require("openssl").Run("verify", "-crl_check", "-CAfile", authority.CertificatePath, "-CRLfile", folder.At("pki", "crl.pem"), entry.Path!));
        Assert.Equal(10 - 3, Directory.GetFiles(folder.At("pki", "issued")).Length);
    }

    [Fact]
    public void A_CAROOT_of_mkcert_is_told_how_to_be_adopted()
    {
        folder.Write("rootCA.pem", "x");

        var refused = Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(folder.Path));

        Assert.Equal(ErrorCode.NotAnAuthority, refused.Code);
        Assert.Contains("mkcert", refused.Message, StringComparison.Ordinal);
    }

    private static string IssuedSerial(string path) => CertificateReader.ReadFile(path)[0].SerialNumber.TrimStart('0') is var digits && digits.Length % 2 == 0 ? digits : "0" + digits;

    /// <summary>As the tutorials do it.</summary>
    private void MakeDemoCa(Peer openssl)
    {
        Directory.CreateDirectory(folder.At("demoCA", "private"));
        Directory.CreateDirectory(folder.At("demoCA", "newcerts"));
        folder.Write("demoCA/index.txt", "");
        folder.Write("demoCA/serial", "1000\n");
        folder.Write("demoCA/crlnumber", "1000\n");
        openssl.Run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/O=Acme/CN=Demo CA", "-days", "3650", "-keyout", folder.At("demoCA", "private", "cakey.pem"), "-out", folder.At("demoCA", "cacert.pem"));
    }

    private string WriteDemoConfiguration() => folder.Write("demo.cnf", $"""
        [ca]
        default_ca = CA_default
        [CA_default]
        dir = {folder.At("demoCA")}
        certificate = $dir/cacert.pem
        private_key = $dir/private/cakey.pem
        database = $dir/index.txt
        new_certs_dir = $dir/newcerts
        serial = $dir/serial
        crlnumber = $dir/crlnumber
        default_md = sha256
        default_days = 30
        default_crl_days = 30
        policy = policy_any
        [policy_any]
        countryName = optional
        organizationName = optional
        organizationalUnitName = optional
        commonName = supplied
        """);

    private string IssueByOpenSsl(Peer openssl, string configuration, string subject)
    {
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-multivalue-rdn", "-subj", subject, "-keyout", folder.At("k"), "-out", folder.At("r"));
        openssl.Run("ca", "-config", configuration, "-batch", "-notext", "-utf8", "-in", folder.At("r"), "-out", folder.At("c"));
        return openssl.Run("x509", "-in", folder.At("c"), "-noout", "-serial").Output.Trim()["serial=".Length..];
    }

    private void Revoke(Peer openssl, string configuration, string serial) =>
        openssl.Run("ca", "-config", configuration, "-revoke", folder.At("demoCA", "newcerts", serial + ".pem"), "-crl_reason", "superseded");

    /// <summary>easy-rsa with a pki in the test's folder.</summary>
    private sealed class EasyRsa(TemporaryFolder folder)
    {
        private readonly Peer shell = Peer.Require("sh");

        internal void Run(params string[] arguments)
        {
            Skip.IfNot(File.Exists("/usr/share/easy-rsa/easyrsa"), "'easyrsa' is not installed; on Debian: apt install easy-rsa");
            shell.Run(["-c", "cd \"$0\" && EASYRSA_BATCH=1 EASYRSA_PKI=\"$0/pki\" exec /usr/share/easy-rsa/easyrsa \"$@\"", folder.Path, .. arguments]);
        }
    }
}
