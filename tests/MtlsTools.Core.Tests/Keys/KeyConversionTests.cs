using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys;

/// <summary>Keys written anew in place or elsewhere.</summary>
public sealed class KeyConversionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Sets_changes_and_removes_a_password_in_place()
    {
        var openssl = Peer.Require("openssl");
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var path = folder.Write("a.key", key.ExportPem(null));

        var set = new KeyConversion(path, null) { NewPassword = Secret.From("one") }.Save(path);
        Assert.Equal("PBES2 with aes-256-cbc, 600000 iterations", set.Protection!.ToString());
        Assert.Equal(set.Protection, MtlsKey.Open(path)[0].Protection);
        openssl.Run("pkey", "-in", path, "-passin", "pass:one", "-noout");

        new KeyConversion(path, Secret.From("one")) { NewPassword = Secret.From("two") }.Save(path);
        openssl.Run("pkey", "-in", path, "-passin", "pass:two", "-noout");

        var removal = new KeyConversion(path, Secret.From("two")) { RemovePassword = true };
        Assert.True(removal.ExposesKey);
        removal.Save(path);
        Assert.Equal(key.PublicKey, PrivateKey.Open(path).PublicKey);
        Assert.Null(MtlsKey.Open(path)[0].OtherReaders);
        Assert.Equal(["a.key"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [SkippableFact]
    public void Strengthens_what_OpenSSL_1_encrypted_and_keeps_its_password()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("genrsa", "-traditional", "-aes128", "-passout", "pass:old", "-out", folder.At("old.key"), "2048");

        new KeyConversion(folder.At("old.key"), Secret.From("old")) { Format = KeyFormat.Pkcs8 }.Save(folder.At("old.key"));

        Assert.Equal("PBES2 with aes-256-cbc, 600000 iterations", MtlsKey.Open(folder.At("old.key"))[0].Protection!.ToString());
        openssl.Run("pkey", "-in", folder.At("old.key"), "-passin", "pass:old", "-noout");
    }

    [Fact]
    public void Never_loses_what_lies_beside_the_key()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var pem = System.Text.Encoding.ASCII.GetString(key.ExportPem(null));
        var path = folder.Write("both.pem", pem + "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
        var before = File.ReadAllText(path);

        Assert.Equal(ErrorCode.KeyNotAlone, Assert.Throws<KeyException>(() => new KeyConversion(path, null) { NewPassword = Secret.From("x") }.Save(path)).Code);
        Assert.Equal(before, File.ReadAllText(path));

        new KeyConversion(path, null) { Format = KeyFormat.Sec1 }.Save(folder.At("alone.key"));
        Assert.Equal(KeyFormat.Sec1, MtlsKey.Open(folder.At("alone.key"))[0].Format);
    }

    [Fact]
    public void A_form_that_does_not_fit_leaves_the_old_file()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var path = folder.Write("a.key", key.ExportPem(null));
        var before = File.ReadAllBytes(path);

        Assert.Throws<KeyException>(() => new KeyConversion(path, null) { Format = KeyFormat.Pkcs1 }.Save(path));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_locked_key_needs_its_password_and_several_keys_are_refused()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var locked = folder.Write("locked.key", key.ExportPem(Secret.From("x")));
        var two = folder.Write("two.key", (byte[])[.. key.ExportPem(null), .. key.ExportPem(null)]);

        Assert.Equal(ErrorCode.PasswordRequired, Assert.Throws<PasswordException>(() => new KeyConversion(locked, null)).Code);
        Assert.Equal(ErrorCode.SeveralKeys, Assert.Throws<InputException>(() => new KeyConversion(two, null)).Code);
    }
}
