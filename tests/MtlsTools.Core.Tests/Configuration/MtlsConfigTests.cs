using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>What configuration is made of: which files it names, which are made, and what is refused.</summary>
public sealed class MtlsConfigTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private ConfigOptions Options => fixture.ServerOptions();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_that_have_the_right_form_stay_where_they_are()
    {
        var config = MtlsConfig.Create(Options);

        Assert.All(config.Files.Skip(1), file => Assert.False(file.IsMade));
        Assert.Equal([fixture.Server.Path, fixture.Server.KeyPath, fixture.Files.ClientCa], config.Files.Skip(1).Select(file => file.Path));
        Assert.Contains($"ssl_certificate \"{fixture.Server.Path}\";", config.Text, StringComparison.Ordinal);
        Assert.Contains("ssl_verify_client on;", config.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", config.Text, StringComparison.Ordinal);
        Assert.NotEmpty(config.Notes);
    }

    [SkippableFact]
    public void What_has_another_form_is_made_and_nothing_is_written_before_it_is_saved()
    {
        var config = MtlsConfig.Create(Options with { Certificate = InMemory(), Directory = folder.At("new", "conf") });
        Assert.False(Directory.Exists(folder.At("new")));

        config.Save();

        Assert.Equal(["nginx.conf", "server.crt", "server.key"], Directory.GetFiles(folder.At("new", "conf")).Select(Path.GetFileName).Order());
        Assert.Equal(config.Text, File.ReadAllText(folder.At("new", "conf", "nginx.conf")));
        var written = CertificateReader.ReadIdentity(folder.At("new", "conf", "server.crt"), null, null);
        Assert.Equal(fixture.Server, written);
        Assert.Equal(["Server Inter"], PemNames(folder.At("new", "conf", "server.crt")).Skip(1)); // the root is not sent
        Assert.Contains(folder.At("new", "conf", "server.crt"), config.Text, StringComparison.Ordinal);
        Assert.Equal("600", UnixMode.Of(folder.At("new", "conf", "server.key")));
    }

    [Fact]
    public void A_configuration_for_another_machine_brings_all_its_files()
    {
        var config = MtlsConfig.Create(Options with { Crls = fixture.Crls, Directory = folder.At("out"), InstallPath = "/etc/nginx/mtls" });

        config.Save();

        Assert.Equal(["client-ca.crl", "client-ca.crt", "nginx.conf", "server.crt", "server.key"], Directory.GetFiles(folder.At("out")).Select(Path.GetFileName).Order());
        Assert.Contains("ssl_crl /etc/nginx/mtls/client-ca.crl;", config.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, config.Text, StringComparison.Ordinal);
        Assert.Equal(2, CertificateRevocationList.ReadFile(folder.At("out", "client-ca.crl")).Count);
    }

    [Fact]
    public void Nothing_is_replaced_unless_asked_and_then_at_once()
    {
        var options = Options with { Certificate = InMemory(), Directory = folder.At("conf") };
        Directory.CreateDirectory(folder.At("conf"));
        folder.Write("conf/server.key", "mine");

        Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => MtlsConfig.Create(options).Save()).Code);
        Assert.Equal(["server.key"], Directory.GetFiles(folder.At("conf")).Select(Path.GetFileName));
        Assert.Equal("mine", File.ReadAllText(folder.At("conf", "server.key")));

        MtlsConfig.Create(options).Save(overwrite: true);
        Assert.StartsWith("-----BEGIN PRIVATE KEY", File.ReadAllText(folder.At("conf", "server.key")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_depth_is_that_of_the_chain_and_the_names_are_those_of_the_certificate()
    {
        var deep = MtlsConfig.Create(Options with { TrustedCas = [fixture.Files.Pki.ClientInter.Certificate], Directory = folder.Path });

        Assert.Contains("ssl_verify_depth 2;", deep.Text, StringComparison.Ordinal);
        Assert.Matches("server_name [^;]*localhost[^;]*127.0.0.1", deep.Text);
        Assert.Contains("ssl_verify_depth 2;", MtlsConfig.Create(Options).Text, StringComparison.Ordinal); // clients bring an intermediate
        Assert.Contains("server_name localhost;", MtlsConfig.Create(Options with { HostNames = ["localhost"] }).Text, StringComparison.Ordinal);
        Assert.Equal(["Client Inter", "Client Root"], CertificateReader.Read(deep.Files.Single(file => file.Role == ConfigFileRole.Trust).Content).Select(ca => ca.Name));
    }

    [Theory]
    [InlineData(ConfigMode.Tls, "ssl_verify_client", false)]
    [InlineData(ConfigMode.Tls, "ssl_client_certificate", false)]
    [InlineData(ConfigMode.Optional, "ssl_verify_client optional;", true)]
    [InlineData(ConfigMode.Mtls, "ssl_verify_client on;", true)]
    public void The_mode_decides_whom_it_lets_in(ConfigMode mode, string line, bool isThere) =>
        Assert.Equal(isThere, MtlsConfig.Create(Options with { Mode = mode }).Text.Contains(line, StringComparison.Ordinal));

    public static TheoryData<string, ErrorCode, string> Refusals => new()
    {
        { "no certificate", ErrorCode.ConfigInputMissing, "-Certificate" },
        { "no key", ErrorCode.KeyRequired, "-Key" },
        { "no CA", ErrorCode.ConfigInputMissing, "-Ca" },
        { "leaf as CA", ErrorCode.ConfigCertificateNotSuitable, "is no CA" },
        { "client's certificate", ErrorCode.ConfigCertificateNotSuitable, "serverAuth" },
        { "other host", ErrorCode.ConfigCertificateNotSuitable, "api.example.com" },
        { "expired", ErrorCode.ConfigCertificateNotSuitable, "ended on" },
        { "list of the root alone", ErrorCode.ConfigCrlNotSuitable, "Client Inter" },
        { "list of another CA", ErrorCode.ConfigCrlNotSuitable, "Client Root" },
        { "list without clients", ErrorCode.ConfigOptionNotUsed, "-Crl" },
        { "files in memory", ErrorCode.ConfigDirectoryRequired, "-OutDirectory" },
        { "Windows path", ErrorCode.ConfigPathInvalid, "/etc/mtls" },
        { "relative path", ErrorCode.ConfigPathInvalid, "/etc/mtls" },
        { "dollar", ErrorCode.ConfigValueNotWritable, "certificate" },
        { "newline", ErrorCode.ConfigValueNotWritable, "a?b" },
        { "headers for nobody", ErrorCode.ConfigInputMissing, "-Backend" },
        { "encrypted key", ErrorCode.KeyEncrypted, "Protect-MtlsKey" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_could_not_work_is_refused(string what, ErrorCode code, string named)
    {
        var pki = fixture.Files.Pki;
        var options = what switch
        {
            "no certificate" => Options with { Certificate = null },
            "no key" => Options with { Certificate = CertificateReader.ReadFile(fixture.Server.Path!)[0] is var read ? MtlsCertificate.Decode(read.RawData) : null },
            "no CA" => Options with { TrustedCas = [] },
            "leaf as CA" => Options with { TrustedCas = [pki.Client] },
            "client's certificate" => Options with { Certificate = fixture.Client },
            "other host" => Options with { HostNames = ["localhost", "api.example.com"] },
            "expired" => Options with { Certificate = LivePki.Issue("server", pki.ServerInter, CertificateProfile.Server, "localhost", -10, -1), Directory = folder.Path },
            "list of the root alone" => Options with { TrustedCas = [pki.ClientInter.Certificate], Crls = [fixture.Crls[0]], Directory = folder.Path },
            "list of another CA" => Options with { Crls = [fixture.Crls[1]] },
            "list without clients" => Options with { Mode = ConfigMode.Tls, Crls = fixture.Crls },
            "files in memory" => Options with { Certificate = InMemory() },
            "Windows path" => Options with { Directory = folder.Path, InstallPath = @"C:\mtls" },
            "relative path" => Options with { Directory = folder.Path, InstallPath = "mtls" },
            "dollar" => Options with { Certificate = InMemory(), Directory = "/srv/$name" },
            "newline" => Options with { Certificate = InMemory(), Directory = "/srv/a\nb" },
            "headers for nobody" => Options with { ForwardHeaders = true },
            _ => Options with { Certificate = WithEncryptedKey() },
        };

        var refused = Assert.ThrowsAny<MtlsException>(() => MtlsConfig.Create(options));

        Assert.Equal(code, refused.Code);
        Assert.Contains(named, refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(".", refused.Message.TrimEnd(')'), StringComparison.Ordinal);
    }

    private static IEnumerable<string> PemNames(string path) => PemBlock.ReadAll(File.ReadAllBytes(path)).Select(block => MtlsCertificate.Decode(block.Data).Name);

    /// <summary>The server's certificate and key, and no files of them.</summary>
    private MtlsCertificate InMemory() => MtlsCertificate.Decode(fixture.Server.RawData, PrivateKey.Open(fixture.Server.KeyPath!, null), fixture.Server.Chain) is var read && read.PrivateKey is { } key
        ? MtlsCertificate.Decode(read.RawData, PrivateKey.FromAlgorithm(key.Algorithm), read.Chain)
        : throw new InvalidOperationException();

    private MtlsCertificate WithEncryptedKey()
    {
        using var password = Secret.From("secret");
        var certificate = folder.Write("locked.crt", File.ReadAllText(fixture.Server.Path!));
        fixture.Server.PrivateKey!.Save(folder.At("locked.key"), password);
        return CertificateReader.ReadIdentity(certificate, folder.At("locked.key"), password);
    }
}
