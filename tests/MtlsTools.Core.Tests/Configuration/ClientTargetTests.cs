using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Issuance;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>
/// Every client as it is generated, run for real: it gets the page of both servers, and nobody gets it with a stranger's certificate,
/// from a server of another CA, or from one that was revoked.
/// </summary>
public sealed class ClientTargetTests(ClientServers servers) : IClassFixture<ClientServers>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Curl()
    {
        var (bash, curl) = (Peer.Require("bash").With("no_proxy", "*"), Peer.Require("curl").With("no_proxy", "*"));
        Generate(ConfigTarget.Curl, withLists: true);

        AssertAuthenticates(ConfigTarget.Curl, url => bash.Try(folder.At("curl.sh"), url), withLists: true);

        // The file of options says the same.
        Generate(ConfigTarget.Curl, withLists: true);
        AssertServed(curl.Try("--silent", "--config", folder.At("client.curlrc"), servers.Url));
        Assert.Equal("600", UnixMode.Of(folder.At("client.key")));
    }

    [SkippableFact]
    public void Curl_finds_certificates_whose_names_hold_what_it_would_take_for_a_password()
    {
        var bash = Peer.Require("bash").With("no_proxy", "*");
        var odd = Directory.CreateDirectory(folder.At("c:odd \"$HOME\" 'it' \\ ünï")).FullName;
        MtlsConfig.Create(servers.Options(ConfigTarget.Curl, odd)).Save();

        AssertServed(bash.Try(Path.Combine(odd, "curl.sh"), servers.Url));
        AssertServed(Peer.Require("curl").With("no_proxy", "*").Try("--silent", "--config", Path.Combine(odd, "client.curlrc"), servers.Url));
    }

    [SkippableFact]
    public void PythonRequests()
    {
        var python = Peer.Require("python3").With("NO_PROXY", "*");
        Skip.If(python.Try("-c", "import requests").ExitCode != 0, "The Python package 'requests' is not installed; on Debian: apt install python3-requests");
        Generate(ConfigTarget.PythonRequests, withLists: true);

        AssertAuthenticates(ConfigTarget.PythonRequests, url => python.Try("-B", folder.At("client.py"), url), withLists: true);

        // A variable of the environment does not change whom it believes.
        Generate(ConfigTarget.PythonRequests, withLists: false);
        AssertServed(python.With("REQUESTS_CA_BUNDLE", servers.Pki.OtherRoot.CertificatePath).Try("-B", folder.At("client.py"), servers.Url));
    }

    [SkippableFact]
    public void Node()
    {
        var node = Peer.Require("node");
        Generate(ConfigTarget.NodeClient, withLists: true);

        AssertAuthenticates(ConfigTarget.NodeClient, url => node.Try(folder.At("client.mjs"), url), withLists: true);
    }

    [SkippableFact]
    public void Node_opens_an_encrypted_key_by_the_password_of_the_environment()
    {
        using var password = Secret.From("secret");
        var locked = LivePki.Issue("locked", servers.Pki.ClientInter, CertificateProfile.Client);
        var certificate = servers.Pki.Save("locked.crt", [locked, .. locked.Intermediates]);
        locked.PrivateKey!.Save(servers.Pki.At("locked.key"), password);
        MtlsConfig.Create(servers.Options(ConfigTarget.NodeClient, folder.Path) with { Certificate = CertificateReader.ReadIdentity(certificate, servers.Pki.At("locked.key"), password) }).Save();
        var node = Peer.Require("node");

        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(folder.At("client.key")), StringComparison.Ordinal);
        AssertServed(node.With("MTLS_KEY_PASSWORD", "secret").Try(folder.At("client.mjs"), servers.Url));
    }

    [SkippableFact]
    public void Go()
    {
        Peer.Require("go");
        Generate(ConfigTarget.GoClient, withLists: false);
        var program = GoPeer.Build(folder.At("client"), folder.At("client.go"), folder.At("certificate.go"));

        AssertAuthenticates(ConfigTarget.GoClient, url => program.Try("-url", url), withLists: false);

        // The system's CAs beside the file's: neither more nor less is needed for this server.
        Generate(ConfigTarget.GoClient, withLists: false);
        AssertServed(program.Try("-url", servers.Url, "-system"));
        Assert.Contains("unknown authority", program.With("SSL_CERT_FILE", servers.Pki.OtherRoot.CertificatePath).Try("-url", servers.Url, "-system", "-ca", servers.Pki.OtherRoot.CertificatePath).All, StringComparison.Ordinal);
        AssertServed(program.With("SSL_CERT_FILE", servers.Pki.ServerRoot.CertificatePath).With("SSL_CERT_DIR", folder.Path).Try("-url", servers.Url, "-system", "-ca", servers.Pki.OtherRoot.CertificatePath));

        // Other files by flags.
        var (certificate, key) = servers.Pki.SavePair("go", servers.Pki.ClientOf("other CA")!);
        AssertRefused(program.Try("-url", servers.Url, "-cert", certificate, "-key", key));
    }

    [SkippableFact]
    public void Java()
    {
        var (javac, java) = (Peer.Require("javac"), Peer.Require("java").With("MTLS_STORE_PASSWORD", "secret"));
        Generate(ConfigTarget.Java, withLists: true);
        javac.Run("-Xlint:all", "-Werror", "-d", folder.At("classes"), folder.At("MtlsClient.java"));

        AssertAuthenticates(ConfigTarget.Java, url => java.Try("-XX:TieredStopAtLevel=1", "-cp", folder.At("classes"), "MtlsClient", url), withLists: true, [servers.Url]);
    }

    [SkippableFact]
    public void DotNet()
    {
        var dotnet = Peer.Require("dotnet");
        Generate(ConfigTarget.DotNet, withLists: false);
        var program = CSharpPeer.Build(folder.At("Program.cs"), folder.At("Program.dll"));

        AssertAuthenticates(ConfigTarget.DotNet, url => dotnet.Try(program, url), withLists: false);
    }

    [SkippableFact]
    public void OpenSsl()
    {
        var bash = Peer.Require("bash");
        Peer.Require("openssl");
        Generate(ConfigTarget.OpenSslClient, withLists: true);

        // It has no address but its own.
        AssertAuthenticates(ConfigTarget.OpenSslClient, _ => bash.Try(folder.At("client.sh")), withLists: true, [servers.Url], isCode: false);
        Assert.Contains(servers.Server.Connections, record => record.Accepted && record.ClientCertificate!.Equals(servers.Pki.Client));
    }

    [SkippableFact]
    public void Wget()
    {
        var wget = Peer.Require("wget");
        Generate(ConfigTarget.Wget, withLists: true);

        AssertAuthenticates(ConfigTarget.Wget, url => wget.Try($"--config={folder.At("client.wgetrc")}", "--no-proxy", "-q", "-O", "-", "-t", "1", url), withLists: true);
    }

    [SkippableFact]
    public void Git()
    {
        var git = Peer.Require("git");
        git.Run("init", "--quiet", "--bare", folder.At("www", "repository.git"));
        var tree = git.Run("--git-dir", folder.At("www", "repository.git"), "hash-object", "-t", "tree", "-w", "--stdin").Output.Trim();
        git.Run("--git-dir", folder.At("www", "repository.git"), "tag", "hello", tree);
        git.Run("--git-dir", folder.At("www", "repository.git"), "update-server-info");
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = servers.Pki.Server, ClientAuth = ClientAuthMode.Required, ClientCas = [servers.Pki.ClientRoot.Certificate], Content = ServerContent.FromFolder(folder.At("www")) });
        var options = Options(ConfigTarget.Git, withLists: false) with { Port = server.Port };
        MtlsConfig.Create(options).Save();

        // The environment wins over every configuration.
        PeerResult List() => Peer.Require("env").Try("-u", "GIT_SSL_CAINFO", "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "no_proxy=*", $"GIT_CONFIG_GLOBAL={folder.At("client.gitconfig")}", "git", "ls-remote", $"https://localhost:{server.Port}/repository.git");

        var listed = List();
        Assert.True(listed.ExitCode == 0, listed.All);
        Assert.Equal($"{tree}\trefs/tags/hello\n", listed.Output);
        Replace(options with { Certificate = servers.Pki.ClientOf("other CA") });
        Assert.Equal((128, ""), (List().ExitCode, List().Output));
        Replace(options with { TrustedCas = [servers.Pki.OtherRoot.Certificate] });
        Assert.Contains("certificate", List().Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(ConfigTarget.Curl)]
    [InlineData(ConfigTarget.PythonRequests)]
    [InlineData(ConfigTarget.NodeClient)]
    [InlineData(ConfigTarget.OpenSslClient)]
    public void Without_a_certificate_nobody_is_let_in(ConfigTarget target)
    {
        var options = servers.Options(target, folder.Path) with { Certificate = null, Mode = ConfigMode.Tls };
        MtlsConfig.Create(options).Save();

        var said = target switch
        {
            ConfigTarget.Curl => Peer.Require("bash").With("no_proxy", "*").Try(folder.At("curl.sh"), servers.Url),
            ConfigTarget.PythonRequests => Peer.Require("python3").With("NO_PROXY", "*").Try("-B", folder.At("client.py"), servers.Url),
            ConfigTarget.NodeClient => Peer.Require("node").Try(folder.At("client.mjs"), servers.Url),
            _ => Peer.Require("bash").Try(folder.At("client.sh")),
        };

        Assert.DoesNotContain(ClientServers.Page, said.All, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => servers.Server.Connections.Any(record => record.Reason == "The client sent no certificate."), TimeSpan.FromSeconds(30)), said.All);
    }

    private ConfigOptions Options(ConfigTarget target, bool withLists) => servers.Options(target, folder.Path) with { Crls = withLists ? servers.Lists : [] };

    private void Generate(ConfigTarget target, bool withLists) => MtlsConfig.Create(Options(target, withLists)).Save(overwrite: true);

    /// <summary>Runs it with what it was generated with, then with other files in their places.</summary>
    private void AssertAuthenticates(ConfigTarget target, Func<string, PeerResult> run, bool withLists, string[]? urls = null, bool isCode = true)
    {
        var all = urls ?? [servers.Url, servers.NginxUrl];
        Assert.All(all, url => AssertServed(run(url), isCode));

        Replace(Options(target, withLists) with { Certificate = servers.Pki.ClientOf("other CA") });
        Assert.All(all, url => AssertRefused(run(url), isCode));

        var accepted = servers.Server.Accepted;
        Replace(Options(target, withLists: false) with { TrustedCas = [servers.Pki.OtherRoot.Certificate] });
        AssertRefused(run(servers.Url), isCode);

        if (withLists)
        {
            Replace(Options(target, withLists) with { Crls = servers.RevokingLists });
            AssertRefused(run(servers.Url), isCode);
        }

        // Clients that do not believe a server do not even show it who they are.
        Assert.Equal(accepted, servers.Server.Accepted);
    }

    private void Replace(ConfigOptions options)
    {
        ClientServers.Replace(folder, options);

        // s_client has CAs and lists in one file.
        if (options.Crls.Count == 0 && File.Exists(folder.At("server-ca.pem")))
            File.WriteAllText(folder.At("server-ca.pem"), string.Concat(options.TrustedCas.Select(ca => ca.ToPem())));
    }

    private static void AssertServed(PeerResult said, bool isCode = true)
    {
        Assert.True(said.All.Contains(ClientServers.Page, StringComparison.Ordinal), said.All);
        if (isCode)
            Assert.Equal((0, ClientServers.Page), (said.ExitCode, said.Output));
    }

    private static void AssertRefused(PeerResult said, bool isCode = true)
    {
        Assert.DoesNotContain(ClientServers.Page, said.All, StringComparison.Ordinal);
        if (isCode)
            Assert.NotEqual(0, said.ExitCode);
    }
}
