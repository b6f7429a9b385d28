using MtlsTools.Processes;

namespace MtlsTools.Stores.Java;

/// <summary>The Java that is used: that of JAVA_HOME, or the one on PATH.</summary>
/// <param name="Keytool">Its keytool.</param>
/// <param name="Cacerts">The CAs that its programs trust; null where it has none beside it.</param>
internal sealed record JavaInstallation(string Keytool, string? Cacerts)
{
    /// <summary>What cacerts comes with, everywhere: it guards against accidents, and is no secret.</summary>
    internal const string CacertsPassword = "changeit";

    /// <param name="processes">Finds programs on PATH.</param>
    /// <param name="variable">An environment variable, or null.</param>
    /// <exception cref="StoreException">There is no keytool; the message names the package.</exception>
    internal static JavaInstallation Find(IProcessRunner processes, Func<string, string?> variable)
    {
        var keytool = variable("JAVA_HOME") is { Length: > 0 } home && processes.Find(Path.Combine(home, "bin", OperatingSystem.IsWindows() ? "keytool.exe" : "keytool")) is { } own ? own : null;
        keytool ??= processes.Find("keytool") ?? throw ToolPackages.Missing("keytool");

        // /usr/bin/keytool is a link into the Java that it belongs to, and JAVA_HOME itself counts before where its links lead.
        var folders = new[] { keytool, File.ResolveLinkTarget(keytool, returnFinalTarget: true)?.FullName ?? keytool }.Select(path => Path.GetFullPath(Path.Combine(path, "..", "..")));
        return new JavaInstallation(keytool, folders.SelectMany(folder => new[] { Path.Combine(folder, "lib", "security", "cacerts"), Path.Combine(folder, "jre", "lib", "security", "cacerts") }).FirstOrDefault(File.Exists));
    }
}
