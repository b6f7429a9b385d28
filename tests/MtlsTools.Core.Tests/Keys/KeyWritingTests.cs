using MtlsTools.Keys;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Security;

namespace MtlsTools.Tests.Keys;

public sealed class KeyWritingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly PrivateKey key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);

    public void Dispose()
    {
        key.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Plain_keys_are_PKCS8_in_ASCII()
    {
        key.Save(folder.At("a.key"));

        var text = File.ReadAllText(folder.At("a.key"));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", text, StringComparison.Ordinal);
        Assert.EndsWith("-----END PRIVATE KEY-----\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        Assert.Equal(folder.At("a.key"), key.Path);
        using var again = PrivateKey.Open(folder.At("a.key"));
        Assert.True(again.Matches(key.PublicKey));
    }

    [Fact]
    public void Encrypted_keys_use_AES_256_under_600_000_rounds_of_PBKDF2_with_SHA_256()
    {
        var block = new Org.BouncyCastle.Utilities.IO.Pem.PemReader(new StringReader(System.Text.Encoding.ASCII.GetString(key.ExportPem(Secret.From("p"))))).ReadPemObject();

        var algorithm = EncryptedPrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(block.Content)).EncryptionAlgorithm;
        var scheme = PbeS2Parameters.GetInstance(algorithm.Parameters);
        var derivation = Pbkdf2Params.GetInstance(scheme.KeyDerivationFunc.Parameters);

        Assert.Equal("ENCRYPTED PRIVATE KEY", block.Type);
        Assert.Equal(PkcsObjectIdentifiers.IdPbeS2, algorithm.Algorithm);
        Assert.Equal(NistObjectIdentifiers.IdAes256Cbc, scheme.EncryptionScheme.Algorithm);
        Assert.Equal(PkcsObjectIdentifiers.IdHmacWithSha256, derivation.Prf.Algorithm);
        Assert.Equal(600_000, derivation.IterationCount.IntValueExact);
        Assert.True(derivation.GetSalt().Length >= 8);
    }

    [SkippableTheory]
    [InlineData("secret")]
    [InlineData("with space, \"quotes\" and $igns")]
    [InlineData("pässwörd 日本")]
    public void Peers_open_encrypted_keys(string password)
    {
        var openssl = Peer.Require("openssl");
        key.Save(folder.At("a.key"), Secret.From(password));

        var shown = openssl.Run(["pkey", "-in", folder.At("a.key"), "-check", "-noout", "-passin", "stdin"], password + "\n");

        Assert.Contains("Key is valid", shown.All, StringComparison.Ordinal);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", File.ReadAllText(folder.At("a.key")), StringComparison.Ordinal);
    }

    [Fact]
    public void BouncyCastle_opens_encrypted_keys()
    {
        var block = new Org.BouncyCastle.Utilities.IO.Pem.PemReader(new StringReader(System.Text.Encoding.ASCII.GetString(key.ExportPem(Secret.From("secret"))))).ReadPemObject();

        var opened = PrivateKeyFactory.DecryptKey("secret".ToCharArray(), block.Content);

        Assert.True(opened.IsPrivate);
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("secret")]
    public void A_key_file_is_its_owners_alone(string? password)
    {
        key.Save(folder.At("a.key"), password is null ? null : Secret.From(password));

        Assert.Equal("600", UnixMode.Of(folder.At("a.key")));
    }

    [Fact]
    public void An_existing_file_is_replaced_only_when_asked()
    {
        folder.Write("a.key", "precious");

        Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => key.Save(folder.At("a.key"))).Code);
        Assert.Equal("precious", File.ReadAllText(folder.At("a.key")));
        Assert.Null(key.Path);

        key.Save(folder.At("a.key"), overwrite: true);
        using var again = PrivateKey.Open(folder.At("a.key"));
        Assert.True(again.Matches(key.PublicKey));
    }

    [Fact]
    public void The_text_of_a_key_tells_nothing_secret() => Assert.Equal("ECDSA P-256", key.ToString());
}
