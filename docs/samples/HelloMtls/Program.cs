// Hello, mutual TLS: two certificate authorities, a server and a client certificate, two servers, and the proof that strangers are refused.
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Server;

var folder = Directory.CreateTempSubdirectory("hello-mtls-").FullName;
try
{
    // Two CAs: one vouches for servers, the other for clients. Each is a folder of plain files.
    var serverCa = CertificateAuthority.Create(Path.Combine(folder, "server-ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Hello Server CA") });
    var clientCa = CertificateAuthority.Create(Path.Combine(folder, "client-ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Hello Client CA") });
    var strangerCa = CertificateAuthority.Create(Path.Combine(folder, "stranger-ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Stranger CA") });

    var server = Issue(serverCa, "localhost", CertificateProfile.Server);
    var client = Issue(clientCa, "alice", CertificateProfile.Client);
    var stranger = Issue(strangerCa, "mallory", CertificateProfile.Client);

    // One server with TLS alone, one that wants a client certificate. Both serve hello-world.txt.
    Directory.CreateDirectory(Path.Combine(folder, "www"));
    File.WriteAllText(Path.Combine(folder, "www", "hello-world.txt"), "Hello, mutual TLS!\n");
    var content = ServerContent.FromFolder(Path.Combine(folder, "www"));
    using var tls = MtlsServer.Start(new MtlsServerOptions { Certificate = server, ClientAuth = ClientAuthMode.None, Content = content });
    using var mtls = MtlsServer.Start(new MtlsServerOptions { Certificate = server, ClientCas = [clientCa.Certificate], Content = content });

    var lines = new[]
    {
        await Call("TLS", tls, "nobody", null, refuse: false),
        await Call("mutual TLS", mtls, "alice", client, refuse: false),
        await Call("mutual TLS", mtls, "nobody", null, refuse: true),
        await Call("mutual TLS", mtls, "mallory (other CA)", stranger, refuse: true),
    };
    Console.WriteLine($"{"Server",-12}{"Client",-20}{"Should be",-12}{"Was",-12}What happened");
    foreach (var line in lines)
        Console.WriteLine($"{line.Server,-12}{line.Client,-20}{(line.Refuse ? "refused" : "served"),-12}{(line.Served ? "served" : "refused"),-12}{line.Told}");
    return Array.TrueForAll(lines, line => line.Good) ? 0 : 1;

    async Task<(string Server, string Client, bool Refuse, bool Served, bool Good, string Told)> Call(string name, MtlsServer to, string who, MtlsCertificate? with, bool refuse)
    {
        var target = ConnectionTarget.Parse($"{to.Uri}hello-world.txt");
        var options = new ConnectionOptions { Certificate = with, TrustedCas = [serverCa.Certificate], ExpectRejection = refuse };
        var report = await ConnectionTester.TestAsync(target, options);
        if (report.Stage != ConnectionStage.Done)
            return (name, who, refuse, false, report.Success, report.Findings[0].Cause);
        using var http = new MtlsHttpClient(options);
        using var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, target.Uri));
        return (name, who, refuse, true, report.Success, (await answer.Content.ReadAsStringAsync()).Trim());
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Key, request and approval: the request is the wish, the profile is the decision.
static MtlsCertificate Issue(CertificateAuthority ca, string name, CertificateProfile profile)
{
    var key = PrivateKey.Generate(IssuanceProfile.Of(profile).KeyAlgorithm);
    var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName(name), [], key);
    return ca.Issue(request, new IssuanceOptions { Profile = profile });
}
