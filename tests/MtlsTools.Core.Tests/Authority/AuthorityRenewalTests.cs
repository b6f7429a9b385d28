using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

public sealed class AuthorityRenewalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_root_is_renewed_with_its_key()
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with
        {
            PathLength = 1,
            PermittedNames = [NameConstraint.Parse("DNS:example.com")],
            ExtendedKeyUsage = [AuthorityUsage.ServerAuth],
        });
        var before = root.Issue(CertificateProfile.Server);
        clock.Now = clock.Now.AddYears(9);

        var renewed = root.Renew(new RenewalOptions());

        Assert.Equal(root.Certificate.PublicKey, renewed.Certificate.PublicKey);
        Assert.NotEqual(root.Certificate.SerialNumber, renewed.Certificate.SerialNumber);
        Assert.Equal(root.NotAfter.AddYears(9).Date, renewed.NotAfter.Date);
        foreach (var oid in new[] { "2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.30", "2.5.29.35", "2.5.29.37" })
            Assert.Equal(root.Certificate.X509.Extensions[oid]!.RawData, renewed.Certificate.X509.Extensions[oid]!.RawData);
        Assert.Equal(root.Certificate, CertificateReader.ReadFile(folder.At("root", "archive", root.Certificate.SerialNumber + ".crt"))[0]);
        Assert.Equal(renewed.Certificate, CertificateAuthority.Open(folder.At("root")).Certificate);
        Assert.Single(CertificateReader.BuildChain(before, [renewed.Certificate]));
        Assert.Equal([before.SerialNumber, renewed.Issue(CertificateProfile.Server).SerialNumber], renewed.GetIssued().Select(entry => entry.SerialNumber));
        Assert.False(File.Exists(folder.At("root", "trust.crt")));
    }

    [SkippableFact]
    public void Old_and_new_key_of_a_root_vouch_for_each_other()
    {
        var openssl = Peer.Require("openssl");
        var root = TestAuthority.Create(folder, "root");
        var before = root.Issue(CertificateProfile.Client);

        var renewed = root.Renew(new RenewalOptions { NewKey = true });
        var after = renewed.Issue(CertificateProfile.Client);

        Assert.NotEqual(root.Certificate.PublicKey, renewed.Certificate.PublicKey);
        Assert.Equal(root.Certificate.Subject, renewed.Certificate.Subject);
        string oldRoot = folder.At("root", "archive", root.Certificate.SerialNumber + ".crt"), newRoot = folder.At("root", "ca.crt");
        string newByOld = folder.At("root", "cross", "new-by-old.crt"), oldByNew = folder.At("root", "cross", "old-by-new.crt");
        foreach (var (trusted, untrusted, leaf) in new[] { (oldRoot, oldRoot, before), (newRoot, oldByNew, before), (oldRoot, newByOld, after), (newRoot, newRoot, after) })
            openssl.Run("verify", "-x509_strict", "-CAfile", trusted, "-untrusted", untrusted, leaf.Path!);
        Assert.NotEqual(0, openssl.Try("verify", "-CAfile", newRoot, before.Path!).ExitCode);

        // What a server sends leads those who know the old root alone to it, and both roots are in the bundle for the others.
        Assert.Equal(CertificateReader.ReadFile(newByOld)[0], Assert.Single(after.Intermediates));
        Assert.Equal([renewed.Certificate, root.Certificate], CertificateReader.ReadFile(folder.At("root", "trust.crt")));
        Assert.Equal([renewed.Certificate, CertificateReader.ReadFile(newByOld)[0], root.Certificate], CertificateReader.ReadFile(renewed.ChainPath));
        foreach (var leaf in new[] { before, after })
            openssl.Run("verify", "-CAfile", folder.At("root", "trust.crt"), leaf.Path!);

        // Both cross certificates can be revoked: they are in the index. The old key is kept for revocation lists.
        Assert.Equal(4, renewed.GetIssued().Count());
        Assert.Equal(root.Certificate.PublicKey, PrivateKey.Open(folder.At("root", "private", root.Certificate.SerialNumber + ".key")).PublicKey);
        Assert.Equal("600", UnixMode.Of(folder.At("root", "private", root.Certificate.SerialNumber + ".key")));
        Assert.Equal(["ca.key", root.Certificate.SerialNumber + ".key"], Directory.GetFiles(folder.At("root", "private")).Select(Path.GetFileName).OrderDescending(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Go_verifies_with_either_root()
    {
        var go = Peer.Require("go");
        var root = TestAuthority.Create(folder, "root");
        var before = root.Issue(CertificateProfile.Client);
        var after = root.Renew(new RenewalOptions { NewKey = true }).Issue(CertificateProfile.Client);
        folder.Write("verify.go", GoVerify);

        var said = go.Run(
            "run", folder.At("verify.go"),
            folder.At("root", "archive", root.Certificate.SerialNumber + ".crt"), folder.At("root", "cross", "new-by-old.crt"), after.Path!,
            folder.At("root", "ca.crt"), folder.At("root", "cross", "old-by-new.crt"), before.Path!,
            folder.At("root", "ca.crt"), folder.At("root", "ca.crt"), before.Path!).Output;

        Assert.Equal(["ok", "ok", "no"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..2]));
    }

    [SkippableFact]
    public void A_key_is_changed_twice_and_the_oldest_root_still_leads_to_what_is_issued()
    {
        var openssl = Peer.Require("openssl");
        var first = TestAuthority.Create(folder, "root");
        var leaf = first.Renew(new RenewalOptions { NewKey = true }).Renew(new RenewalOptions { NewKey = true, KeyAlgorithm = KeyAlgorithm.EcdsaP384 }).Issue(CertificateProfile.Client);
        folder.Write("between.pem", string.Concat(leaf.Intermediates.Select(one => one.ToPem())));

        openssl.Run("verify", "-CAfile", folder.At("root", "archive", first.Certificate.SerialNumber + ".crt"), "-untrusted", folder.At("between.pem"), leaf.Path!);

        Assert.Equal("ECDSA P-384", leaf.Chain[0].PublicKey.ToString());
        Assert.Equal(3, CertificateReader.ReadFile(folder.At("root", "trust.crt")).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_intermediate_is_renewed_by_its_issuer(bool newKey)
    {
        var root = TestAuthority.Create(folder, "root", clock);
        var low = TestAuthority.Create(folder, "low", clock, root);
        low.Issue(CertificateProfile.Client);

        var renewed = low.Renew(new RenewalOptions { Issuer = root, NewKey = newKey });

        Assert.Equal(!newKey, renewed.Certificate.PublicKey.Equals(low.Certificate.PublicKey));
        Assert.Equal(2, root.GetIssued().Count());
        Assert.Equal(["low", "root"], CertificateReader.ReadFile(renewed.ChainPath).Select(one => one.Name));
        Assert.Equal(["low", "root"], CertificateAuthority.Open(folder.At("low"), clock: clock).Issue(CertificateProfile.Client).Chain.Select(one => one.Name));
        Assert.Equal(2, renewed.GetIssued().Count());
        Assert.Equal(0, renewed.Certificate.X509.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
        Assert.False(Directory.Exists(folder.At("low", "cross")));
    }

    [Fact]
    public void An_encrypted_key_is_followed_by_an_encrypted_key()
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { Password = Secret.From("old") });

        var refused = Assert.Throws<PasswordException>(() => root.Renew(new RenewalOptions { NewKey = true }));
        Assert.True(root.Renew(new RenewalOptions()).Renew(new RenewalOptions { NewKey = true, NewPassword = Secret.From("new") }).IsUnlocked);

        Assert.Equal(ErrorCode.PasswordRequired, refused.Code);
        Assert.Contains("BEGIN ENCRYPTED", File.ReadAllText(folder.At("root", "private", "ca.key")), StringComparison.Ordinal);
        Assert.Throws<PasswordException>(() => CertificateAuthority.Open(folder.At("root"), Secret.From("old")));
        Assert.True(CertificateAuthority.Open(folder.At("root"), Secret.From("new")).IsUnlocked);
    }

    [Fact]
    public void The_next_key_counts_once_the_certificate_names_it()
    {
        var root = TestAuthority.Create(folder, "root");
        var renewed = root.Renew(new RenewalOptions { NewKey = true });
        var (key, next) = (folder.At("root", "private", "ca.key"), folder.At("root", "private", "ca.key.next"));

        // As a process leaves it that dies before its last step.
        File.Move(key, next);
        File.Copy(folder.At("root", "private", root.Certificate.SerialNumber + ".key"), key);
        var reopened = CertificateAuthority.Open(folder.At("root"));
        reopened.Issue(CertificateProfile.Client);
        var again = reopened.Renew(new RenewalOptions { NewKey = true });

        Assert.Equal(renewed.Certificate.PublicKey, PrivateKey.Open(folder.At("root", "private", renewed.Certificate.SerialNumber + ".key")).PublicKey);
        Assert.True(PrivateKey.Open(key).Matches(again.Certificate.PublicKey));
        Assert.False(File.Exists(next));

        // As one leaves it that dies before the certificate appears: the old key counts.
        using (var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256))
            other.Save(next);
        Assert.NotNull(CertificateAuthority.Open(folder.At("root")).Issue(CertificateProfile.Client));
    }

    [Fact]
    public void What_can_not_be_renewed_is_left_as_it_is()
    {
        var root = TestAuthority.Create(folder, "root", clock);
        var low = TestAuthority.Create(folder, "low", clock, root);
        var stale = CertificateAuthority.Open(folder.At("root"), clock: clock);
        root.Renew(new RenewalOptions());
        low.Issue(CertificateProfile.Client);
        var before = Snapshot();

        Assert.Equal(ErrorCode.IssuerRequired, Assert.Throws<IssuanceException>(() => low.Renew(new RenewalOptions())).Code);
        Assert.Equal(ErrorCode.ProfileNotIssuable, Assert.Throws<IssuanceException>(() => low.Renew(new RenewalOptions { Issuer = low })).Code);
        Assert.Equal(ErrorCode.ProfileNotIssuable, Assert.Throws<IssuanceException>(() => CertificateAuthority.Open(root.Path).Renew(new RenewalOptions { Issuer = low })).Code);
        Assert.Equal(ErrorCode.LifetimeBeyondIssuer, Assert.Throws<IssuanceException>(() => low.Renew(new RenewalOptions { Issuer = root, Days = 99999 })).Code);
        Assert.Equal(ErrorCode.AuthorityChanged, Assert.Throws<AuthorityException>(() => stale.Renew(new RenewalOptions { NewKey = true })).Code);

        Assert.Equal(before, Snapshot());
    }

    [SkippableFact]
    public void A_root_of_openssl_req_gets_the_keyUsage_that_it_lacks_and_keeps_its_key_identifier()
    {
        var openssl = Peer.Require("openssl");
        folder.Write("c.cnf", "[req]\ndistinguished_name=d\nx509_extensions=v\n[d]\n[v]\nbasicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=01:02:03:04\nnsComment=hello\n");
        openssl.Run("req", "-x509", "-config", folder.At("c.cnf"), "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Old Root", "-days", "99", "-keyout", folder.At("k.pem"), "-out", folder.At("c.pem"));
        var adopted = Adopt("root", CertificateReader.ReadFile(folder.At("c.pem"))[0].WithKey(PrivateKey.Open(folder.At("k.pem"))));
        var leaf = adopted.Issue(CertificateProfile.Client);

        var renewed = adopted.Renew(new RenewalOptions());

        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, renewed.Certificate.X509.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal("01020304", renewed.Certificate.X509.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier);
        Assert.NotNull(renewed.Certificate.X509.Extensions["2.16.840.1.113730.1.13"]);
        Assert.Equal(99, (renewed.NotAfter - renewed.Certificate.NotBefore).Days);
        openssl.Run("verify", "-CAfile", renewed.CertificatePath, leaf.Path!);
    }

    [SkippableFact]
    public void A_request_for_another_organisations_root_is_signed_there_and_completed_here()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-subj", "/O=Corp/CN=Corp Root", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-days", "3650", "-keyout", folder.At("corp.key"), "-out", folder.At("corp.crt"));
        var options = new AuthorityOptions { Subject = DistinguishedName.Parse("/O=Acme/CN=Issuing"), KeyAlgorithm = KeyAlgorithm.EcdsaP256, ExcludedNames = [NameConstraint.Parse("DNS:corp.example")], DefaultProfile = CertificateProfile.Client };

        var request = CertificateAuthority.CreateRequest(folder.At("issuing"), options);

        Assert.Equal(folder.At("issuing", "ca.csr"), request.Path);
        Assert.Equal(ErrorCode.AuthorityPending, Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(folder.At("issuing"))).Code);
        var asked = openssl.Run("req", "-in", request.Path!, "-noout", "-text", "-verify").All;
        Assert.Contains("CA:TRUE, pathlen:0", asked, StringComparison.Ordinal);
        Assert.Contains("DNS:corp.example", asked, StringComparison.Ordinal);
        openssl.Run("x509", "-req", "-in", request.Path!, "-CA", folder.At("corp.crt"), "-CAkey", folder.At("corp.key"), "-CAcreateserial", "-days", "1825", "-copy_extensions", "copyall", "-out", folder.At("signed.crt"));
        var signed = CertificateReader.ReadFile(folder.At("signed.crt"))[0];

        var missing = Assert.Throws<InputException>(() => CertificateAuthority.Install(folder.At("issuing"), signed));
        var completed = CertificateAuthority.Install(folder.At("issuing"), signed.WithChain(CertificateReader.ReadFile(folder.At("corp.crt"))));

        Assert.Equal(ErrorCode.ChainMissing, missing.Code);
        Assert.Equal(("Issuing", CertificateRole.IntermediateCa, CertificateProfile.Client), (completed.Name, completed.Role, completed.DefaultProfile));
        var leaf = completed.Issue(CertificateProfile.Client);
        openssl.Run("verify", "-x509_strict", "-CAfile", folder.At("corp.crt"), "-untrusted", completed.CertificatePath, leaf.Path!);
        Assert.Equal(["Issuing", "Corp Root"], leaf.Chain.Select(one => one.Name));

        // Years later the same again, with the key that it has.
        completed.CreateRenewalRequest().Save(folder.At("again.csr"));
        openssl.Run("x509", "-req", "-in", folder.At("again.csr"), "-CA", folder.At("corp.crt"), "-CAkey", folder.At("corp.key"), "-days", "3000", "-copy_extensions", "copyall", "-out", folder.At("again.crt"));
        var again = CertificateAuthority.Install(folder.At("issuing"), CertificateReader.ReadFile(folder.At("again.crt"))[0].WithChain(completed.Certificate.Chain));
        Assert.Equal(2999, again.DaysLeft);
        Assert.True(File.Exists(folder.At("issuing", "archive", signed.SerialNumber + ".crt")));
        openssl.Run("verify", "-x509_strict", "-CAfile", folder.At("corp.crt"), "-untrusted", again.CertificatePath, leaf.Path!);
    }

    [Fact]
    public void A_certificate_that_is_not_this_CAs_is_refused()
    {
        var root = TestAuthority.Create(folder, "root", clock);
        var request = CertificateAuthority.CreateRequest(folder.At("issuing"), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Issuing"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 }, clock);
        var other = TestAuthority.Create(folder, "other", clock, root);
        var asLeaf = root.Issue(request, new IssuanceOptions { Profile = CertificateProfile.Client });
        var asCa = root.Issue(request, new IssuanceOptions { Profile = CertificateProfile.Intermediate });
        var renamed = root.Issue(request, new IssuanceOptions { Profile = CertificateProfile.Intermediate, Subject = DistinguishedName.Parse("CN=Renamed") });

        Assert.Equal(ErrorCode.IssuerCannotSign, Assert.Throws<IssuanceException>(() => CertificateAuthority.Install(folder.At("issuing"), asLeaf, clock)).Code);
        Assert.Equal(ErrorCode.KeyMismatch, Assert.Throws<KeyException>(() => CertificateAuthority.Install(folder.At("issuing"), other.Certificate, clock)).Code);
        Assert.Equal(ErrorCode.AuthorityPending, Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(folder.At("issuing"))).Code);
        CertificateAuthority.Install(folder.At("issuing"), asCa, clock);
        Assert.Equal(ErrorCode.AuthorityMismatch, Assert.Throws<AuthorityException>(() => CertificateAuthority.Install(folder.At("issuing"), renamed, clock)).Code);
        Assert.Equal(asCa, CertificateAuthority.Open(folder.At("issuing")).Certificate);
    }

    [SkippableFact]
    public void A_bare_certificate_and_key_are_adopted()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("req", "-x509", "-newkey", "rsa:2048", "-passout", "pass:x", "-subj", "/CN=Bare Root", "-days", "99", "-keyout", folder.At("ca-key.pem"), "-out", folder.At("ca-cert.pem"));

        var adopted = Adopt("root", CertificateReader.ReadFile(folder.At("ca-cert.pem"))[0].WithKey(PrivateKey.Open(folder.At("ca-key.pem"), Secret.From("x"))), Secret.From("y"));

        Assert.Equal("Bare Root", adopted.Name);
        openssl.Run("verify", "-CAfile", folder.At("ca-cert.pem"), adopted.Issue(CertificateProfile.Client).Path!);
        Assert.Throws<PasswordException>(() => CertificateAuthority.Open(folder.At("root"), Secret.From("x")));
        Assert.True(CertificateAuthority.Open(folder.At("root"), Secret.From("y")).IsUnlocked);
    }

    [Fact]
    public void What_is_no_whole_CA_is_not_adopted()
    {
        var root = TestAuthority.Create(folder, "root", clock);
        var low = TestAuthority.Create(folder, "low", clock, root);
        var lowKey = PrivateKey.Open(folder.At("low", "private", "ca.key"));
        var leaf = root.Issue(CertificateProfile.Client);

        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => Adopt("x", root.Certificate)).Code);
        Assert.Equal(ErrorCode.ChainMissing, Assert.Throws<InputException>(() => Adopt("x", low.Certificate.WithKey(lowKey).WithChain([]))).Code);
        Assert.Equal(ErrorCode.IssuerCannotSign, Assert.Throws<IssuanceException>(() => Adopt("x", leaf)).Code);

        Assert.False(Directory.Exists(folder.At("x")));
        Assert.Equal(["low", "root"], CertificateReader.ReadFile(Adopt("x", low.Certificate.WithKey(lowKey)).ChainPath).Select(one => one.Name));
    }

    private const string GoVerify = """
        package main

        import ("crypto/x509"; "encoding/pem"; "fmt"; "os")

        func read(path string) *x509.Certificate {
            data, _ := os.ReadFile(path)
            block, _ := pem.Decode(data)
            certificate, err := x509.ParseCertificate(block.Bytes)
            if err != nil { panic(err) }
            return certificate
        }

        func main() {
            for at := 1; at+2 < len(os.Args); at += 3 {
                roots, between := x509.NewCertPool(), x509.NewCertPool()
                roots.AddCert(read(os.Args[at]))
                between.AddCert(read(os.Args[at+1]))
                _, err := read(os.Args[at+2]).Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
                if err == nil { fmt.Println("ok") } else { fmt.Println("no", err) }
            }
        }
        """;

    private CertificateAuthority Adopt(string name, MtlsCertificate certificate, System.Security.SecureString? password = null) =>
        CertificateAuthority.Adopt(folder.At(name), certificate, new AuthorityOptions { Subject = certificate.Subject, Password = password });

    private List<string> Snapshot() => Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => path + " " + Convert.ToHexString(File.ReadAllBytes(path))).ToList();
}
