namespace MtlsTools.Tests.Support;

/// <summary>File modes in the octal digits that people know. Windows has access lists instead, so tests of modes are skipped there.</summary>
public static class UnixMode
{
    public static string Of(string path)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        return OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
    }

    public static void Set(string path, string octal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
    }
}
