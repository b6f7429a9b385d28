using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Peers.Servers;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>Clients of every kind against one strict server, and what they say.</summary>
public sealed class ErrorPeers : IDisposable
{
    private readonly ServerFiles files = new();
    private readonly Lazy<OpenSslPeer> server;
    private readonly ScriptedServer plain = ScriptedServer.OnTcp(async (tcp, token) =>
    {
        await ScriptedServer.HearAsync(tcp, token);
        await tcp.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), token);
    });

    public ErrorPeers()
    {
        server = new Lazy<OpenSslPeer>(StartServer);
        ServerCa = files.Pki.Save("server-ca.crt", files.Pki.ServerRoot.Certificate);
    }

    public LivePki Pki => files.Pki;

    /// <summary>The CA that clients trust.</summary>
    public string ServerCa { get; }

    /// <summary>Each program, and how it calls a port with a certificate or without: what it says.</summary>
    public IReadOnlyDictionary<string, Func<int, (string Certificate, string Key)?, string>> Clients => new Dictionary<string, Func<int, (string Certificate, string Key)?, string>>
    {
        ["curl"] = (port, pair) => Peer.Require("curl").Try([.. Args("-sS", "--cacert", ServerCa), .. Pair(pair, "--cert", "--key"), $"https://localhost:{port}/"]).All,
        ["openssl"] = (port, pair) => Peer.Require("openssl").Try([.. Args("s_client", "-quiet", "-connect", $"localhost:{port}", "-servername", "localhost", "-verify_hostname", "localhost", "-CAfile", ServerCa, "-verify_return_error"), .. Pair(pair, "-cert", "-key", "-cert_chain")], Request, null).All,
        ["gnutls-cli"] = (port, pair) => Peer.Require("gnutls-cli").Try([.. Args("--x509cafile", ServerCa, "-p", $"{port}"), .. Pair(pair, "--x509certfile", "--x509keyfile"), "localhost"], Request, null).All,
        ["wget"] = (port, pair) => Peer.Require("wget").Try([.. Args("-O-", "--tries=1", "--ca-certificate", ServerCa), .. Pair(pair, "--certificate", "--private-key"), $"https://localhost:{port}/"]).All,
        ["python3"] = (port, pair) => Peer.Require("python3").Try([Peer.Asset("dial.py"), $"{port}", "localhost", ServerCa, .. Pair(pair)]).All,
        ["node"] = (port, pair) => Peer.Require("node").Try([Peer.Asset("dial.js"), $"{port}", "localhost", ServerCa, .. Pair(pair)]).All,
        ["go"] = (port, pair) => GoPeer.Require().Try(["dial", $"{port}", "localhost", ServerCa, .. Pair(pair)]).All,
    };

    /// <summary>The port of a cause.</summary>
    public int Port(string cause) => cause switch
    {
        "nothing listens" => Loopback.FreePorts(1)[0],
        "no TLS" => plain.Port,
        _ => server.Value.Port(Enum.TryParse<ServerFault>(cause, out var fault) ? fault : ServerFault.None),
    };

    /// <summary>The client's files of a cause, or null for none.</summary>
    public (string Certificate, string Key)? Client(string cause) => cause switch
    {
        "none" => null,
        "revoked" or "other CA" or "expired" => Pki.SavePair($"client {cause}", files.Client(cause)!),
        _ => Pki.SavePair("client", Pki.Client),
    };

    /// <summary>A certificate and the key of another.</summary>
    public (string Certificate, string Key) Mismatched()
    {
        var other = LivePki.Issue("other", Pki.ServerInter, CertificateProfile.Server, "localhost");
        var (certificate, _) = Pki.SavePair("mismatched", other);
        var key = Pki.At("another.key");
        using (var another = PrivateKey.Generate(KeyAlgorithm.EcdsaP256))
            another.Save(key, overwrite: true);
        return (certificate, key);
    }

    /// <summary>A server whose certificate has a common name alone.</summary>
    public OpenSslServer LegacyServer()
    {
        var legacy = Pki.ServerInter.Issue(TestAuthority.Request("CN=localhost"), new IssuanceOptions { Profile = CertificateProfile.Client });
        return OpenSslServer.Start(Pki.SavePair("legacy", legacy), "-www");
    }

    /// <summary>What Java says of every cause, in one run.</summary>
    public IReadOnlyDictionary<string, string> Java(IReadOnlyList<string> causes)
    {
        Peer.Require("javac");
        var arguments = causes.SelectMany(cause => new[] { $"{Port(cause)}", Client(cause)?.Certificate ?? "-", Client(cause)?.Key ?? "-" });
        var said = Peer.Require("java").Run(["-XX:TieredStopAtLevel=1", Peer.Asset("Dial.java"), "localhost", ServerCa, .. arguments]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return causes.Zip(said).ToDictionary(one => one.First, one => one.Second);
    }

    public void Dispose()
    {
        if (server.IsValueCreated)
            server.Value.Dispose();
        plain.Dispose();
        files.Dispose();
    }

    private const string Request = "GET / HTTP/1.0\r\n\r\n";

    private static string[] Args(params string[] arguments) => arguments;

    /// <summary>The pair behind its options, which may be none; a third option takes the certificate's file once more.</summary>
    private static string[] Pair((string Certificate, string Key)? pair, params string[] options)
    {
        if (pair is not { } given)
            return [];
        return options switch
        {
            [] => [given.Certificate, given.Key],
            [var certificate, var key] => [certificate, given.Certificate, key, given.Key],
            _ => [options[0], given.Certificate, options[1], given.Key, options[2], given.Certificate],
        };
    }

    private OpenSslPeer StartServer()
    {
        var peer = new OpenSslPeer();
        peer.Start(files);
        return peer;
    }
}
