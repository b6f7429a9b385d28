namespace MtlsTools.Benchmarks;

/// <summary>What importing the module adds to starting PowerShell, beside an empty binary module.</summary>
internal static class ImportBenchmark
{
    private const int Rounds = 15;
    private const double GoalMilliseconds = 60;

    internal static bool Run(string modulePath)
    {
        Console.WriteLine("Starting pwsh and importing a module");
        if (!Shell.Exists("pwsh"))
        {
            Console.WriteLine("  skipped: pwsh is missing");
            return true;
        }

        var empty = StageEmptyModule();
        try
        {
            var bare = new Measured("pwsh alone");
            var peer = new Measured("pwsh and an empty binary module");
            var ours = new Measured("pwsh and MtlsTools");
            for (var round = 0; round < Rounds; round++)
            {
                bare.Time(() => Start("exit"));
                peer.Time(() => Start($"Import-Module '{empty}/EmptyModule.psd1'"));
                ours.Time(() => Start($"Import-Module '{modulePath}/MtlsTools.psd1'"));
            }

            var added = ours.Median - peer.Median;
            Console.WriteLine($"  {bare}\n  {peer}\n  {ours}\n  MtlsTools adds {added:F1} ms to the empty module (goal: at most {GoalMilliseconds:F0} ms)\n");
            return added <= GoalMilliseconds;
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    private static void Start(string command) => Shell.Run("pwsh", Path.GetTempPath(), "-NoProfile", "-NonInteractive", "-Command", command);

    private static string StageEmptyModule()
    {
        var folder = Directory.CreateTempSubdirectory("EmptyModule-").FullName;
        foreach (var file in new[] { "EmptyModule.dll", "EmptyModule.psd1" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, "EmptyModule", file), Path.Combine(folder, file));
        return folder;
    }
}
