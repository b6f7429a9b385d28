using MtlsTools.Keys;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace MtlsTools.Tests.Keys;

public sealed class KeyGenerationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<KeyAlgorithm, string, int, string> Algorithms => new()
    {
        { KeyAlgorithm.EcdsaP256, "ECDSA P-256", 256, "ASN1 OID: prime256v1" },
        { KeyAlgorithm.EcdsaP384, "ECDSA P-384", 384, "ASN1 OID: secp384r1" },
        { KeyAlgorithm.EcdsaP521, "ECDSA P-521", 521, "ASN1 OID: secp521r1" },
        { KeyAlgorithm.Rsa2048, "RSA 2048", 2048, "Private-Key: (2048 bit" },
        { KeyAlgorithm.Rsa3072, "RSA 3072", 3072, "Private-Key: (3072 bit" },
        { KeyAlgorithm.Rsa4096, "RSA 4096", 4096, "Private-Key: (4096 bit" },
    };

    [SkippableTheory]
    [MemberData(nameof(Algorithms))]
    public void Peers_read_every_key_that_is_made(KeyAlgorithm algorithm, string shown, int bits, string opensslShows)
    {
        var openssl = Peer.Require("openssl");
        using var key = PrivateKey.Generate(algorithm);

        key.Save(folder.At("a.key"));

        Assert.Equal((shown, bits, true), (key.ToString(), key.PublicKey.Bits, key.PublicKey.IsStrongEnough));
        var text = openssl.Run("pkey", "-in", folder.At("a.key"), "-check", "-noout", "-text").Output;
        Assert.Contains("Key is valid", text, StringComparison.Ordinal);
        Assert.Contains(opensslShows, text, StringComparison.Ordinal);
        openssl.Run("pkey", "-in", folder.At("a.key"), "-pubout", "-outform", "DER", "-out", folder.At("a.pub"));
        Assert.Equal(File.ReadAllBytes(folder.At("a.pub")), key.PublicKey.Der.ToArray());
        var peers = PrivateKeyFactory.CreateKey(key.ExportPkcs8());
        Assert.Equal(bits, peers is RsaPrivateCrtKeyParameters rsa ? rsa.Modulus.BitLength : ((ECPrivateKeyParameters)peers).Parameters.Curve.FieldSize);
    }

    [Fact]
    public void Every_key_is_new()
    {
        using var one = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);

        Assert.False(one.Matches(other.PublicKey));
        Assert.True(one.Matches(one.PublicKey));
    }

    [Fact]
    public void Other_algorithms_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PrivateKey.Generate((KeyAlgorithm)99));

    [Fact]
    public void A_platform_key_is_taken_over()
    {
        using var key = PrivateKey.FromAlgorithm(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384), "a.key");

        Assert.Equal(("ECDSA P-384", "a.key"), (key.ToString(), key.Path));
    }

    [Fact]
    public void A_platform_key_of_another_kind_is_refused()
    {
        using var other = System.Security.Cryptography.ECDiffieHellman.Create();

        Assert.Equal(ErrorCode.KeyNotSupported, Assert.Throws<KeyException>(() => PrivateKey.FromAlgorithm(other)).Code);
    }
}
