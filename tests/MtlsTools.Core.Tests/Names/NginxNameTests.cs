using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Names;

/// <summary>What a running nginx gives applications as the client's name, in both forms.</summary>
public sealed class NginxNameTests : IDisposable
{
    private readonly LivePki pki = new();

    public void Dispose() => pki.Dispose();

    [SkippableFact]
    public async Task Nginx_says_what_we_say()
    {
        var pair = pki.SavePair("server", pki.Server);
        using var nginx = NginxServer.Start($"""
            ssl_certificate "{pair.Certificate}"; ssl_certificate_key "{pair.Key}";
            ssl_verify_client optional_no_ca;
            return 200 "$ssl_client_s_dn\n$ssl_client_s_dn_legacy\n$ssl_client_i_dn\n$ssl_client_serial";
            """);
        foreach (var subject in new[] { "CN=api,O=Acme,C=FR", @"CN=Zoë \""q\"",OU=a\,b\+c/d,O=\#x", "UID=u+CN=alice,DC=example,DC=com" })
        {
            using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
            var name = DistinguishedName.Parse(subject);
            using var certificate = new CertificateRequest(name.ToX500(), key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => pki.Server.RawData.Span.SequenceEqual(shown!.GetRawCertData());
            using var http = new HttpClient(handler);

            var said = (await http.GetStringAsync(new Uri($"https://localhost:{nginx.Port(0)}/"))).Split('\n');

            Assert.Equal([name.Nginx, name.NginxLegacy, name.Nginx, MtlsCertificate.FromX509(certificate).SerialNumber], said);
        }
    }
}
