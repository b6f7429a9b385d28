using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Benchmarks;

/// <summary>An inventory of 50 000 files and 1 000 endpoints, beside one of 5 000 files: memory stays flat. And beside openssl, a process for each file.</summary>
internal static class InventoryBenchmark
{
    private const int Few = 5_000, Many = 50_000, PeerFiles = 100;

    internal static bool Run(string module)
    {
        Console.WriteLine("Inventory of files and endpoints");
        if (!Shell.Exists("pwsh") || !Shell.Exists("nginx"))
        {
            Console.WriteLine("  skipped: pwsh or nginx is missing\n");
            return true;
        }

        using var folder = new TemporaryFolder();
        var (few, many) = (folder.At("few"), folder.At("many"));
        Fill(few, Few);
        Fill(many, Many);
        using var endpoints = new NginxEndpoints();
        File.WriteAllLines(folder.At("targets"), endpoints.Targets);
        var small = Measure(module, folder.Path, $"'{few}' -Recurse");
        var large = Measure(module, folder.Path, $"'{many}' -Recurse -Endpoint (Get-Content targets)");
        var peer = new Measured($"openssl x509, a process for each of {PeerFiles}");
        peer.Time(() => Shell.Run("sh", folder.Path, "-c", $"find '{many}' -name '*.crt' | head -{PeerFiles} | xargs -n1 openssl x509 -noout -subject -issuer -enddate -in > /dev/null"));
        Console.WriteLine($"""
              {Few} files: {small.Items} items in {small.Seconds:F1} s, peak {small.Peak:F0} MB
              {Many} files and {NginxEndpoints.Count} endpoints: {large.Items} items in {large.Seconds:F1} s, peak {large.Peak:F0} MB, {large.Peak / small.Peak:F2} times (goal: at most 1.5)
              {peer}, {peer.Median / PeerFiles * Many / 2 / 1000:F0} s for {Many / 2}

            """);
        return large.Peak <= 1.5 * small.Peak;
    }

    /// <summary>Half of the files are certificates with keys of their own; the others are of kinds that lie around.</summary>
    private static void Fill(string root, int count)
    {
        using var issuer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var generator = X509SignatureGenerator.CreateForECDsa(issuer);
        var name = new X500DistinguishedName("CN=Bench CA");
        var now = DateTimeOffset.UtcNow;
        Parallel.For(0, count, i =>
        {
            var folder = Path.Combine(root, (i % 100).ToString("D2", CultureInfo.InvariantCulture));
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, i.ToString("D6", CultureInfo.InvariantCulture));
            if (i % 2 == 1)
            {
                File.WriteAllBytes(path + (i % 4 == 1 ? ".log" : ""), RandomNumberGenerator.GetBytes(2000));
                return;
            }

            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest(string.Create(CultureInfo.InvariantCulture, $"CN=host-{i}.example.com"), key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(string.Create(CultureInfo.InvariantCulture, $"host-{i}.example.com"));
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
            using var made = request.Create(name, generator, now.AddDays(-i % 80), now.AddDays(10 + (i % 80)), RandomNumberGenerator.GetBytes(16));
            File.WriteAllText(path + ".crt", made.ExportCertificatePem());
        });
    }

    private static (int Items, double Seconds, double Peak) Measure(string module, string folder, string arguments)
    {
        var script = $"Import-Module '{module}/MtlsTools.psd1'; $clock = [Diagnostics.Stopwatch]::StartNew(); $count = 0; Get-MtlsInventory {arguments} -ThrottleLimit 64 | ForEach-Object {{ $count++ }}; $process = [Diagnostics.Process]::GetCurrentProcess(); \"$count $($clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)) $(($process.PeakWorkingSet64 / 1e6).ToString([cultureinfo]::InvariantCulture))\"";
        var said = Shell.Run("pwsh", folder, "-NoProfile", "-NonInteractive", "-Command", script).Trim().Split(' ');
        return (int.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture), double.Parse(said[2], CultureInfo.InvariantCulture));
    }
}
