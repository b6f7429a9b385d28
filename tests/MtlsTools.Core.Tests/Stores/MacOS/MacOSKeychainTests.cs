using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Stores;
using MtlsTools.Stores.MacOS;
using MtlsTools.Tests.Support;
using StoreLocation = System.Security.Cryptography.X509Certificates.StoreLocation;

namespace MtlsTools.Tests.Stores.MacOS;

/// <summary>The steps on a keychain, against recorded answers of <c>security</c>; Recordings/README.md says where they come from.</summary>
public sealed partial class MacOSKeychainTests(LivePki pki) : IClassFixture<LivePki>
{
    private const string KeychainPassword = "it's \"a\\b\" secret";

    private static readonly StoreOptions Temporary = new() { StorePath = "/tmp/test.keychain-db" };
    private static readonly string[] Programs = ["/usr/bin/curl", "/Applications/Google Chrome.app"];

    private readonly MtlsCertificate client = LivePki.Issue("testClientTLS", pki.ClientInter, CertificateProfile.Client);
    private readonly MtlsCertificate selfSigned = pki.ClientOf("self-signed")!;
    private readonly MtlsCertificate twin = LivePki.Issue("twin", pki.OtherRoot, CertificateProfile.Server, "twin");
    private readonly MtlsCertificate server = LivePki.Issue("testServerTLS", pki.ServerInter, CertificateProfile.Server, "localhost,127.0.0.1");

    [Fact]
    public void A_client_is_imported_trusted_verified_and_the_second_time_there()
    {
        var options = new StoreOptions { Applications = Programs };
        Assert.All(Import("import-client", client, options), item => Assert.False(item.AlreadyThere));
        var items = Import("import-client-again", client, options);
        Assert.All(items, item => Assert.True(item.AlreadyThere));
        Assert.Equal([(MtlsStoreName.My, true), (MtlsStoreName.CA, false), (MtlsStoreName.Root, false)], items.Select(item => (item.StoreName, item.HasPrivateKey)));
        Assert.All(items, item => Assert.Equal("/Users/victor/Library/Keychains/login.keychain-db", item.StorePath));
    }

    [Fact]
    public void A_server_goes_into_the_System_keychain_with_its_password_on_standard_input()
    {
        var items = Import("import-server-machine", server, new StoreOptions
        {
            Location = StoreLocation.LocalMachine,
            StorePassword = Secret.From(KeychainPassword),
            Alias = "web server",
            Exportable = true,
        });

        Assert.Equal([false, true, true], items.Select(item => item.AlreadyThere));
    }

    [Theory]
    [InlineData("wrong-password", ErrorCode.PasswordWrong, "does not open the keychain")]
    [InlineData("import-refused", ErrorCode.ToolFailed, "MAC verification failed")]
    [InlineData("trust-refused", ErrorCode.ToolFailed, "no user interaction was possible")]
    public void What_fails_is_undone_and_told(string transcript, ErrorCode code, string words)
    {
        var options = code == ErrorCode.PasswordWrong ? Temporary with { StorePassword = Secret.From("wrong") } : Temporary;

        var error = Assert.ThrowsAny<MtlsException>(() => Import(transcript, client, options));

        Assert.Equal(code, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"wrong\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_macOS_does_not_accept_is_undone_and_a_shared_key_stays()
    {
        // The twin was made with the same key, and the certificate itself was there without one.
        var error = Assert.Throws<StoreException>(() => Import("verification-refused", server, Temporary));

        Assert.Equal(ErrorCode.StoreNotVerified, error.Code);
        Assert.Contains("CSSMERR_TP_VERIFY_ACTION_FAILED", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_of_a_keychain_is_listed_as_what_it_is_there()
    {
        var processes = Recorded("read");

        var items = new MacOSKeychainAdapter(processes, isPrivileged: false).Read(Temporary).ToList();

        processes.AssertOver();
        Assert.Equal(
            [
                (client, MtlsStoreName.My, true), (pki.ClientInter.Certificate, MtlsStoreName.CA, false), (pki.ClientRoot.Certificate, MtlsStoreName.Root, false),
                (server, MtlsStoreName.TrustedPeople, false), (pki.OtherRoot.Certificate, MtlsStoreName.CA, false), (selfSigned, MtlsStoreName.My, true),
                (twin, MtlsStoreName.My, false),
            ],
            items.Select(item => (item.Certificate, item.StoreName, item.HasPrivateKey)));
        Assert.Equal([MtlsStoreName.Root], new MacOSKeychainAdapter(Recorded("read"), isPrivileged: false).Read(Temporary with { StoreName = MtlsStoreName.Root }).Select(item => item.StoreName));
    }

    [Fact]
    public void Trust_and_identities_are_removed()
    {
        var processes = Recorded("remove");
        var adapter = new MacOSKeychainAdapter(processes, isPrivileged: false);

        StoreTransaction.Run([adapter.PlanRemoval(Item(MtlsStoreName.Root, pki.ClientRoot.Certificate), Temporary)]);
        StoreTransaction.Run([adapter.PlanRemoval(Item(MtlsStoreName.My, client), Temporary)]);

        processes.AssertOver();
    }

    [Fact]
    public void Plans_for_keychains()
    {
        var login = new MacOSKeychainAdapter(Recorded("login"), isPrivileged: true);
        var machine = new StoreOptions { Location = StoreLocation.LocalMachine };
        Golden.Compare("macos-client", login.Plan(client, new StoreOptions { Applications = Programs }));
        Golden.Compare("macos-server", login.Plan(server, machine with { StorePassword = Secret.From(KeychainPassword), Alias = "web server", Exportable = true }));
        Golden.Compare("macos-ca", login.Plan(pki.ClientRoot.Certificate, machine).Concat(login.Plan(pki.ClientInter.Certificate, Temporary)));
        Golden.Compare("macos-trusted-by-itself", login.Plan(server.WithChain([]), Temporary with { StoreName = MtlsStoreName.TrustedPeople }));
        var renewed = LivePki.Issue("testClientTLS", pki.ClientInter, CertificateProfile.Client, to: 60);
        Golden.Compare(
            "macos-replace-and-remove",
            new MacOSKeychainAdapter(Recorded("predecessor"), isPrivileged: false).Plan(renewed.WithChain([]), Temporary with { ReplaceOlder = true })
                .Append(login.PlanRemoval(Item(MtlsStoreName.Root, pki.ClientRoot.Certificate) with { Location = StoreLocation.LocalMachine }, machine)));
    }

    [Fact]
    public void What_can_not_be_is_refused_before_anything_is_touched()
    {
        var adapter = new MacOSKeychainAdapter(new RecordedProcesses("", []), isPrivileged: false);
        var machine = new StoreOptions { Location = StoreLocation.LocalMachine };
        Assert.Equal(ErrorCode.ToolMissing, Assert.Throws<StoreException>(() => adapter.Require(Temporary)).Code);
        Assert.Equal(ErrorCode.ElevationRequired, Assert.Throws<StoreException>(() => adapter.Plan(client, machine)).Code);
        Assert.Equal(ErrorCode.ElevationRequired, Assert.Throws<StoreException>(() => adapter.PlanRemoval(Item(MtlsStoreName.My, client), machine)).Code);
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => adapter.Plan(MtlsCertificate.Decode(client.RawData), Temporary)).Code);
        Assert.Equal(ErrorCode.NotSelfSigned, Assert.Throws<StoreException>(() => adapter.Plan(client, Temporary with { StoreName = MtlsStoreName.Root })).Code);
        Assert.Equal(ErrorCode.PlatformNotSupported, Assert.Throws<StoreException>(() => new MacOSKeychainAdapter(Recorded("login"), isPrivileged: false).Require(Temporary with { StoreName = MtlsStoreName.WebHosting })).Code);
    }

    [SkippableFact]
    public void The_file_with_the_key_is_its_owners_alone_and_soon_gone()
    {
        string path;
        using (var files = new KeychainFiles())
        using (var password = KeychainFiles.NewPassword())
        {
            path = files.Write(client, "label ä", password);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
            }

            // What every macOS reads: triple DES and SHA-1, with a password.
            var text = Peer.Require("openssl").Run(["pkcs12", "-in", path, "-info", "-nodes", "-passin", "stdin"], SecretText.Use(password, secret => secret.ToString()) + "\n");
            Assert.Contains("pbeWithSHA1And3-KeyTripleDES-CBC", text.All, StringComparison.Ordinal);
            Assert.Contains("MAC: sha1", text.All, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("BEGIN PRIVATE KEY", text.All, StringComparison.Ordinal);
            Assert.Equal(32, password.Length);
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [GeneratedRegex(@"\{(pem|sha1|plist):([^}]*)\}")]
    private static partial Regex Placeholder();

    private static StoreItem Item(MtlsStoreName name, MtlsCertificate certificate) =>
        new(StoreTarget.MacOSKeychain, name, certificate, name == MtlsStoreName.My) { StorePath = Temporary.StorePath, Location = StoreLocation.CurrentUser };

    private IReadOnlyList<StoreItem> Import(string transcript, MtlsCertificate certificate, StoreOptions options)
    {
        var processes = Recorded(transcript);
        try
        {
            return StoreTransaction.Run(new MacOSKeychainAdapter(processes, isPrivileged: true).Plan(certificate, options));
        }
        finally
        {
            processes.AssertOver();
            Assert.DoesNotContain(processes.Ran, command => command.Arguments.Any(argument => argument.Contains("secret", StringComparison.Ordinal) || argument is "wrong" or "-P"));
        }
    }

    private RecordedProcesses Recorded(string name) => new(
        Placeholder().Replace(File.ReadAllText(Repository.At("tests", "MtlsTools.Core.Tests", "Stores", "Recordings", name + ".txt")), Fill),
        new() { ["security"] = "/usr/bin/security" });

    private string Fill(Match placeholder) => placeholder.Groups[1].Value switch
    {
        "pem" => Of(placeholder.Groups[2].Value).ToPem().TrimEnd('\n'),
        "sha1" => Of(placeholder.Groups[2].Value).Thumbprint,
        _ => TrustList(placeholder.Groups[2].Value.Split(',')),
    };

    private MtlsCertificate Of(string name) => name switch
    {
        "client" => client,
        "server" => server,
        "inter" => pki.ClientInter.Certificate,
        "root" => pki.ClientRoot.Certificate,
        "server inter" => pki.ServerInter.Certificate,
        "server root" => pki.ServerRoot.Certificate,
        "other" => pki.OtherRoot.Certificate,
        "self" => selfSigned,
        "twin" => twin,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not in the transcripts."),
    };

    /// <summary>The property list of trust-settings-export; a minus is before those that are denied.</summary>
    private string TrustList(IEnumerable<string> names) => string.Join('\n', $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
        <key>trustList</key>
        <dict>
        {string.Concat(names.Select(name => $"<key>{Of(name.TrimStart('-')).Thumbprint}</key><dict><key>issuerName</key><data>MBAx</data><key>modDate</key><date>2024-01-28T17:10:00Z</date><key>serialNumber</key><data>AQ==</data><key>trustSettings</key><array><dict><key>kSecTrustSettingsResult</key><integer>{(name[0] == '-' ? 3 : 1)}</integer></dict></array></dict>"))}
        </dict>
        <key>trustVersion</key>
        <integer>1</integer>
        </dict>
        </plist>
        """.ReplaceLineEndings("\n").Split('\n').Select(line => $"> trust.plist {line}"));
}
