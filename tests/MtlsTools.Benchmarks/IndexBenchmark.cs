using System.Diagnostics;
using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Benchmarks;

/// <summary>Opening a CA folder with a million index lines and reading them all, in a fresh process, beside <c>openssl ca -status</c>, which reads the same index.</summary>
internal static class IndexBenchmark
{
    internal const string ChildArgument = "--read-index";
    private const int Rounds = 3;
    private const int Lines = 1_000_000;
    private const double GoalSeconds = 2, GoalMegabytes = 400;

    internal static bool Run()
    {
        Console.WriteLine("Opening a CA folder with 1 000 000 index lines and counting them, process start included");
        if (!Shell.Exists("openssl"))
        {
            Console.WriteLine("  skipped: openssl is missing (Debian package openssl)\n");
            return true;
        }

        using var folder = new TemporaryFolder();
        Make(folder);
        var ours = new Measured("MtlsTools, open and read every entry");
        var peer = new Measured("openssl ca -status");
        var megabytes = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            ours.Time(() => megabytes = Math.Max(megabytes, ReadInChild(folder.At("ca"))));
            peer.Time(() => Shell.RunAnyExit("openssl", folder.At("ca"), "ca", "-config", "openssl.cnf", "-status", "00"));
        }

        Console.WriteLine($"  {ours}\n  {peer}\n  MtlsTools needs {megabytes:F0} MB at most (goals: {GoalSeconds:F0} s and {GoalMegabytes:F0} MB)\n");
        return ours.Median <= GoalSeconds * 1000 && megabytes <= GoalMegabytes;
    }

    /// <summary>What the child does: prints its peak memory in MB.</summary>
    internal static int ReadAsChild(string path)
    {
        if (CertificateAuthority.Open(path).GetIssued().Count() != Lines)
            return 1;
        Console.WriteLine((Process.GetCurrentProcess().PeakWorkingSet64 / 1e6).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static double ReadInChild(string path) =>
        double.Parse(Shell.Run(Environment.ProcessPath!, path, Path.GetFileName(Environment.ProcessPath!).StartsWith("dotnet", StringComparison.Ordinal) ? [typeof(IndexBenchmark).Assembly.Location, ChildArgument, path] : [ChildArgument, path]), CultureInfo.InvariantCulture);

    private static void Make(TemporaryFolder folder)
    {
        CertificateAuthority.Create(folder.At("ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench CA"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 });
        using var index = new StreamWriter(folder.At("ca/index.txt"), append: true) { NewLine = "\n" };
        for (var i = 1; i <= Lines; i++)
            index.WriteLine(string.Create(CultureInfo.InvariantCulture, $"V\t301231235959Z\t\t{i:X40}\tunknown\t/C=FR/O=Acme/CN=client-{i}"));
        File.WriteAllText(folder.At("ca/openssl.cnf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=issued\ncertificate=ca.crt\nprivate_key=private/ca.key\nserial=serial\ndefault_md=sha256\npolicy=p\n[p]\n");
    }
}
