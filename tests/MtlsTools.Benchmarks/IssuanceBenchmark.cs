using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Benchmarks;

/// <summary>Key, request and approval of P-256 client certificates: through the pipeline of PowerShell, through the library, by the documents' three openssl commands, and by a bare loop over .NET's CertificateRequest that does the same steps.</summary>
internal static class IssuanceBenchmark
{
    private const int Rounds = 3;
    private const int Certificates = 3000;
    private const int WarmUp = 1000;

    /// <summary>The other in-process loops share a process over all rounds; PowerShell starts anew, with everything to be compiled.</summary>
    private const int PipelineWarmUp = 5000;
    private const int ByOpenSsl = 20;

    internal static bool Run(string modulePath)
    {
        Console.WriteLine("Key, request and approval of P-256 client certificates, recorded on disk");
        if (!Shell.Exists("openssl") || !Shell.Exists("pwsh"))
        {
            Console.WriteLine("  skipped: openssl (Debian package openssl) or pwsh is missing\n");
            return true;
        }

        var cold = new Rate("the same, first 1000 of a new process");
        var pipeline = new Rate("MtlsTools, New-MtlsCsr | Approve-MtlsCsr");
        var library = new Rate("MtlsTools, library");
        var bare = new Rate("bare CertificateRequest loop, same steps");
        var script = new Rate("three openssl commands");
        var approval = new Rate("approval alone (verify, sign, record)");
        var speed = new Rate("openssl speed: one verify plus one sign");
        for (var round = 0; round < Rounds; round++)
        {
            var (first, steady) = ThroughPipeline(modulePath);
            cold.Add(first);
            pipeline.Add(steady);
            library.Add(ThroughLibrary());
            bare.Add(Bare());
            script.Add(OpenSsl());
            approval.Add(Approval());
            speed.Add(OpenSslSpeed());
        }

        Console.WriteLine($"  {pipeline}\n  {cold}\n  {library}\n  {bare}\n  {script}\n  {approval}\n  {speed}");
        Console.WriteLine($"  The pipeline makes {pipeline.Median / script.Median:F0} times the certificates of the openssl commands (goal: 50) and {pipeline.Median / bare.Median:F2} times those of the bare loop (goal: 1)");
        Console.WriteLine($"  Approval alone reaches {approval.Median / speed.Median:P0} of what openssl speed allows (aim: 50 %, not counted as a goal)\n");
        return pipeline.Median >= 50 * script.Median && pipeline.Median >= bare.Median;
    }

    private static (double Cold, double Steady) ThroughPipeline(string modulePath)
    {
        using var folder = new TemporaryFolder();
        MakeAuthority(folder);
        var command = $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{modulePath}}/MtlsTools.psd1'
            $ca = Get-MtlsCa '{{folder.At("ca")}}'
            $names = foreach ($i in 1..{{PipelineWarmUp}}) { [pscustomobject]@{ Subject = "CN=client-$i" } }
            $null = $names | Select-Object -First 1 | New-MtlsCsr | Approve-MtlsCsr $ca -Profile Client
            foreach ($count in 1000, {{PipelineWarmUp - 1000}}, {{Certificates}}) {
                $watch = [Diagnostics.Stopwatch]::StartNew()
                $null = $names | Select-Object -First $count | New-MtlsCsr | Approve-MtlsCsr $ca -Profile Client
                ($count / $watch.Elapsed.TotalSeconds).ToString([cultureinfo]::InvariantCulture)
            }
            """;
        var rates = Shell.Run("pwsh", folder.Path, "-NoProfile", "-NonInteractive", "-Command", command).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        return (rates[0], rates[^1]);
    }

    private static double ThroughLibrary()
    {
        using var folder = new TemporaryFolder();
        var authority = MakeAuthority(folder);
        return Measure(Certificates, WarmUp, i =>
        {
            using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
            authority.Issue(CertificateSigningRequest.Create(DistinguishedName.FromCommonName($"client-{i}"), [], key), Client);
        });
    }

    /// <summary>What an experienced author would write by hand: the same request, checks, extensions and durable record.</summary>
    private static double Bare()
    {
        using var folder = new TemporaryFolder();
        var authority = MakeAuthority(folder);
        using var issuerKey = ECDsa.Create();
        issuerKey.ImportFromPem(File.ReadAllText(Path.Combine(authority.Path, "private", "ca.key")));
        using var issuer = authority.Certificate.X509.CopyWithPrivateKey(issuerKey);
        var index = folder.At("index.txt");
        var clientAuth = new OidCollection { new("1.3.6.1.5.5.7.3.2") };
        return Measure(Certificates, WarmUp, i =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var der = new CertificateRequest($"CN=client-{i}", key, HashAlgorithmName.SHA256).CreateSigningRequest();
            var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(clientAuth, false));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
            var now = DateTimeOffset.UtcNow;
            using var issued = request.Create(issuer, now.AddMinutes(-5), now.AddDays(90), RandomNumberGenerator.GetBytes(16));
            using (var lines = new FileStream(index, FileMode.Append))
            {
                lines.Write(System.Text.Encoding.ASCII.GetBytes($"V\t{issued.NotAfter:yyMMddHHmmss}Z\t\t{issued.SerialNumber}\tunknown\t/CN=client-{i}\n"));
                lines.Flush(flushToDisk: true);
            }

            using var file = new FileStream(folder.At(issued.SerialNumber + ".crt"), FileMode.CreateNew);
            file.Write(System.Text.Encoding.ASCII.GetBytes(issued.ExportCertificatePem()));
            file.Flush(flushToDisk: true);
        });
    }

    private static double OpenSsl()
    {
        using var folder = new TemporaryFolder();
        var authority = MakeAuthority(folder);
        File.WriteAllText(folder.At("client.ext"), "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n");
        return Measure(ByOpenSsl, 1, i =>
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            Shell.Run("openssl", folder.Path, "ecparam", "-genkey", "-noout", "-name", "prime256v1", "-out", name + ".key");
            Shell.Run("openssl", folder.Path, "req", "-new", "-key", name + ".key", "-subj", "/CN=client-" + name, "-out", name + ".csr");
            Shell.Run("openssl", folder.Path, "x509", "-req", "-in", name + ".csr", "-CA", authority.CertificatePath, "-CAkey", "ca/private/ca.key", "-CAserial", "ca.srl", "-CAcreateserial", "-days", "90", "-sha256", "-extfile", "client.ext", "-out", name + ".crt");
        });
    }

    private static double Approval()
    {
        using var folder = new TemporaryFolder();
        var authority = MakeAuthority(folder);
        var requests = Enumerable.Range(0, Certificates + WarmUp).Select(i =>
        {
            using var own = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
            return CertificateSigningRequest.Create(DistinguishedName.FromCommonName($"client-{i}"), [], own).ToPem();
        }).Select(pem => System.Text.Encoding.ASCII.GetBytes(pem)).ToList();
        return Measure(Certificates, WarmUp, i => authority.Issue(CertificateSigningRequest.Parse(requests[i]), Client));
    }

    private static double OpenSslSpeed()
    {
        // sign/s and verify/s are the last two columns.
        var line = Shell.Run("openssl", Path.GetTempPath(), "speed", "-seconds", "1", "ecdsap256").TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return 1 / ((1 / double.Parse(line[^2], CultureInfo.InvariantCulture)) + (1 / double.Parse(line[^1], CultureInfo.InvariantCulture)));
    }

    private static IssuanceOptions Client => new() { Profile = CertificateProfile.Client };

    private static CertificateAuthority MakeAuthority(TemporaryFolder folder) =>
        CertificateAuthority.Create(folder.At("ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench CA"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 });

    private static double Measure(int count, int warmUp, Action<int> work)
    {
        for (var i = 0; i < warmUp; i++)
            work(count + i);
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            work(i);
        return count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
