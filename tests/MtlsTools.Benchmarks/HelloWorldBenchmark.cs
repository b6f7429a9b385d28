using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Benchmarks;

/// <summary>The PKI part of the hello-world: two CAs, a server and a client certificate, all on disk. The peer is the openssl script of the well-known article, with the answers to its prompts given by -subj.</summary>
internal static class HelloWorldBenchmark
{
    private const int Rounds = 11;
    private const string Script =
        """
        set -e
        mkdir -p certs
        printf 'authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment\nsubjectAltName = @alt_names\n[alt_names]\nDNS.1 = localhost\n' > localhost.ext
        openssl genrsa -out certs/server-ca.key 2048
        openssl genrsa -out certs/client-ca.key 2048
        openssl req -new -x509 -nodes -days 1000 -key certs/server-ca.key -out certs/server-ca.crt -subj /CN=testServerCA
        openssl req -new -x509 -nodes -days 1000 -key certs/client-ca.key -out certs/client-ca.crt -subj /CN=testClientCA
        openssl req -newkey rsa:2048 -nodes -keyout certs/server.key -out certs/server.req -subj /CN=localhost
        openssl req -newkey rsa:2048 -nodes -keyout certs/client.key -out certs/client.req -subj /CN=client
        openssl x509 -req -in certs/server.req -days 1000 -CA certs/server-ca.crt -CAkey certs/server-ca.key -set_serial 01 -out certs/server.crt -extfile localhost.ext
        openssl x509 -req -in certs/client.req -days 1000 -CA certs/client-ca.crt -CAkey certs/client-ca.key -set_serial 01 -out certs/client.crt
        rm certs/server.req certs/client.req
        """;

    internal static bool Run()
    {
        Console.WriteLine("Hello-world's PKI: two CAs, a server and a client certificate, default keys");
        var ours = new Measured("MtlsTools, in process (first run is cold)");
        var script = new Measured("openssl script (RSA 2048, as published)");
        var sameKeys = new Measured("openssl script with our key types");
        if (!Shell.Exists("openssl"))
        {
            Console.WriteLine("  skipped: openssl is missing (Debian package openssl)");
            return true;
        }

        for (var round = 0; round < Rounds; round++)
        {
            InFolder(folder => ours.Time(() => Make(folder)));
            InFolder(folder => script.Time(() => Shell.Run("bash", folder, "-c", Script)));
            InFolder(folder => sameKeys.Time(() => Shell.Run("bash", folder, "-c", WithOurKeys)));
        }

        Console.WriteLine($"  {ours}\n  {script}\n  {sameKeys}");
        var share = ours.Median / script.Median;
        Console.WriteLine($"  MtlsTools takes {share:P1} of the script's time (goal: at most 10 %), {ours.Median / sameKeys.Median:P1} of it with equal keys; cold {ours.First / script.Median:P1}\n");
        return share <= 0.10;
    }

    private static string WithOurKeys => Script
        .Replace("genrsa -out certs/server-ca.key 2048", "ecparam -genkey -noout -name secp384r1 -out certs/server-ca.key", StringComparison.Ordinal)
        .Replace("genrsa -out certs/client-ca.key 2048", "ecparam -genkey -noout -name secp384r1 -out certs/client-ca.key", StringComparison.Ordinal)
        .Replace("-newkey rsa:2048", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", StringComparison.Ordinal);

    private static void Make(string folder)
    {
        var serverCa = CertificateAuthority.Create(Path.Combine(folder, "server-ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("testServerCA") });
        var clientCa = CertificateAuthority.Create(Path.Combine(folder, "client-ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("testClientCA") });
        Issue(serverCa, "localhost", CertificateProfile.Server, Path.Combine(folder, "server"));
        Issue(clientCa, "client", CertificateProfile.Client, Path.Combine(folder, "client"));
    }

    private static void Issue(CertificateAuthority ca, string name, CertificateProfile profile, string path)
    {
        using var key = PrivateKey.Generate(IssuanceProfile.Of(profile).KeyAlgorithm);
        key.Save(path + ".key");
        var issued = ca.Issue(CertificateSigningRequest.Create(DistinguishedName.FromCommonName(name), [], key), new IssuanceOptions { Profile = profile });
        Certificates.CertificateExporter.Save(path + ".crt", issued, Certificates.ExportFormat.FullChain);
    }

    private static void InFolder(Action<string> work)
    {
        using var folder = new TemporaryFolder();
        work(folder.Path);
    }
}
