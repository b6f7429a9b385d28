using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Requests;
using MtlsTools.Server;
using MtlsTools.Stores;
using MtlsTools.Stores.Java;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>Keystores in folders of their own, made and changed by the real keytool and used by Java's own TLS.</summary>
public sealed class JavaStoreTests : IClassFixture<StoreFixture>, IDisposable
{
    private const string Password = "changed it";

    private readonly StoreFixture fixture;
    private readonly LivePki pki;
    private readonly TemporaryFolder folder = new();
    private readonly JavaAdapter adapter;
    private readonly Peer keytool;
    private readonly StoreOptions options;

    public JavaStoreTests(StoreFixture fixture)
    {
        keytool = Peer.Require("keytool");
        this.fixture = fixture;
        pki = fixture.Pki;
        adapter = new JavaAdapter(StoreFixture.Processes(), _ => null);
        options = new StoreOptions { StorePath = folder.At("a 'key' store ü.p12"), StorePassword = Secret.From(Password) };
    }

    private string Store => options.StorePath!;

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public async Task Java_uses_what_was_imported_as_client_and_as_server()
    {
        Skip.IfNot(Peer.Exists("javac"), "Java's compiler is not installed; on Debian: apt install default-jdk-headless");
        var trust = options with { StorePath = folder.At("trust.p12") };
        var serving = options with { StorePath = folder.At("server.p12") };
        foreach (var alreadyThere in new[] { false, true })
        {
            var item = Assert.Single(Import(pki.Client));
            Assert.Equal((StoreTarget.Java, MtlsStoreName.My, true, "client", Store, alreadyThere), (item.Target, item.StoreName, item.HasPrivateKey, item.Alias!, item.StorePath!, item.AlreadyThere!.Value));
        }

        Import(pki.Server, serving);
        Assert.Equal(["server inter", "server root"], Import(pki.ServerInter.Certificate, trust).Select(item => item.Alias!));
        Import(pki.ClientRoot.Certificate, trust);

        // The chain that is sent, without the root; and who may read what.
        var entry = Assert.Single(adapter.Read(options));
        Assert.Equal([pki.Client, pki.ClientInter.Certificate], entry.Certificate.Chain.Prepend(entry.Certificate));
        Assert.Equal(
            [("client root", MtlsStoreName.Root), ("server inter", MtlsStoreName.CA), ("server root", MtlsStoreName.Root)],
            adapter.Read(trust).Select(item => (item.Alias!, item.StoreName)).Order());
        Assert.Equal(("600", "644"), (UnixMode.Of(Store), UnixMode.Of(trust.StorePath!)));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder.Path), path => path.EndsWith(".tmp", StringComparison.Ordinal));

        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], Content = ServerContent.FromText("mTLS Hello World!\n") });
        Assert.Equal("mTLS Hello World!\n", Java(Store, trust.StorePath!, "client", $"https://localhost:{server.Port}/").WaitForExit(TimeSpan.FromMinutes(1)).Output);
        Assert.Equal(pki.Client, Assert.Single(server.Connections).ClientCertificate);

        using var java = Java(serving.StorePath!, trust.StorePath!, "serve");
        java.WaitFor("port ");
        foreach (var (client, welcome) in new[] { (pki.Client, true), (pki.ClientOf("other CA")!, false) })
        {
            var report = await ConnectionTester.TestAsync(
                ConnectionTarget.Parse($"localhost:{Regex.Match(java.All, @"port (\d+)").Groups[1].Value}"),
                new ConnectionOptions { Certificate = client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) });

            Assert.True(welcome == (report.ClientCertificateAccepted == true), report.ToString() + java.All);
        }
    }

    [SkippableFact]
    public void A_renewed_certificate_takes_the_alias_of_its_predecessor_and_undoing_restores_every_byte()
    {
        var older = fixture.Issue(days: 10);
        Import(older, options with { Alias = "Service" });
        var former = File.ReadAllBytes(Store);
        var renewed = fixture.Issue(days: 20);
        var steps = adapter.Plan(renewed, options with { ReplaceOlder = true });

        var step = Assert.Single(steps);
        Assert.Equal("Replace the entry 'service' by the certificate and its private key", step.Action);
        Assert.DoesNotContain(Password, step.ToString(), StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => StoreTransaction.Run([.. steps, StoreFixture.Failing(step)]));
        Assert.Equal(former, File.ReadAllBytes(Store));

        StoreTransaction.Run(steps);
        Assert.Equal(("service", renewed), adapter.Read(options).Select(item => (item.Alias!, item.Certificate)).Single());

        // Without it, both are there.
        Assert.Equal("service 2", Import(older, options with { Alias = "SERVICE" })[0].Alias);
        Remove(renewed);
        Assert.Equal(("service 2", older), adapter.Read(options).Select(item => (item.Alias!, item.Certificate)).Single());
    }

    [SkippableFact]
    public void What_others_added_meanwhile_survives_undoing()
    {
        Import(fixture.Issue("one"));
        var steps = new[] { adapter.PlanRemoval(adapter.Read(options).Single(), options), adapter.Plan(fixture.Issue("two"), options).Single() };
        var meanwhile = new StoreStep(() => false, () =>
        {
            Import(pki.ClientRoot.Certificate);
            throw new StoreException(ErrorCode.ToolFailed, "It was made to fail.");
        })
        { Item = steps[0].Item, Action = "Fail", Reason = "It is a test." };

        var failure = Assert.Throws<StoreException>(() => StoreTransaction.Run([.. steps, meanwhile]));

        Assert.EndsWith(" was undone (2 steps).", failure.Message, StringComparison.Ordinal);
        Assert.Equal([("client root", false), ("one", true)], adapter.Read(options).Select(item => (item.Alias!, item.HasPrivateKey)).Order());
    }

    [SkippableFact]
    public void A_keystore_that_was_made_for_an_import_goes_with_it()
    {
        var step = adapter.Plan(pki.ClientRoot.Certificate, options).Single();

        Assert.Throws<StoreException>(() => StoreTransaction.Run([step, StoreFixture.Failing(step)]));

        Assert.False(File.Exists(Store));
    }

    [SkippableFact]
    public void A_JKS_keystore_stays_one_and_its_new_key_opens_with_the_same_password()
    {
        keytool.Run("-genkeypair", "-alias", "made by java", "-keyalg", "EC", "-dname", "CN=made by java", "-keystore", Store, "-storetype", "JKS", "-storepass", Password, "-keypass", Password);
        UnixMode.Set(Store, "640");

        Import(pki.Client, options with { Alias = "Ünï 漢字" });

        Assert.Equal([0xFE, 0xED, 0xFE, 0xED], File.ReadAllBytes(Store)[..4]);
        Assert.Equal("640", UnixMode.Of(Store));
        Assert.Equal(["made by java", "ünï 漢字"], adapter.Read(options).Select(item => item.Alias!).Order(StringComparer.Ordinal));
        keytool.Run("-certreq", "-alias", "ünï 漢字", "-keystore", Store, "-storepass", Password, "-file", folder.At("proof.csr"));
        Assert.Equal(pki.Client.PublicKey, CertificateSigningRequest.Open(folder.At("proof.csr")).PublicKey);
    }

    [SkippableFact]
    public void A_certificate_finds_the_key_that_its_request_was_made_with()
    {
        keytool.Run("-genkeypair", "-alias", "app", "-keyalg", "EC", "-dname", "CN=app", "-keystore", Store, "-storetype", "PKCS12", "-storepass", Password);
        keytool.Run("-certreq", "-alias", "app", "-keystore", Store, "-storepass", Password, "-file", folder.At("app.csr"));
        var issued = pki.ClientInter.Issue(CertificateProfile.Client, CertificateSigningRequest.Open(folder.At("app.csr")));
        Assert.False(issued.HasPrivateKey);

        var item = Import(issued).Single();

        Assert.Equal(("app", true, false), (item.Alias!, item.HasPrivateKey, item.AlreadyThere!.Value));
        var stored = Assert.Single(adapter.Read(options));
        Assert.Equal((issued, true), (stored.Certificate, stored.HasPrivateKey));
        Assert.Contains(pki.ClientInter.Certificate, stored.Certificate.Chain);
    }

    [SkippableFact]
    public void A_trusted_CA_goes_to_the_cacerts_of_JAVA_HOME()
    {
        // As Debian has it: a link, with a thousand others in it, some without any password.
        var home = folder.At("a java");
        Directory.CreateDirectory(Path.Combine(home, "bin"));
        Directory.CreateDirectory(Path.Combine(home, "lib", "security"));
        File.CreateSymbolicLink(Path.Combine(home, "bin", "keytool"), keytool.File);
        var real = folder.At("cacerts.real");
        keytool.Run("-importcert", "-noprompt", "-alias", "there already", "-file", folder.Write("other.pem", pki.OtherRoot.Certificate.ToPem()), "-keystore", real, "-storetype", "JKS", "-storepass", "changeit");
        UnixMode.Set(real, "664");
        var cacerts = Path.Combine(home, "lib", "security", "cacerts");
        File.CreateSymbolicLink(cacerts, real);
        var java = new JavaAdapter(StoreFixture.Processes(), name => name == "JAVA_HOME" ? home : null);
        var usual = new StoreOptions();

        var item = Assert.Single(StoreFixture.Import(java, pki.ClientRoot.Certificate, usual));

        Assert.Equal((cacerts, "client root", MtlsStoreName.Root), (item.StorePath!, item.Alias!, item.StoreName));
        Assert.NotNull(new FileInfo(cacerts).LinkTarget);
        Assert.Equal("664", UnixMode.Of(real));
        Assert.Equal(["client root", "there already"], java.Read(usual).Select(one => one.Alias!).Order());
        StoreFixture.Remove(java, usual, pki.ClientRoot.Certificate);
        Assert.Equal("there already", Assert.Single(java.Read(usual)).Alias);

        // A key is no business of all programs.
        Assert.Equal(ErrorCode.StorePathRequired, Assert.Throws<StoreException>(() => java.Plan(pki.Client, usual)).Code);
    }

    [SkippableFact]
    public void The_password_must_fit()
    {
        Assert.Equal(ErrorCode.PasswordRequired, Refusal<PasswordException>(options with { StorePassword = null }));
        Assert.Equal(ErrorCode.PasswordNotSuitable, Refusal<PasswordException>(options with { StorePassword = Secret.From("short") }));
        Assert.Equal(ErrorCode.PasswordNotSuitable, Refusal<PasswordException>(options with { StorePassword = Secret.From("pässwörd") }));
        Assert.False(File.Exists(Store));
        Import(pki.ClientRoot.Certificate);
        var before = File.ReadAllBytes(Store);

        Assert.Equal(ErrorCode.PasswordRequired, Refusal<PasswordException>(options with { StorePassword = null }));
        Assert.Equal(ErrorCode.PasswordWrong, Refusal<PasswordException>(options with { StorePassword = Secret.From("wrong password") }));
        Assert.Equal(before, File.ReadAllBytes(Store));
    }

    [SkippableFact]
    public void What_can_not_be_is_refused_before_anything_is_done()
    {
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => Import(MtlsCertificate.Decode(pki.Client.RawData))).Code);
        Assert.Equal(ErrorCode.StoreOptionNotUsed, Refusal<StoreException>(options with { StoreName = MtlsStoreName.CA }));
        Assert.Equal(ErrorCode.StoreOptionNotUsed, Refusal<StoreException>(options with { StoreName = MtlsStoreName.ClientAuthIssuers }));
        Assert.Equal(ErrorCode.StoreOptionNotUsed, Refusal<StoreException>(options with { Applications = ["/bin/sh"] }));
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => adapter.Read(options)).Code);
        Assert.Equal(ErrorCode.ContentNotRecognized, Refusal<InputException>(options with { StorePath = folder.Write("a.p12", "no keystore") }));
        Assert.Equal(ErrorCode.StoreAccessDenied, Refusal<StoreException>(options with { StorePath = folder.At("no folder", "a.p12") }));
        Assert.Equal(ErrorCode.ToolMissing, Assert.Throws<StoreException>(() => JavaInstallation.Find(new NoPrograms(), _ => null)).Code);
        Assert.False(File.Exists(Store));
    }

    [SkippableFact]
    public void A_keystore_that_may_not_be_changed_stays_as_it_is()
    {
        Import(pki.ClientRoot.Certificate);
        var before = File.ReadAllBytes(Store);
        var readOnly = folder.At("read only");
        Directory.CreateDirectory(readOnly);
        File.Copy(Store, Path.Combine(readOnly, "store.p12"));
        pki.Client.PrivateKey!.Save(folder.At("client.key"), overwrite: true);
        UnixMode.Set(folder.At("client.key"), "444");
        UnixMode.Set(readOnly, "555");

        var result = StoreFixture.RunUnprivileged(folder, "store", "Java", Path.Combine(readOnly, "store.p12"), Password, folder.Write("client.pem", pki.Client.ToPem()));

        UnixMode.Set(readOnly, "755");
        Assert.StartsWith("refused: StoreAccessDenied ", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(readOnly, "store.p12")));
        Assert.Single(Directory.EnumerateFileSystemEntries(readOnly));
    }

    [SkippableFact]
    public void Five_processes_at_once_lose_nothing()
    {
        var files = Enumerable.Range(1, 5).Select(number =>
        {
            var one = fixture.Issue($"client {number}");
            one.PrivateKey!.Save(folder.At($"{number}.key"));
            return folder.Write($"{number}.crt", one.ToPem() + pki.ClientInter.Certificate.ToPem());
        }).ToList();

        var running = files.Select(file => IssuerProcess.Start("store", "Java", Store, Password, file)).ToList();
        Assert.All(running, process =>
        {
            var result = process.WaitForExit(TimeSpan.FromMinutes(2));
            Assert.True(result.ExitCode == 0, result.All);
            process.Dispose();
        });

        Assert.Equal(Enumerable.Range(1, 5).Select(number => $"client {number}"), adapter.Read(options).Where(item => item.HasPrivateKey).Select(item => item.Alias!).Order());
    }

    private ErrorCode Refusal<T>(StoreOptions wanted)
        where T : MtlsException => Assert.Throws<T>(() => Import(pki.Client, wanted)).Code;

    private IReadOnlyList<StoreItem> Import(MtlsCertificate certificate, StoreOptions? wanted = null) => StoreFixture.Import(adapter, certificate, wanted ?? options);

    private void Remove(MtlsCertificate certificate) => StoreFixture.Remove(adapter, options, certificate);

    private static PeerProcess Java(string keyStore, string trustStore, params string[] arguments) => Peer.Require("java").Start(
    [
        "-XX:TieredStopAtLevel=1",
        $"-Djavax.net.ssl.keyStore={keyStore}", $"-Djavax.net.ssl.keyStorePassword={Password}",
        $"-Djavax.net.ssl.trustStore={trustStore}", $"-Djavax.net.ssl.trustStorePassword={Password}",
        Peer.Asset("StoreTls.java"), .. arguments,
    ]);

    /// <summary>A machine without Java.</summary>
    private sealed class NoPrograms : MtlsTools.Processes.IProcessRunner
    {
        public string? Find(string tool) => null;

        public MtlsTools.Processes.ProcessResult Run(MtlsTools.Processes.ProcessCommand command) => throw new NotSupportedException();
    }
}
