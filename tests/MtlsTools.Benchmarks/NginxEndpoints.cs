using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Benchmarks;

/// <summary>An nginx that demands client certificates on many loopback addresses, with what its clients need; gone when disposed.</summary>
internal sealed class NginxEndpoints : IDisposable
{
    internal const int Count = 1000;

    private readonly TemporaryFolder folder = new();
    private readonly Process nginx;

    internal NginxEndpoints()
    {
        Root = CertificateAuthority.Create(folder.At("ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench CA"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 }).Certificate;
        Client = Issue("client", CertificateProfile.Client);
        Issue("localhost", CertificateProfile.Server);
        Port = FreePort();
        Targets = Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"127.0.{1 + (i / 250)}.{1 + (i % 250)}:{Port}")).Prepend($"127.0.0.1:{Port}").Take(Count).ToList();
        File.WriteAllLines(folder.At("targets"), Targets);
        File.WriteAllText(folder.At("request"), "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        File.WriteAllText(folder.At("nginx.conf"), $$"""
            daemon off; master_process off; pid nginx.pid; error_log stderr; worker_rlimit_nofile 16384;
            events { worker_connections 8192; }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {
                    {{string.Join('\n', Targets.Select(target => $"listen {target} ssl backlog=256;"))}}
                    ssl_certificate localhost.crt; ssl_certificate_key localhost.key; ssl_protocols TLSv1.3;
                    ssl_client_certificate ca/ca.crt; ssl_verify_client on;
                    return 200 "ok";
                }
            }
            """);
        nginx = Process.Start(new ProcessStartInfo("nginx", ["-p", folder.Path, "-c", folder.At("nginx.conf"), "-e", "stderr"]))!;
        while (!IsUp())
            Thread.Sleep(50);
    }

    internal string Folder => folder.Path;

    internal int Port { get; }

    internal MtlsCertificate Root { get; }

    internal MtlsCertificate Client { get; }

    internal IReadOnlyList<string> Targets { get; }

    public void Dispose()
    {
        nginx.Kill();
        nginx.WaitForExit();
        nginx.Dispose();
        folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private MtlsCertificate Issue(string name, CertificateProfile profile)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        key.Save(folder.At(name + ".key"));
        var issued = CertificateAuthority.Open(folder.At("ca")).Issue(CertificateSigningRequest.Create(DistinguishedName.FromCommonName(name), [], key), new IssuanceOptions { Profile = profile });
        CertificateExporter.Save(folder.At(name + ".crt"), issued, ExportFormat.FullChain);
        return issued.HasPrivateKey ? issued : issued.WithKey(key);
    }

    private bool IsUp()
    {
        if (nginx.HasExited)
            throw new InvalidOperationException("nginx did not start.");
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
