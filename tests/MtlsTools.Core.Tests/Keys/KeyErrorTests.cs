using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys;

public sealed class KeyErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    // passwords
    [InlineData("pkcs8 -topk8 -in {k} -out {o} -passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("pkcs8 -topk8 -in {k} -out {o} -passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    [InlineData("pkcs8 -topk8 -in {k} -out {o} -passout pass:secret", "", ErrorCode.PasswordWrong)]
    [InlineData("pkcs8 -topk8 -outform DER -in {k} -out {o} -passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("pkcs8 -topk8 -outform DER -in {k} -out {o} -passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    [InlineData("pkcs12 -export -nocerts -inkey {k} -out {o} -passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("pkcs12 -export -nocerts -inkey {k} -out {o} -passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    // encryptions that are not read, however right the password
    [InlineData("ec -camellia256 -in {k} -out {o} -passout pass:secret", "secret", ErrorCode.KeyNotSupported)]
    [InlineData("ec -aes256 -in {k} -out {o} -passout pass:secret", null, ErrorCode.PasswordRequired)]
    [InlineData("ec -aes256 -in {k} -out {o} -passout pass:secret", "wrong", ErrorCode.PasswordWrong)]
    [InlineData("pkcs8 -topk8 -scrypt -in {k} -out {o} -passout pass:secret", "secret", ErrorCode.KeyNotSupported)]
    [InlineData("pkcs8 -topk8 -v2 camellia-256-cbc -in {k} -out {o} -passout pass:secret", "secret", ErrorCode.KeyNotSupported)]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA224 -in {k} -out {o} -passout pass:secret", "secret", ErrorCode.KeyNotSupported)]
    [InlineData("pkcs12 -export -nocerts -keypbe camellia-256-cbc -inkey {k} -out {o} -passout pass:secret", "secret", ErrorCode.KeyNotSupported)]
    [InlineData("pkcs12 -export -nocerts -keypbe camellia-256-cbc -nomac -inkey {k} -out {o} -passout pass:secret", "secret", ErrorCode.KeyNotSupported)]
    // algorithms that are not used
    [InlineData("genpkey -algorithm ED25519 -out {o}", null, ErrorCode.KeyNotSupported)]
    [InlineData("genpkey -algorithm X25519 -outform DER -out {o}", null, ErrorCode.KeyNotSupported)]
    [InlineData("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out {o}", null, ErrorCode.KeyNotSupported)]
    // other content
    [InlineData("req -x509 -key {k} -subj /CN=x -out {o}", null, ErrorCode.WrongContent)]
    [InlineData("req -x509 -key {k} -subj /CN=x -outform DER -out {o}", null, ErrorCode.WrongContent)]
    [InlineData("req -new -key {k} -subj /CN=x -out {o}", null, ErrorCode.WrongContent)]
    [InlineData("req -new -key {k} -subj /CN=x -outform DER -out {o}", null, ErrorCode.WrongContent)]
    [InlineData("pkey -in {k} -pubout -out {o}", null, ErrorCode.WrongContent)]
    [InlineData("pkey -in {k} -pubout -outform DER -out {o}", null, ErrorCode.WrongContent)]
    public void Names_what_is_wrong_with_a_key_of_OpenSSL(string command, string? password, ErrorCode code)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", folder.At("plain.key"));
        openssl.Run(command.Split(' ').Select(part => part switch { "{k}" => folder.At("plain.key"), "{o}" => folder.At("a.key"), _ => part }).ToArray());

        var refused = Assert.ThrowsAny<MtlsException>(() => PrivateKey.Open(folder.At("a.key"), password is null ? null : Secret.From(password)));

        Assert.Equal((code, folder.At("a.key")), (refused.Code, refused.Path));
        Assert.Contains(folder.At("a.key"), refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<string, string>, ErrorCode> Damages => new()
    {
        { "no end", pem => pem[..^40], ErrorCode.PemTruncated },
        { "a line missing", pem => pem.Remove(40, 40), ErrorCode.ContentDamaged },
        { "a foreign character", pem => pem.Remove(40, 1).Insert(40, "*"), ErrorCode.ContentDamaged },
        { "another structure inside", _ => "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n", ErrorCode.ContentDamaged },
        { "another structure inside PKCS#1", _ => "-----BEGIN RSA PRIVATE KEY-----\nMAMCAQA=\n-----END RSA PRIVATE KEY-----\n", ErrorCode.ContentDamaged },
        { "another structure inside SEC1", _ => "-----BEGIN EC PRIVATE KEY-----\nMAMCAQA=\n-----END EC PRIVATE KEY-----\n", ErrorCode.ContentDamaged },
        { "another structure inside an encrypted key", _ => "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMCAQA=\n-----END ENCRYPTED PRIVATE KEY-----\n", ErrorCode.ContentDamaged },
        { "two keys", pem => pem + pem, ErrorCode.SeveralKeys },
        { "no PEM and no DER", _ => "hello", ErrorCode.ContentNotRecognized },
        { "zeros", _ => new string('\0', 64), ErrorCode.ContentNotRecognized },
        { "nothing", _ => "", ErrorCode.FileEmpty },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Names_what_is_wrong_with_a_file(string damage, Func<string, string> make, ErrorCode code)
    {
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var path = folder.Write("a.key", make(System.Text.Encoding.ASCII.GetString(key.ExportPem(null))));

        var refused = Assert.Throws<InputException>(() => PrivateKey.Open(path));

        Assert.True(refused.Code == code, $"{damage}: {refused.Code}");
        Assert.Equal(path, refused.Path);
    }

    [Fact]
    public void A_truncated_DER_key_is_not_recognized_or_damaged()
    {
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var path = folder.Write("a.key", key.ExportPkcs8().AsSpan()[..^10]);

        Assert.Equal(ErrorCode.ContentNotRecognized, Assert.Throws<InputException>(() => PrivateKey.Open(path)).Code);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_apart()
    {
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => PrivateKey.Open(folder.At("no.key"))).Code);
        Assert.Equal(ErrorCode.FileNotReadable, Assert.Throws<InputException>(() => PrivateKey.Open(folder.Path)).Code);
    }
}
