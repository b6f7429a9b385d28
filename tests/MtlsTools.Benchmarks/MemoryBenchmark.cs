using System.Globalization;

namespace MtlsTools.Benchmarks;

/// <summary>Memory of one pipeline that makes 100 000 certificates, beside the same pipeline with 10 000: a stream stays flat.</summary>
internal static class MemoryBenchmark
{
    private const int Few = 10_000, Many = 100_000;

    internal static bool Run(string modulePath)
    {
        Console.WriteLine("Memory of New-MtlsCsr | Approve-MtlsCsr in one pipeline");
        if (!Shell.Exists("pwsh"))
        {
            Console.WriteLine("  skipped: pwsh is missing\n");
            return true;
        }

        using var folder = new TemporaryFolder();
        var command = $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{modulePath}}/MtlsTools.psd1'
            $ca = New-MtlsCa '{{folder.At("ca")}}' 'Bench CA' -KeyAlgorithm EcdsaP256
            $done = 0
            1..{{Many}} | ForEach-Object { [pscustomobject]@{ Subject = "CN=client-$_" } } | New-MtlsCsr | Approve-MtlsCsr $ca -Profile Client | ForEach-Object {
                $done++
                if ($done -in {{Few}}, {{Many}}) {
                    $process = [Diagnostics.Process]::GetCurrentProcess()
                    ($process.PeakWorkingSet64 / 1e6).ToString([cultureinfo]::InvariantCulture)
                }
            }
            """;
        var peaks = Shell.Run("pwsh", folder.Path, "-NoProfile", "-NonInteractive", "-Command", command)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        Console.WriteLine($"  peak {peaks[0]:F0} MB after {Few} certificates, {peaks[1]:F0} MB after {Many}: {peaks[1] / peaks[0]:F2} times (goal: at most 1.25)\n");
        return peaks[1] <= 1.25 * peaks[0];
    }
}
