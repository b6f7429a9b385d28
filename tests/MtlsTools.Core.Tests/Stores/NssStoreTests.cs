using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Requests;
using MtlsTools.Server;
using MtlsTools.Stores;
using MtlsTools.Stores.Nss;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>Databases in folders of their own, made and changed by NSS' real tools and used by its real programs.</summary>
public sealed class NssStoreTests : IClassFixture<StoreFixture>, IDisposable
{
    private readonly StoreFixture fixture;
    private readonly LivePki pki;
    private readonly TemporaryFolder folder = new();
    private readonly NssAdapter adapter;
    private readonly Peer certutil;
    private StoreOptions options;

    public NssStoreTests(StoreFixture fixture)
    {
        certutil = Peer.Require("certutil");
        this.fixture = fixture;
        pki = fixture.Pki;
        adapter = new NssAdapter(StoreFixture.Processes());
        options = new StoreOptions { StorePath = folder.At("an [NSS] 'db'") };
        Directory.CreateDirectory(Store);
    }

    private string Store => options.StorePath!;

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void A_chain_goes_where_it_belongs_and_twice_is_once()
    {
        var alice = fixture.Issue();
        foreach (var alreadyThere in new[] { false, true })
        {
            var items = Import(alice);

            Assert.Equal(
                [(MtlsStoreName.My, true, "alice", alice), (MtlsStoreName.CA, false, "Client Inter", pki.ClientInter.Certificate), (MtlsStoreName.Root, false, "Client Root", pki.ClientRoot.Certificate)],
                items.Select(item => (item.StoreName, item.HasPrivateKey, item.Alias!, item.Certificate)));
            Assert.All(items, item => Assert.Equal((StoreTarget.Nss, Store, alreadyThere), (item.Target, item.StorePath, item.AlreadyThere)));
            Assert.Equal(["alice u,u,u", "Client Inter ,,", "Client Root T,,"], Rows());
        }

        Assert.Single(Keys());
        Assert.Contains("certificate is valid", Certutil("-V", "-n", "alice", "-u", "C", "-e").Output, StringComparison.Ordinal);
        Assert.Equal("600", UnixMode.Of(Path.Combine(Store, "key4.db")));
        Assert.Equal(
            new[] { alice, pki.ClientInter.Certificate, pki.ClientRoot.Certificate }.Select(one => one.Thumbprint).Order(),
            adapter.Read(options).Select(item => item.Thumbprint).Order());
        Assert.Equal("Client Root", Assert.Single(adapter.Read(options with { StoreName = MtlsStoreName.Root })).Name);
    }

    [SkippableFact]
    public void The_plan_shows_the_commands_and_changes_nothing()
    {
        var plan = adapter.Plan(fixture.Issue(), options);

        Assert.Equal([false, false, true], plan.Select(step => step.ChangesTrust));
        Assert.Equal($"certutil -N -d 'sql:{Store.Replace("'", "'\\''", StringComparison.Ordinal)}' --empty-password", plan[0].Commands[0]);
        Assert.StartsWith("pk12util -i certificate.p12 -d ", plan[0].Commands[1], StringComparison.Ordinal);
        Assert.EndsWith(" -w pfx-password.txt -k store-password.txt", plan[0].Commands[1], StringComparison.Ordinal);
        Assert.Contains("-n 'Client Root' -t T,, -a -i certificate.pem", Assert.Single(plan[2].Commands), StringComparison.Ordinal);
        Assert.Equal(["trust T,,"], plan[2].Flags);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Store));
    }

    [SkippableFact]
    public void A_client_of_NSS_shows_its_certificate_to_our_server()
    {
        var tstclnt = Peer.Require("tstclnt");
        Import(fixture.Issue());
        Import(pki.ServerRoot.Certificate);
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], Content = ServerContent.FromText("mTLS Hello World!\n") });

        using var client = tstclnt.Start("-h", "localhost", "-4", "-p", $"{server.Port}", "-d", $"sql:{Store}", "-n", "alice", "-f");
        client.Send("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");

        client.WaitFor("mTLS Hello World!");
        Assert.Equal("alice", Assert.Single(server.Connections, one => one.Accepted).ClientCertificate!.Name);
    }

    [SkippableFact]
    public async Task A_server_of_NSS_serves_our_client_and_no_other()
    {
        var selfserv = Peer.Require("selfserv");
        Import(pki.Server);
        Import(pki.ClientRoot.Certificate);
        var port = Loopback.FreePorts(1)[0];
        using var server = selfserv.Start("-d", $"sql:{Store}", "-n", "server", "-e", "server", "-p", $"{port}", "-r", "-r", "-v");
        server.WaitFor("About to call accept");

        foreach (var (client, welcome) in new[] { (pki.Client, true), (pki.ClientOf("other CA")!, false) })
        {
            var report = await ConnectionTester.TestAsync(
                ConnectionTarget.Parse($"localhost:{port}"),
                new ConnectionOptions { Certificate = client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) });

            Assert.True(welcome == (report.ClientCertificateAccepted == true), report.ToString() + server.All);
        }
    }

    [SkippableFact]
    public void What_is_removed_is_the_one_certificate_and_its_key()
    {
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var first = fixture.Issue(key: PrivateKey.Parse(key.ExportPkcs8()), days: 10);
        var renewed = fixture.Issue(key: PrivateKey.Parse(key.ExportPkcs8()), days: 20);
        var rekeyed = fixture.Issue(days: 30);
        foreach (var one in new[] { first, renewed, rekeyed })
            Import(one.WithChain([]));
        Certutil("-M", "-n", "alice", "-t", "P,,"); // the newest

        Assert.Equal((3, 2), (Rows().Count, Keys().Count));

        // An older one with the key of a newer one: the key stays, and the newer one with its trust.
        Remove(first);
        Assert.Equal([renewed, rekeyed], Stored());
        Assert.Equal(2, Keys().Count);
        Remove(renewed);
        Assert.Equal([rekeyed], Stored());
        Assert.Single(Keys());
        Assert.Equal(["alice Pu,u,u"], Rows());
        Remove(rekeyed);
        Assert.Equal((0, 0), (Rows().Count, Keys().Count));
    }

    [SkippableFact]
    public void Undoing_brings_back_what_was_there_with_its_trust_and_key()
    {
        var older = fixture.Issue(key: SharedKeys.Of(KeyAlgorithm.Rsa2048), days: 10);
        Import(older.WithChain([]));
        Import(pki.ClientRoot.Certificate, options with { StoreName = MtlsStoreName.CA });
        Certutil("-M", "-n", "Client Root", "-t", "c,C,");
        var before = Snapshot();
        options = options with { ReplaceOlder = true };
        var steps = adapter.Plan(fixture.Issue(days: 20), options);

        Assert.Equal(["Add the certificate and its private key", "Add the CA", "Trust the CA from now on, as issuer of clients' certificates", "Remove the predecessor and its private key"], steps.Select(step => step.Action));
        var failure = Assert.Throws<StoreException>(() => StoreTransaction.Run([.. steps, StoreFixture.Failing(steps[0])]));

        Assert.Equal("It was made to fail. What had been done before was undone (4 steps).", failure.Message);
        Assert.Equal(before, Snapshot());

        // And without the failure it is as planned: the root's other trust stays.
        StoreTransaction.Run(steps);
        Assert.Equal(["Client Inter ,,", "Client Root T,C,", "alice u,u,u"], Rows().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(older, Stored());
        Assert.Single(Keys());
    }

    [SkippableFact]
    public void A_database_that_was_made_for_an_import_goes_with_it()
    {
        var steps = adapter.Plan(pki.Client, options);

        Assert.Throws<StoreException>(() => StoreTransaction.Run([.. steps, StoreFixture.Failing(steps[0])]));

        Assert.True(NssDatabase.IsEmpty(Store));
    }

    [SkippableTheory]
    [InlineData("client", null, "T,,")]
    [InlineData("server", null, "C,,")]
    [InlineData("root", null, "CT,,")]
    [InlineData("root", MtlsStoreName.CA, ",,")]
    [InlineData("intermediate", MtlsStoreName.Root, "CT,,")]
    [InlineData("keyless", MtlsStoreName.TrustedPeople, "P,,")]
    public void Trust_goes_as_far_as_it_must(string what, MtlsStoreName? store, string trust)
    {
        var certificate = what switch { "client" => pki.Client, "server" => pki.Server, "root" => pki.ClientRoot.Certificate, "intermediate" => pki.ClientInter.Certificate.WithChain([]), _ => MtlsCertificate.Decode(pki.Server.RawData) };

        var item = Import(certificate, options with { StoreName = store })[^1];

        Assert.EndsWith($" {trust}", Rows()[^1], StringComparison.Ordinal);
        Assert.Equal(item.StoreName, adapter.Read(options).Single(one => one.Thumbprint == item.Thumbprint).StoreName);
    }

    [SkippableFact]
    public void A_certificate_finds_the_key_that_its_request_was_made_with()
    {
        Certutil("-N", "--empty-password");
        var noise = folder.Write("noise", Guid.NewGuid().ToString());
        Certutil("-R", "-k", "ec", "-q", "nistp256", "-s", "CN=made in NSS", "-z", noise, "-o", folder.At("nss.csr"));
        var issued = pki.ClientInter.Issue(CertificateProfile.Client, CertificateSigningRequest.Open(folder.At("nss.csr")));

        var item = Import(issued)[0];

        Assert.Equal((true, MtlsStoreName.My, "made in NSS"), (item.HasPrivateKey, item.StoreName, item.Alias));
        Assert.Contains("made in NSS u,u,u", Rows());
        Assert.Contains("certificate is valid", Certutil("-V", "-n", "made in NSS", "-u", "C").Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_password_opens_the_keys_and_a_wrong_one_nothing()
    {
        const string password = "päss: wörd";
        options = options with { StorePassword = Secret.From(password) };
        Import(pki.Client);
        var file = folder.Write("password", password + "\n");

        Assert.Contains("client", Certutil("-K", "-f", file).Output, StringComparison.Ordinal);
        foreach (var (given, code) in new[] { ((string?)null, ErrorCode.PasswordRequired), ("wrong", ErrorCode.PasswordWrong) })
        {
            var error = Assert.Throws<PasswordException>(() => adapter.Plan(pki.Server, options with { StorePassword = given is null ? null : Secret.From(given) }));
            Assert.Equal((code, Store), (error.Code, error.Path));
            Assert.Contains("-StorePassword", error.Message, StringComparison.Ordinal);
        }

        // Reading goes without; a wrong password is told all the same.
        Assert.Equal(3, adapter.Read(options with { StorePassword = null }).Count());
        Assert.Throws<PasswordException>(() => adapter.Read(options with { StorePassword = Secret.From("wrong") }).ToList());
        Remove(pki.ClientRoot.Certificate);
        Assert.Equal(2, Rows().Count);
    }

    [SkippableFact]
    public void Names_are_taken_as_they_are()
    {
        string[] names = ["O'Hara \"the boss\" $HOME", "Ünïcode 漢字", "https://issuer.example/a:b", "pkcs11:object=x", "C,C,C u,u,u"];
        foreach (var (name, number) in names.Select((name, number) => (name, number)))
        {
            Assert.Equal(name, Import(fixture.Issue($"with key {number}").WithChain([]), options with { Alias = name })[0].Alias);
            var keyless = MtlsCertificate.Decode(fixture.Issue($"without key {number}").RawData);
            Assert.Equal($"{name} 2", Import(keyless, options with { Alias = name, StoreName = MtlsStoreName.TrustedPeople })[0].Alias);
        }

        Assert.Equal(names.SelectMany(name => new[] { (name, true), ($"{name} 2", false) }).Order(), adapter.Read(options).Select(item => (item.Alias!, item.HasPrivateKey)).Order());
        foreach (var item in adapter.Read(options).Where(item => !item.HasPrivateKey).ToList())
            StoreTransaction.Run([adapter.PlanRemoval(item, options)]);
        Assert.Equal(names.Order(), adapter.Read(options).Select(item => item.Alias!).Order());
    }

    [SkippableFact]
    public void A_name_that_another_subject_has_is_made_unique()
    {
        Import(fixture.Issue("one").WithChain([]), options with { Alias = "me" });

        Assert.Equal("me 2", Import(fixture.Issue("two").WithChain([]), options with { Alias = "me" })[0].Alias);
        Assert.Equal("me", Import(fixture.Issue("one", days: 3).WithChain([]), options with { Alias = "other" })[0].Alias);

        Assert.Equal(["me 2 u,u,u", "me u,u,u", "me u,u,u"], Rows().Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void A_database_that_another_program_has_locked_is_told()
    {
        Import(pki.Client);
        using var database = new FileStream(Path.Combine(Store, "cert9.db"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Skip.If(OperatingSystem.IsMacOS(), "The runtime locks no part of a file there.");
        if (!OperatingSystem.IsMacOS())
            database.Lock(0x40000000, 512); // where SQLite has its locks

        var error = Assert.Throws<StoreException>(() => adapter.Plan(pki.Server, options));

        Assert.Equal(ErrorCode.StoreAccessDenied, error.Code);
        Assert.Contains("Close the browser", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_database_that_may_not_be_changed_stays_as_it_is()
    {
        Import(pki.Client);
        var before = Snapshot();
        var file = folder.Write("server.pem", pki.Server.ToPem());
        pki.Server.PrivateKey!.Save(folder.At("server.key"), overwrite: true);
        foreach (var name in new[] { "cert9.db", "key4.db", "pkcs11.txt", ".mtlstools.lock" })
            UnixMode.Set(Path.Combine(Store, name), "444");
        UnixMode.Set(folder.At("server.key"), "444");
        UnixMode.Set(Store, "555");

        var result = StoreFixture.RunUnprivileged(folder, "store", "Nss", Store, "-", file);

        UnixMode.Set(Store, "755");
        Assert.StartsWith("refused: StoreAccessDenied ", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot());
    }

    [SkippableFact]
    public void Five_processes_at_once_lose_nothing()
    {
        var files = Enumerable.Range(1, 5).Select(number =>
        {
            var one = fixture.Issue($"client {number}");
            one.PrivateKey!.Save(folder.At($"{number}.key"));
            return folder.Write($"{number}.crt", one.ToPem() + pki.ClientInter.Certificate.ToPem() + pki.ClientRoot.Certificate.ToPem());
        }).ToList();

        var running = files.Select(file => IssuerProcess.Start("store", "Nss", Store, "-", file)).ToList();
        Assert.All(running, process =>
        {
            var result = process.WaitForExit(TimeSpan.FromMinutes(1));
            Assert.True(result.ExitCode == 0, result.All);
            process.Dispose();
        });

        Assert.Equal((7, 5), (Rows().Count, Keys().Count));
        Assert.Equal(5, adapter.Read(options).Count(item => item.HasPrivateKey));
    }

    [SkippableFact]
    public void What_can_not_be_is_refused_before_anything_is_done()
    {
        Assert.Equal(ErrorCode.KeyRequired, Refusal<KeyException>(MtlsCertificate.Decode(pki.Client.RawData), options));
        Assert.Equal(ErrorCode.StoreOptionNotUsed, Refusal<StoreException>(pki.Client, options with { StoreName = MtlsStoreName.Root }));
        Assert.Equal(ErrorCode.StoreOptionNotUsed, Refusal<StoreException>(pki.Client, options with { StoreName = MtlsStoreName.WebHosting }));
        Assert.Equal(ErrorCode.StoreOptionNotUsed, Refusal<StoreException>(pki.Client, options with { Applications = ["/bin/sh"] }));
        Assert.Equal(ErrorCode.FileNotFound, Refusal<InputException>(pki.Client, options with { StorePath = folder.At("missing") }));
        folder.Write("a file", "");
        Assert.Equal(ErrorCode.FileNotFound, Refusal<InputException>(pki.Client, options with { StorePath = folder.Path }));
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => adapter.Read(options)).Code);
        Directory.CreateDirectory(folder.At("old"));
        File.WriteAllText(folder.At("old", "cert8.db"), "");
        Assert.Equal(ErrorCode.ContentNotRecognized, Refusal<InputException>(pki.Client, options with { StorePath = folder.At("old") }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Store));
    }

    [SkippableFact]
    public void Without_a_path_it_is_Chromiums_database_and_else_those_of_Firefox_are_listed()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The places are those of Linux.");
        var profile = folder.At("snap", "firefox", "common", ".mozilla", "firefox", "abc.default");
        Directory.CreateDirectory(profile);
        File.WriteAllText(Path.Combine(profile, "..", "profiles.ini"), "[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\n\n[Profile1]\nIsRelative=0\nPath=/nowhere\n");
        File.WriteAllText(Path.Combine(profile, "cert9.db"), "");
        var places = new NssLocation(folder.Path, _ => null);

        var error = Assert.Throws<StoreException>(() => places.Resolve(null, toChange: true));

        Assert.Equal(ErrorCode.StorePathRequired, error.Code);
        Assert.EndsWith($" Name one with -StorePath. Found were: '{profile}'.", error.Message, StringComparison.Ordinal);
        var shared = folder.At(".pki", "nssdb");
        Directory.CreateDirectory(shared);
        File.WriteAllText(Path.Combine(shared, "cert9.db"), "");
        Assert.Equal(shared, places.Resolve(null, toChange: false));
        Assert.Equal(profile, places.Resolve($"sql:{profile}", toChange: false));
    }

    private ErrorCode Refusal<T>(MtlsCertificate certificate, StoreOptions wanted)
        where T : MtlsException => Assert.Throws<T>(() => StoreFixture.Import(adapter, certificate, wanted)).Code;

    private IReadOnlyList<StoreItem> Import(MtlsCertificate certificate, StoreOptions? wanted = null) => StoreFixture.Import(adapter, certificate, wanted ?? options);

    private void Remove(MtlsCertificate certificate) => StoreFixture.Remove(adapter, options, certificate);

    private List<MtlsCertificate> Stored() => adapter.Read(options).Select(item => item.Certificate).OrderBy(one => one.NotAfter).ToList();

    private PeerResult Certutil(string command, params string[] arguments) => certutil.Run([command, "-d", $"sql:{Store}", .. arguments]);

    /// <summary>Nickname and trust, as NSS itself shows them.</summary>
    private List<string> Rows() => Certutil("-L").Output.Split('\n').Skip(4).Select(row => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(row => row.Length > 0).ToList();

    private List<string> Keys() => certutil.Try("-K", "-d", $"sql:{Store}", "-f", folder.Write("pw", "päss: wörd\n")).Output.Split('\n').Where(row => row.StartsWith('<')).ToList();

    private string Snapshot() => string.Join('\n', adapter.Read(options).Select(item => $"{item.Thumbprint} {item.Alias} {item.StoreName}").Concat(Rows()).Concat(Keys().Select(key => key[4..])).Order(StringComparer.Ordinal));
}
