using System.Formats.Asn1;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys;

/// <summary>What is told of a key in its file, with its password and without.</summary>
public sealed class MtlsKeyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("pkcs8 -topk8 -nocrypt -in {k} -out {o}", KeyFormat.Pkcs8, null)]
    [InlineData("pkcs8 -topk8 -in {k} -out {o} -passout pass:secret", KeyFormat.Pkcs8, "PBES2 with aes-256-cbc, 2048 iterations")]
    [InlineData("pkcs8 -topk8 -v2 des3 -outform DER -in {k} -out {o} -passout pass:secret", KeyFormat.Pkcs8, "PBES2 with des-ede3-cbc, 2048 iterations")]
    [InlineData("pkcs8 -topk8 -scrypt -in {k} -out {o} -passout pass:secret", KeyFormat.Pkcs8, "PBES2 with aes-256-cbc and scrypt")]
    [InlineData("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in {k} -out {o} -passout pass:secret", KeyFormat.Pkcs8, "PBES1 (SHA-1 and 3DES), 2048 iterations")]
    [InlineData("ec -in {k} -out {o}", KeyFormat.Sec1, null)]
    [InlineData("ec -in {k} -outform DER -out {o}", KeyFormat.Sec1, null)]
    [InlineData("pkcs12 -export -nocerts -inkey {k} -out {o} -passout pass:secret", KeyFormat.Pfx, "PBES2 with aes-256-cbc, 2048 iterations")]
    public void Describes_without_the_password(string command, KeyFormat format, string? protection)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", folder.At("plain.key"));
        openssl.Run(command.Split(' ').Select(part => part switch { "{k}" => folder.At("plain.key"), "{o}" => folder.At("a.key"), _ => part }).ToArray());

        var key = Assert.Single(MtlsKey.Open(folder.At("a.key")));

        Assert.Equal((format, protection), (key.Format, key.Protection?.ToString()));
        Assert.Equal(protection is null ? "ECDSA P-256" : null, key.Type);
        Assert.Equal(protection is null, key.Sha256 is not null);
        if (protection is null or "PBES2 with aes-256-cbc and scrypt") // scrypt is described, not opened
            return;
        using var expected = PrivateKey.Open(folder.At("plain.key"));
        var opened = Assert.Single(MtlsKey.Open(folder.At("a.key"), Secret.From("secret")));
        Assert.Equal((256, expected.PublicKey.Sha256, protection), (opened.Bits, opened.Sha256, opened.Protection?.ToString()));
    }

    [Fact]
    public void Several_keys_are_told_apart_by_their_blocks_and_a_bad_one_is_named()
    {
        using var one = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        using var two = PrivateKey.Generate(KeyAlgorithm.EcdsaP384);
        var text = System.Text.Encoding.ASCII.GetString(one.ExportPem(null)) + System.Text.Encoding.ASCII.GetString(two.ExportPem(null, KeyFormat.Sec1));

        var keys = MtlsKey.Open(folder.Write("two.pem", text));
        var damaged = Assert.Throws<InputException>(() => MtlsKey.Open(folder.Write("bad.pem", text.Replace("MIGkAgEB", "MIGkAgEC", StringComparison.Ordinal))));

        Assert.Equal([(1, "ECDSA P-256", KeyFormat.Pkcs8), (2, "ECDSA P-384", KeyFormat.Sec1)], keys.Select(key => (key.Block, key.Type!, key.Format)));
        Assert.Contains("block 2 (EC PRIVATE KEY) at line 6", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wrong_one_of_several_passwords_is_named_by_its_block()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var text = System.Text.Encoding.ASCII.GetString(key.ExportPem(null)) + System.Text.Encoding.ASCII.GetString(key.ExportPem(Secret.From("a")));

        var wrong = Assert.Throws<PasswordException>(() => MtlsKey.Open(folder.Write("two.pem", text), Secret.From("b")));

        Assert.Contains("block 2 (ENCRYPTED PRIVATE KEY)", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judges_the_files_permissions()
    {
        if (OperatingSystem.IsWindows())
            return; // access lists, judged in FileReaders' own way
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var path = folder.Write("a.key", key.ExportPem(null));
        string? Others(UnixFileMode mode)
        {
            File.SetUnixFileMode(path, mode);
            return MtlsKey.Open(path)[0].OtherReaders;
        }

        Assert.Null(Others(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Null(Others(UnixFileMode.UserRead));
        Assert.Equal("its group (mode 440)", Others(UnixFileMode.UserRead | UnixFileMode.GroupRead));
        Assert.Equal($"its group (mode 440) can read it; see who that is: Get-MtlsKeyAccess '{path}'", MtlsKey.Open(path)[0].Permissions);
        Assert.Equal("everybody on this machine (mode 644)", Others(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        Assert.EndsWith($"run: chmod 600 '{path}'", MtlsKey.Open(path)[0].Permissions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyAlgorithm.EcdsaP256, KeyFormat.Sec1, "BEGIN EC PRIVATE KEY", "ec")]
    [InlineData(KeyAlgorithm.EcdsaP521, KeyFormat.Pkcs8, "BEGIN PRIVATE KEY", "pkey")]
    [InlineData(KeyAlgorithm.Rsa2048, KeyFormat.Pkcs1, "BEGIN RSA PRIVATE KEY", "rsa")]
    public void Writes_the_older_forms_for_peers(KeyAlgorithm algorithm, KeyFormat format, string label, string command)
    {
        using var key = SharedKeys.Of(algorithm);
        var path = folder.Write("a.key", key.ExportPem(null, format));

        using var back = PrivateKey.Open(path);

        Assert.Contains(label, File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal((key.PublicKey, format), (back.PublicKey, MtlsKey.Open(path)[0].Format));
        if (Peer.Exists("openssl"))
            Peer.Require("openssl").Run(command, "-in", path, "-check", "-noout");
        if (Peer.Exists("certtool"))
            Peer.Require("certtool").Run("--key-info", "--infile", path);
    }

    [Theory]
    [InlineData(KeyAlgorithm.EcdsaP256, KeyFormat.Pkcs1, false)]
    [InlineData(KeyAlgorithm.Rsa2048, KeyFormat.Sec1, false)]
    [InlineData(KeyAlgorithm.EcdsaP256, KeyFormat.Pfx, false)]
    [InlineData(KeyAlgorithm.EcdsaP256, KeyFormat.Sec1, true)]
    public void Refuses_forms_that_do_not_fit(KeyAlgorithm algorithm, KeyFormat format, bool encrypted)
    {
        using var key = SharedKeys.Of(algorithm);

        Assert.Equal(ErrorCode.KeyFormatInvalid, Assert.Throws<KeyException>(() => key.ExportPem(encrypted ? Secret.From("x") : null, format)).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000_001)]
    [InlineData(int.MaxValue)]
    public void A_count_of_iterations_that_makes_no_sense_is_refused_at_once(int iterations)
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var bomb = WithIterations(PemBlock.ReadAll(key.ExportPem(Secret.From("x")))[0].Data, iterations);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var refused = Assert.Throws<KeyException>(() => PrivateKey.Parse(bomb, Secret.From("x")));

        Assert.Contains($"{iterations} times", refused.Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    /// <summary>Writes an EncryptedPrivateKeyInfo anew with another count.</summary>
    private static byte[] WithIterations(ReadOnlyMemory<byte> der, int iterations)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var algorithm = reader.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var parameters = algorithm.ReadSequence();
        var kdf = parameters.ReadSequence();
        var kdfOid = kdf.ReadObjectIdentifier();
        var pbkdf2 = kdf.ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                using (writer.PushSequence())
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(kdfOid);
                        using (writer.PushSequence())
                        {
                            writer.WriteEncodedValue(pbkdf2.ReadEncodedValue().Span);
                            pbkdf2.ReadInteger();
                            writer.WriteInteger(iterations);
                            writer.WriteEncodedValue(pbkdf2.ReadEncodedValue().Span);
                        }
                    }

                    writer.WriteEncodedValue(parameters.ReadEncodedValue().Span);
                }
            }

            writer.WriteEncodedValue(reader.ReadEncodedValue().Span);
        }

        return writer.Encode();
    }
}
