using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

public sealed class AuthorityOpeningTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Opens_what_was_made()
    {
        var made = TestAuthority.Create(folder, "root", clock, change: options => options with { DefaultProfile = CertificateProfile.Peer, CrlUrls = ["http://crl/"] });

        var opened = CertificateAuthority.Open(folder.At("root"), clock: clock);

        Assert.Equal((made.Name, made.Certificate, CertificateProfile.Peer), (opened.Name, opened.Certificate, opened.DefaultProfile));
        Assert.False(opened.IsUnlocked);
        Assert.NotNull(opened.Issue(CertificateProfile.Client).X509.Extensions["2.5.29.31"]);
        Assert.True(opened.IsUnlocked);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("file")]
    [InlineData("no index")]
    [InlineData("no certificate")]
    public void Refuses_what_is_no_CA(string name)
    {
        Directory.CreateDirectory(folder.At("empty"));
        folder.Write("file", "x");
        TestAuthority.Create(folder, "no index", clock);
        File.Delete(folder.At("no index", "index.txt"));
        TestAuthority.Create(folder, "no certificate", clock);
        File.Delete(folder.At("no certificate", "ca.crt"));

        var refused = Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(folder.At(name)));

        Assert.Equal((ErrorCode.NotAnAuthority, folder.At(name)), (refused.Code, refused.Path));
    }

    [Fact]
    public void An_encrypted_key_needs_its_password()
    {
        TestAuthority.Create(folder, "root", clock, change: options => options with { Password = Secret.From("secret") });
        var key = folder.At("root", "private", "ca.key");

        var locked = CertificateAuthority.Open(folder.At("root"), clock: clock);
        var missing = Assert.Throws<PasswordException>(() => locked.Issue(CertificateProfile.Client));
        var wrong = Assert.Throws<PasswordException>(() => CertificateAuthority.Open(folder.At("root"), Secret.From("wrong")));

        Assert.Equal((ErrorCode.PasswordRequired, key), (missing.Code, missing.Path));
        Assert.Equal((ErrorCode.PasswordWrong, key), (wrong.Code, wrong.Path));
        Assert.Empty(locked.GetIssued());
        Assert.NotNull(CertificateAuthority.Open(folder.At("root"), Secret.From("secret"), clock).Issue(CertificateProfile.Client));
        locked.Unlock(Secret.From("secret"));
        Assert.True(locked.IsUnlocked);
    }

    [Fact]
    public void A_missing_key_and_a_wrong_one_are_told_apart()
    {
        TestAuthority.Create(folder, "root", clock);
        var key = folder.At("root", "private", "ca.key");

        File.Delete(key);
        var missing = Assert.Throws<KeyException>(() => CertificateAuthority.Open(folder.At("root"), clock: clock).Issue(CertificateProfile.Client));
        using (var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256))
            other.Save(key);
        var wrong = Assert.Throws<KeyException>(() => CertificateAuthority.Open(folder.At("root"), clock: clock).Issue(CertificateProfile.Client));

        Assert.Equal((ErrorCode.KeyRequired, key), (missing.Code, missing.Path));
        Assert.Equal((ErrorCode.KeyMismatch, key), (wrong.Code, wrong.Path));
        Assert.Empty(CertificateAuthority.Open(folder.At("root")).GetIssued());
    }

    [Theory]
    // what people leave of ca.json when they edit it
    [InlineData("{}", 90)]
    [InlineData("{ \"name\": \"renamed\" }", 90)]
    [InlineData("{ \"crlUrls\": null, \"lifetimeDays\": null }", 90)]
    [InlineData("{ \"lifetimeDays\": { \"Client\": 30 } }", 30)]
    [InlineData(null, 90)]
    public void Settings_that_are_missing_are_the_defaults(string? json, int days)
    {
        TestAuthority.Create(folder, "root", clock);
        if (json is null)
            File.Delete(folder.At("root", "ca.json"));
        else
            File.WriteAllText(folder.At("root", "ca.json"), json);

        var opened = CertificateAuthority.Open(folder.At("root"), clock: clock);

        Assert.Equal(json?.Contains("renamed", StringComparison.Ordinal) == true ? "renamed" : "root", opened.Name);
        Assert.Equal(days, opened.Issue(CertificateProfile.Client).DaysLeft);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"defaultProfile\": \"Nonsense\" }")]
    public void Damaged_settings_are_named(string json)
    {
        TestAuthority.Create(folder, "root", clock);
        File.WriteAllText(folder.At("root", "ca.json"), json);

        var refused = Assert.Throws<AuthorityException>(() => CertificateAuthority.Open(folder.At("root")));

        Assert.Equal((ErrorCode.NotAnAuthority, folder.At("root", "ca.json")), (refused.Code, refused.Path));
    }
}
