namespace MtlsTools.Processes;

/// <summary>Which package brings a program.</summary>
internal static class ToolPackages
{
    private const string Java = "A Java runtime brings it: default-jre-headless (Debian, Ubuntu), java-latest-openjdk-headless (Fedora, RHEL), jre-openjdk-headless (Arch), java-21-openjdk-headless (SUSE); elsewhere install a JDK and put its bin folder on PATH";
    private const string Nss = "It is in the package libnss3-tools (Debian, Ubuntu), nss-tools (Fedora, RHEL), nss (Arch, Homebrew) or mozilla-nss-tools (SUSE)";

    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["certutil"] = Nss,
        ["pk12util"] = Nss,
        ["keytool"] = Java,
        ["update-ca-certificates"] = "It is in the package ca-certificates",
        ["update-ca-trust"] = "It is in the package ca-certificates (Fedora, RHEL) or ca-certificates-utils (Arch)",
        ["trust"] = "It is in the package p11-kit",
        ["security"] = "It is a part of macOS",
    };

    internal static StoreException Missing(string tool) => new(
        ErrorCode.ToolMissing,
        $"The program '{tool}' is not on PATH, and this store can not be changed or read without it. {(Known.TryGetValue(Path.GetFileName(tool), out var where) ? where : "Install it")}.");
}
