using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys;

/// <summary>Every form of key that OpenSSL writes. {k} is an unencrypted PKCS#8 key, {o} the file to make.</summary>
public sealed class KeyReadingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    // PKCS#8, plain
    [InlineData("pkcs8 -topk8 -nocrypt -in {k} -out {o}")]
    [InlineData("pkcs8 -topk8 -nocrypt -outform DER -in {k} -out {o}")]
    // PKCS#8, encrypted with PBES2
    [InlineData("pkcs8 -topk8 -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-128-cbc -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-192-cbc -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -outform DER -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 des3 -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA1 -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384 -in {k} -out {o} -passout pass:secret")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 10000 -in {k} -out {o} -passout pass:secret")]
    // PKCS#8, encrypted with PBES1 as old tools do
    [InlineData("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in {k} -out {o} -passout pass:secret")]
    // PFX
    [InlineData("pkcs12 -export -nocerts -inkey {k} -out {o} -passout pass:secret")]
    public void Reads(string command)
    {
        var openssl = Peer.Require("openssl");
        foreach (var make in new[] { "ecparam -name prime256v1 -genkey -noout", "genrsa 2048" })
        {
            var (plain, made) = (folder.At("plain.key"), folder.At("a.key"));
            openssl.Run([.. make.Split(' ').Take(1), "-out", plain, .. make.Split(' ').Skip(1)]);
            openssl.Run(command.Split(' ').Select(part => part switch { "{k}" => plain, "{o}" => made, _ => part }).ToArray());

            using var key = PrivateKey.Open(made, Secret.From("secret"));

            Assert.Equal(made, key.Path);
            Assert.Equal(PublicKeyOf(openssl, plain), key.PublicKey.Der.ToArray());
        }
    }

    [SkippableTheory]
    // PKCS#1
    [InlineData("genrsa -traditional -out {o} 2048", "RSA 2048", "BEGIN RSA PRIVATE KEY")]
    // PKCS#8, as today's OpenSSL makes by default
    [InlineData("genrsa -out {o} 3072", "RSA 3072", "BEGIN PRIVATE KEY")]
    [InlineData("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out {o}", "ECDSA P-384", "BEGIN PRIVATE KEY")]
    // SEC1, after its parameters and alone
    [InlineData("ecparam -name secp384r1 -genkey -out {o}", "ECDSA P-384", "BEGIN EC PARAMETERS")]
    [InlineData("ecparam -name secp521r1 -genkey -noout -out {o}", "ECDSA P-521", "BEGIN EC PRIVATE KEY")]
    public void Reads_what_the_generators_make(string command, string expected, string wrapping)
    {
        var openssl = Peer.Require("openssl");
        var made = folder.At("a.key");
        openssl.Run(command.Split(' ').Select(part => part == "{o}" ? made : part).ToArray());

        using var key = PrivateKey.Open(made);

        Assert.Contains(wrapping, File.ReadAllText(made), StringComparison.Ordinal);
        Assert.Equal(expected, key.ToString());
        Assert.Equal(PublicKeyOf(openssl, made), key.PublicKey.Der.ToArray());
    }

    [SkippableTheory]
    [InlineData("rsa -traditional", "genrsa 2048", "-aes128", "AES-128-CBC")]
    [InlineData("rsa -traditional", "genrsa 2048", "-aes192", "AES-192-CBC")]
    [InlineData("rsa -traditional", "genrsa 2048", "-aes256", "AES-256-CBC")]
    [InlineData("rsa -traditional", "genrsa 2048", "-des3", "DES-EDE3-CBC")]
    [InlineData("ec", "ecparam -name prime256v1 -genkey -noout", "-aes256", "AES-256-CBC")]
    public void Reads_OpenSSLs_old_encrypted_form(string convert, string make, string cipher, string header)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run([.. make.Split(' ').Take(1), "-out", folder.At("plain.key"), .. make.Split(' ').Skip(1)]);
        openssl.Run([.. convert.Split(' '), "-in", folder.At("plain.key"), cipher, "-passout", "pass:pä55 word", "-out", folder.At("a.key")]);
        Assert.Contains($"DEK-Info: {header},", File.ReadAllText(folder.At("a.key")), StringComparison.Ordinal);

        using var key = PrivateKey.Open(folder.At("a.key"), Secret.From("pä55 word"));
        var described = Assert.Single(MtlsKey.Open(folder.At("a.key")));

        Assert.Equal(PublicKeyOf(openssl, folder.At("plain.key")), key.PublicKey.Der.ToArray());
        Assert.Equal((null, true, $"DEK-Info with {header.ToLowerInvariant()}"), (described.Type, described.Protection!.IsLegacy, described.Protection.Description));
    }

    [SkippableTheory]
    [InlineData("rsa -traditional", "genrsa 2048")]
    [InlineData("ec", "ecparam -name prime256v1 -genkey -noout")]
    [InlineData("ec -no_public", "ecparam -name prime256v1 -genkey -noout")]
    public void Reads_the_old_forms_as_DER(string convert, string make)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run([.. make.Split(' ').Take(1), "-out", folder.At("plain.key"), .. make.Split(' ').Skip(1)]);
        openssl.Run([.. convert.Split(' '), "-in", folder.At("plain.key"), "-outform", "DER", "-out", folder.At("a.der")]);

        using var key = PrivateKey.Open(folder.At("a.der"));

        Assert.Equal(PublicKeyOf(openssl, folder.At("plain.key")), key.PublicKey.Der.ToArray());
    }

    public static TheoryData<string, Func<string, byte[]>> Wrappings => new()
    {
        { "CRLF", text => Utf8(text.Replace("\n", "\r\n", StringComparison.Ordinal)) },
        { "byte order mark", text => [0xEF, 0xBB, 0xBF, .. Utf8(text)] },
        { "UTF-16", text => [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(text)] },
        { "Bag Attributes", text => Utf8("Bag Attributes\n    localKeyID: 01 02\n    friendlyName: a:b\nKey Attributes: <No Attributes>\n" + text) },
        { "beside a certificate", text => Utf8("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" + text) },
    };

    [Theory]
    [MemberData(nameof(Wrappings))]
    public void Reads_a_key_in_every_wrapping(string wrapping, Func<string, byte[]> wrap)
    {
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);

        using var read = PrivateKey.Parse(wrap(System.Text.Encoding.ASCII.GetString(key.ExportPem(null))));

        Assert.True(read.Matches(key.PublicKey), wrapping);
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private byte[] PublicKeyOf(Peer openssl, string key)
    {
        openssl.Run("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", folder.At("pub"));
        return File.ReadAllBytes(folder.At("pub"));
    }
}
