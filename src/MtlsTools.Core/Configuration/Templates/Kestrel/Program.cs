// An HTTPS server of ASP.NET Core (.NET 8 or newer). Port, certificate and who is let in stand in appsettings.json.
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

var builder = WebApplication.CreateBuilder(args);
var clients = builder.Configuration.GetSection("ClientCertificates");
if (clients["TrustedCas"] is { Length: > 0 } file)
{
    var revocation = clients.GetValue("Revocation", X509RevocationMode.NoCheck);
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = Policy(file, revocation)));
}

var app = builder.Build();
app.MapGet("/", (HttpContext context) => context.Connection.ClientCertificate is { } client
    ? $"Hello, {client.Subject}\n"
    : "Hello, whoever you are\n");
app.Run();

// Without it clients of every CA that the operating system trusts would be let in.
static X509ChainPolicy Policy(string file, X509RevocationMode revocation)
{
    var policy = new X509ChainPolicy
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = revocation,
        RevocationFlag = X509RevocationFlag.ExcludeRoot,
        // Nothing is fetched from addresses that a stranger wrote into a certificate.
        DisableCertificateDownloads = revocation == X509RevocationMode.NoCheck,
        ApplicationPolicy = { new Oid("1.3.6.1.5.5.7.3.2") },
    };
    // Read for each connection: a renewed file needs no restart.
    policy.CustomTrustStore.ImportFromPemFile(file);
    return policy;
}
