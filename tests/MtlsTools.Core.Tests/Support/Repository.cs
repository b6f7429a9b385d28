namespace MtlsTools.Tests.Support;

/// <summary>The folder that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string At(params string[] names) => Path.Combine([Root, .. names]);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MtlsTools.psd1")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
    }
}
