using MtlsTools.Certificates;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Certificates;

public sealed class PfxReadingTests(OpenSslPki pki) : IClassFixture<OpenSslPki>
{
    [SkippableTheory]
    // today's PBES2, the algorithms of older tools, and none
    [InlineData("-passout pass:secret", "secret")]
    [InlineData("-certpbe AES-128-CBC -keypbe AES-192-CBC -macalg sha384 -passout pass:secret", "secret")]
    [InlineData("-legacy -passout pass:secret", "secret")]
    [InlineData("-legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -passout pass:secret", "secret")]
    [InlineData("-certpbe NONE -keypbe NONE -passout pass:secret", "secret")]
    [InlineData("-certpbe NONE -keypbe NONE -nomac -passout pass:", null)]
    [InlineData("-nomac -passout pass:secret", "secret")]
    // an empty password, given or not
    [InlineData("-passout pass:", "")]
    [InlineData("-passout pass:", null)]
    [InlineData("-legacy -passout pass:", "")]
    [InlineData("-legacy -passout pass:", null)]
    public void Reads(string options, string? password)
    {
        pki.OpenSsl.Run(["pkcs12", "-export", "-in", pki.Leaf, "-inkey", pki.LeafKey, "-certfile", pki.Join("issuers", pki.Root, pki.Intermediate), "-name", "my leaf", .. options.Split(' '), "-out", pki.At("a.pfx")]);

        var read = CertificateReader.ReadFile(pki.At("a.pfx"), password is null ? null : Secret.From(password));

        Assert.Equal(3, read.Count);
        Assert.Equal(("leaf", true, pki.At("a.pfx")), (read[0].Name, read[0].HasPrivateKey, read[0].Path));
        Assert.Equal(["Inter", "Root"], read[0].Chain.Select(issuer => issuer.Name));
        Assert.True(read[0].PrivateKey!.Matches(CertificateReader.ReadFile(pki.Leaf)[0].PublicKey));
    }

    [SkippableTheory]
    [InlineData("-passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("-passout pass:secret", "", ErrorCode.PasswordWrong)]
    [InlineData("-passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    [InlineData("-legacy -passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("-legacy -passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    [InlineData("-passout pass:", "wrong", ErrorCode.PasswordWrong)]
    [InlineData("-nomac -passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("-nomac -passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    public void Tells_a_missing_password_from_a_wrong_one(string options, string? password, ErrorCode code)
    {
        pki.OpenSsl.Run(["pkcs12", "-export", "-in", pki.Leaf, "-inkey", pki.LeafKey, .. options.Split(' '), "-out", pki.At("b.pfx")]);

        var refused = Assert.Throws<PasswordException>(() => CertificateReader.ReadFile(pki.At("b.pfx"), password is null ? null : Secret.From(password)));

        Assert.Equal((code, pki.At("b.pfx")), (refused.Code, refused.Path));
    }

    [SkippableFact]
    public void Without_a_mac_no_wrong_password_looks_like_a_damaged_key()
    {
        pki.OpenSsl.Run("pkcs12", "-export", "-in", pki.Leaf, "-inkey", pki.LeafKey, "-certpbe", "NONE", "-iter", "1", "-nomac", "-passout", "pass:secret", "-out", pki.At("d.pfx"));
        var content = File.ReadAllBytes(pki.At("d.pfx"));

        // The padding is right by chance for one password in 256.
        for (var number = 0; number < 2000; number++)
        {
            using var wrong = Secret.From($"wrong {number}");
            Assert.Equal(ErrorCode.PasswordWrong, Assert.Throws<PasswordException>(() => CertificateReader.Read(content, wrong)).Code);
        }
    }

    [SkippableFact]
    public void A_file_without_a_key_is_read_and_is_no_identity()
    {
        pki.OpenSsl.Run("pkcs12", "-export", "-nokeys", "-in", pki.Leaf, "-passout", "pass:secret", "-out", pki.At("c.pfx"));

        Assert.False(CertificateReader.ReadFile(pki.At("c.pfx"), Secret.From("secret"))[0].HasPrivateKey);
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => CertificateReader.ReadIdentity(pki.At("c.pfx"), password: Secret.From("secret"))).Code);
    }

    [SkippableFact]
    public void A_damaged_file_is_named()
    {
        pki.OpenSsl.Run("pkcs12", "-export", "-in", pki.Leaf, "-inkey", pki.LeafKey, "-passout", "pass:secret", "-out", pki.At("d.pfx"));
        var bytes = File.ReadAllBytes(pki.At("d.pfx"));
        bytes.AsSpan(30, 20).Clear();
        File.WriteAllBytes(pki.At("d.pfx"), bytes);

        var refused = Assert.Throws<InputException>(() => CertificateReader.ReadFile(pki.At("d.pfx"), Secret.From("secret")));

        Assert.Equal((ErrorCode.ContentDamaged, pki.At("d.pfx")), (refused.Code, refused.Path));
    }
}
