using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys;

public sealed class PublicKeyInfoTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("EC -pkeyopt ec_paramgen_curve:P-256", "ECDSA P-256", true)]
    [InlineData("RSA -pkeyopt rsa_keygen_bits:2048", "RSA 2048", true)]
    // odd sizes are told to the bit
    [InlineData("RSA -pkeyopt rsa_keygen_bits:2047", "RSA 2047", false)]
    [InlineData("RSA -pkeyopt rsa_keygen_bits:1024", "RSA 1024", false)]
    // what TLS peers do not share
    [InlineData("EC -pkeyopt ec_paramgen_curve:secp256k1", "ECDSA (curve not supported)", false)]
    [InlineData("EC -pkeyopt ec_paramgen_curve:secp224r1", "ECDSA (curve not supported)", false)]
    [InlineData("EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "ECDSA (curve not supported)", false)]
    [InlineData("ED25519", "Ed25519", false)]
    [InlineData("ED448", "Ed448", false)]
    [InlineData("X25519", "1.3.101.110", false)]
    public void Names_and_judges_keys(string algorithm, string shown, bool strong)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run(["genpkey", "-algorithm", .. algorithm.Split(' '), "-out", folder.At("k")]);
        openssl.Run("pkey", "-in", folder.At("k"), "-pubout", "-outform", "DER", "-out", folder.At("p"));
        var digest = openssl.Run("dgst", "-sha256", "-r", folder.At("p")).Output[..64];

        var key = PublicKeyInfo.Decode(File.ReadAllBytes(folder.At("p")));

        Assert.Equal((shown, strong), (key.ToString(), key.IsStrongEnough));
        Assert.Equal(digest, key.Sha256, ignoreCase: true);
    }

    [Fact]
    public void Equality_is_that_of_the_encoding()
    {
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var copy = PublicKeyInfo.Decode(key.PublicKey.Der);

        Assert.True(key.PublicKey.Equals((object)copy));
        Assert.Equal(key.PublicKey.GetHashCode(), copy.GetHashCode());
        Assert.False(key.PublicKey.Equals(other.PublicKey));
        Assert.False(key.PublicKey.Equals((object?)null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0500")]
    [InlineData("3003020100")]
    public void Refuses_what_is_no_public_key(string hex) =>
        Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => PublicKeyInfo.Decode(Convert.FromHexString(hex))).Code);
}
