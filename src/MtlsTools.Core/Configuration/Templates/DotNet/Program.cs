using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

// Asks the server: dotnet run [URL]
var url = args.Length > 0 ? args[0] : {{url}};

using var handler = new SocketsHttpHandler
{
    ConnectTimeout = TimeSpan.FromSeconds(10),

    // Connections end now and then, so that a renewed certificate and a changed address are noticed.
    PooledConnectionLifetime = TimeSpan.FromMinutes(15),
};
{{#identity}}

// The certificate with its intermediates, and the key.
{{#encryptedKey}}
var password = Environment.GetEnvironmentVariable("MTLS_KEY_PASSWORD") ?? throw new InvalidOperationException("The key is encrypted. Set MTLS_KEY_PASSWORD.");
using var pem = X509Certificate2.CreateFromEncryptedPemFile({{certificate}}, password, {{key}});
{{/encryptedKey}}
{{^encryptedKey}}
using var pem = X509Certificate2.CreateFromPemFile({{certificate}}, {{key}});
{{/encryptedKey}}

// SChannel can not use a key that lives in memory only; by way of PFX it gets a key container, which goes with the object.
using var certificate = OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null) : new X509Certificate2(pem);
var chain = new X509Certificate2Collection();
chain.ImportFromPemFile({{certificate}});

// ClientCertificates would send the certificate without its intermediates.
handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true);
{{/identity}}
{{#hasTrust}}

// Whom this client believes: these CAs, and none of the system's.
var trusted = new X509Certificate2Collection();
trusted.ImportFromPemFile({{trust}});
var policy = new X509ChainPolicy
{
    TrustMode = X509ChainTrustMode.CustomRootTrust,

    // Online when the CA publishes lists of revoked certificates where this program can fetch them.
    RevocationMode = X509RevocationMode.NoCheck,
    ApplicationPolicy = { new Oid("1.3.6.1.5.5.7.3.1") },
};
policy.CustomTrustStore.AddRange(trusted);
handler.SslOptions.CertificateChainPolicy = policy;
{{/hasTrust}}

using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
using var response = await client.GetAsync(url);
Console.Error.WriteLine($"{(int)response.StatusCode} {response.ReasonPhrase}");
Console.Write(await response.Content.ReadAsStringAsync());
return response.IsSuccessStatusCode ? 0 : 1;
