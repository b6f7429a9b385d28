using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Certificates;

public sealed class CertificateReadingTests(OpenSslPki pki) : IClassFixture<OpenSslPki>
{
    [SkippableTheory]
    [InlineData("PEM")]
    [InlineData("DER")]
    public void Reads_a_certificate(string form)
    {
        pki.OpenSsl.Run("x509", "-in", pki.Leaf, "-outform", form, "-out", pki.At("one." + form));
        string Shown(params string[] what) => pki.OpenSsl.Run(["x509", "-in", pki.Leaf, "-noout", .. what]).Output.Trim().Split('=', 2)[1].Replace(":", "", StringComparison.Ordinal);

        var read = Assert.Single(CertificateReader.ReadFile(pki.At("one." + form)));

        Assert.Equal(("leaf", "CN=leaf,O=Acme", "CN=Inter,O=Acme"), (read.Name, read.Subject.ToString(), read.Issuer.ToString()));
        Assert.Equal(["DNS:leaf.example", "IP:10.0.0.1"], read.San.Select(name => name.ToString()));
        Assert.Equal((Shown("-serial"), Shown("-fingerprint", "-sha1"), Shown("-fingerprint", "-sha256")), (read.SerialNumber, read.Thumbprint, read.Sha256));
        Assert.Equal((CertificateRole.Server, false, false, false), (read.Role, read.IsCa, read.IsSelfSigned, read.HasPrivateKey));
        Assert.Equal((pki.At("one." + form), "leaf (Server)", TimeSpan.FromDays(10)), (read.Path, read.ToString(), read.NotAfter - read.NotBefore));
        Assert.Empty(read.Chain);
        Assert.Equal(File.ReadAllText(pki.Leaf), read.ToPem());
    }

    [SkippableTheory]
    // the chain is told from names and signatures, not from the order in the file
    [InlineData("leaf,inter,root", "leaf: inter root|inter: root|root:")]
    [InlineData("leaf,root,inter", "leaf: inter root|root:|inter: root")]
    [InlineData("root,inter,leaf", "root:|inter: root|leaf: inter root")]
    [InlineData("leaf,inter", "leaf: inter|inter:")]
    [InlineData("leaf,root", "leaf:|root:")]
    [InlineData("leaf,leaf", "leaf:|leaf:")]
    public void Assembles_chains(string files, string expected)
    {
        _ = pki.OpenSsl;
        var path = pki.Join("chain.pem", files.Split(',').Select(name => pki.At(name + ".crt")).ToArray());

        var read = CertificateReader.ReadFile(path);

        Assert.Equal(expected, string.Join('|', read.Select(one => $"{one.Name}: {string.Join(' ', one.Chain.Select(issuer => issuer.Name))}".Trim())), ignoreCase: true);
        Assert.DoesNotContain(read[0].Intermediates, issuer => issuer.IsSelfSigned);
    }

    [SkippableFact]
    public void An_issuer_by_name_alone_is_no_issuer()
    {
        pki.OpenSsl.Run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", pki.At("false.key"), "-subj", "/O=Acme/CN=Inter", "-out", pki.At("false.crt"));

        var read = CertificateReader.ReadFile(pki.Join("false.pem", pki.Leaf, pki.At("false.crt")));

        Assert.Empty(read[0].Chain);
    }

    [SkippableTheory]
    [InlineData("leaf.crt,leaf.key")]
    [InlineData("leaf.key,leaf.crt")]
    [InlineData("root.crt,inter.crt,leaf.key,leaf.crt")]
    public void A_key_in_the_file_goes_to_its_certificate(string files)
    {
        _ = pki.OpenSsl;

        var read = CertificateReader.ReadFile(pki.Join("bundle.pem", files.Split(',').Select(pki.At).ToArray()));

        Assert.Equal(("leaf", true), (read[0].Name, read[0].HasPrivateKey));
        Assert.All(read.Skip(1), one => Assert.False(one.HasPrivateKey));
        Assert.Equal("leaf", CertificateReader.ReadIdentity(pki.At("bundle.pem")).Name);
    }

    [SkippableFact]
    public void Looking_at_a_certificate_needs_no_password_of_the_key_beside_it()
    {
        pki.OpenSsl.Run("pkcs8", "-topk8", "-in", pki.LeafKey, "-out", pki.At("secret.key"), "-passout", "pass:secret");
        var path = pki.Join("secret.pem", pki.Leaf, pki.At("secret.key"));

        Assert.False(CertificateReader.ReadFile(path)[0].HasPrivateKey);
        Assert.True(CertificateReader.ReadFile(path, Secret.From("secret"))[0].HasPrivateKey);
        Assert.Equal(ErrorCode.PasswordRequired, Assert.Throws<PasswordException>(() => CertificateReader.ReadIdentity(path)).Code);
        Assert.Equal(ErrorCode.PasswordWrong, Assert.Throws<PasswordException>(() => CertificateReader.ReadIdentity(path, password: Secret.From("wrong"))).Code);
    }

    [SkippableFact]
    public void Reads_the_trusted_form_of_OpenSSL()
    {
        pki.OpenSsl.Run("x509", "-in", pki.Root, "-trustout", "-addtrust", "serverAuth", "-setalias", "r", "-out", pki.At("trusted.pem"));

        var read = Assert.Single(CertificateReader.ReadFile(pki.At("trusted.pem")));

        Assert.Equal(CertificateReader.ReadFile(pki.Root)[0].Sha256, read.Sha256);
    }

    [SkippableTheory]
    [InlineData("crl2pkcs7 -nocrl -certfile {leaf.crt} -certfile {inter.crt} -certfile {root.crt} -outform DER -out {o}")]
    [InlineData("crl2pkcs7 -nocrl -certfile {leaf.crt} -certfile {inter.crt} -certfile {root.crt} -outform PEM -out {o}")]
    // signed data, with lengths that are not told beforehand
    [InlineData("cms -sign -stream -binary -nodetach -in {data.txt} -signer {leaf.crt} -inkey {leaf.key} -certfile {chain.crt} -outform DER -out {o}")]
    [InlineData("cms -sign -binary -nodetach -in {data.txt} -signer {leaf.crt} -inkey {leaf.key} -certfile {chain.crt} -outform PEM -out {o}")]
    public void Reads_PKCS7(string command)
    {
        var openssl = pki.OpenSsl;
        pki.Write("data.txt", "some data");
        pki.Join("chain.crt", pki.Intermediate, pki.Root);
        openssl.Run(command.Split(' ').Select(part => part switch { "{o}" => pki.At("bundle.p7b"), ['{', .. var name, '}'] => pki.At(name), _ => part }).ToArray());

        var read = CertificateReader.ReadFile(pki.At("bundle.p7b"));

        Assert.Equal(["inter", "leaf", "root"], read.Select(one => one.Name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.Equal(["Inter", "Root"], read.Single(one => one.Name == "leaf").Chain.Select(issuer => issuer.Name));
    }

    [SkippableTheory]
    [InlineData(100)]
    [InlineData(2)]
    public void A_cut_PKCS7_is_damaged(int cut)
    {
        pki.OpenSsl.Run("crl2pkcs7", "-nocrl", "-certfile", pki.Leaf, "-outform", "DER", "-out", pki.At("whole.p7b"));
        var whole = File.ReadAllBytes(pki.At("whole.p7b"));
        var pem = pki.Write("cut.p7b", MtlsTools.Encoding.PemBlock.Write("PKCS7", whole.AsSpan(0, whole.Length - cut)));

        Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => CertificateReader.ReadFile(pem)).Code);
    }

    [SkippableFact]
    public void Ten_thousand_certificates_in_a_bundle_are_no_trouble()
    {
        _ = pki.OpenSsl;
        var one = File.ReadAllText(pki.Leaf) + File.ReadAllText(pki.Intermediate);
        var path = pki.Write("big.pem", string.Concat(Enumerable.Repeat(one, 4999)) + one + File.ReadAllText(pki.Root));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var read = CertificateReader.ReadFile(path);

        Assert.Equal(10_001, read.Count);
        Assert.Equal(["Inter", "Root"], read[9_998].Chain.Select(issuer => issuer.Name));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60)); // seconds; every pair compared would be an hour
    }

    [SkippableFact]
    public void The_key_of_an_identity_is_found_beside_it_or_where_it_is_named()
    {
        _ = pki.OpenSsl;

        var beside = CertificateReader.ReadIdentity(pki.Leaf);
        var named = CertificateReader.ReadIdentity(pki.Leaf, pki.LeafKey);

        Assert.Equal((true, pki.LeafKey), (beside.HasPrivateKey, beside.KeyPath));
        Assert.Equal((true, pki.LeafKey), (named.HasPrivateKey, named.KeyPath));
        using var platform = named.ToX509WithKey();
        Assert.True(platform.HasPrivateKey);
    }

    [SkippableFact]
    public void The_key_names_the_certificate_when_the_file_holds_a_chain()
    {
        _ = pki.OpenSsl;

        var identity = CertificateReader.ReadIdentity(pki.Join("backwards.pem", pki.Root, pki.Intermediate, pki.Leaf), pki.LeafKey);

        Assert.Equal(("leaf", 2), (identity.Name, identity.Chain.Count));
    }

    [SkippableFact]
    public void A_key_of_another_certificate_is_refused()
    {
        _ = pki.OpenSsl;

        var refused = Assert.Throws<KeyException>(() => CertificateReader.ReadIdentity(pki.Leaf, pki.At("root.key")));

        Assert.Equal((ErrorCode.KeyMismatch, pki.At("root.key")), (refused.Code, refused.Path));
    }

    [SkippableFact]
    public void An_identity_needs_a_key()
    {
        _ = pki.OpenSsl;
        var path = pki.Join("lonely.crt", pki.Leaf);

        var refused = Assert.Throws<KeyException>(() => CertificateReader.ReadIdentity(path));

        Assert.Equal((ErrorCode.KeyRequired, path), (refused.Code, refused.Path));
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => CertificateReader.ReadFile(path)[0].ToX509WithKey()).Code);
    }

    [SkippableTheory]
    [InlineData("pkcs8 -topk8 -nocrypt -in {leaf.key} -out {o}", ErrorCode.WrongContent)]
    [InlineData("pkcs8 -topk8 -nocrypt -in {leaf.key} -outform DER -out {o}", ErrorCode.WrongContent)]
    [InlineData("req -new -key {leaf.key} -subj /CN=x -out {o}", ErrorCode.WrongContent)]
    [InlineData("req -new -key {leaf.key} -subj /CN=x -outform DER -out {o}", ErrorCode.WrongContent)]
    [InlineData("pkcs12 -export -nocerts -inkey {leaf.key} -out {o} -passout pass:secret", ErrorCode.WrongContent)]
    [InlineData("crl2pkcs7 -nocrl -outform DER -out {o}", ErrorCode.WrongContent)]
    [InlineData("cms -encrypt -binary -in {leaf.crt} -outform DER -out {o} {leaf.crt}", ErrorCode.WrongContent)]
    // a name inside that is none
    [InlineData("req -x509 -key {leaf.key} -subj /CN=x -addext 2.5.29.17=DER:0500 -out {o}", ErrorCode.ContentDamaged)]
    public void Names_what_is_wrong_with_a_file_of_OpenSSL(string command, ErrorCode code)
    {
        pki.OpenSsl.Run(command.Split(' ').Select(part => part switch { "{o}" => pki.At("wrong"), ['{', .. var name, '}'] => pki.At(name), _ => part }).ToArray());

        var refused = Assert.Throws<InputException>(() => CertificateReader.ReadFile(pki.At("wrong"), Secret.From("secret")));

        Assert.Equal((code, pki.At("wrong")), (refused.Code, refused.Path));
    }

    public static TheoryData<string, Func<string, string>, ErrorCode> Damages => new()
    {
        { "no end", pem => pem[..^40], ErrorCode.PemTruncated },
        { "a line missing", pem => pem.Remove(60, 65), ErrorCode.ContentDamaged },
        { "a foreign character", pem => pem.Remove(60, 1).Insert(60, "*"), ErrorCode.ContentDamaged },
        { "another structure inside", _ => "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n", ErrorCode.ContentDamaged },
        { "no PEM and no DER", _ => "hello", ErrorCode.ContentNotRecognized },
        { "nothing", _ => "", ErrorCode.FileEmpty },
    };

    [SkippableTheory]
    [MemberData(nameof(Damages))]
    public void Names_what_is_wrong_with_a_file(string damage, Func<string, string> make, ErrorCode code)
    {
        _ = pki.OpenSsl;
        var path = pki.Write("damaged", make(File.ReadAllText(pki.Leaf)));

        var refused = Assert.Throws<InputException>(() => CertificateReader.ReadFile(path));

        Assert.True(refused.Code == code, $"{damage}: {refused.Code}");
        Assert.Equal(path, refused.Path);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => CertificateReader.ReadFile(pki.At("no.crt"))).Code);

    [SkippableFact]
    public void A_foreign_key_is_never_attached()
    {
        _ = pki.OpenSsl;
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);

        Assert.Equal(ErrorCode.KeyMismatch, Assert.Throws<KeyException>(() => CertificateReader.ReadFile(pki.Leaf)[0].WithKey(other)).Code);
    }
}
