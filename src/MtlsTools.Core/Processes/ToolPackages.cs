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
        ["nginx"] = "It is in the package nginx",
        ["apache2"] = "It is in the package apache2 (Debian, Ubuntu, SUSE), httpd (Fedora, RHEL, Homebrew) or apache (Arch)",
        ["haproxy"] = "It is in the package haproxy",
        ["caddy"] = "It is in the package caddy",
        ["envoy"] = "Its makers' packages are at apt.envoyproxy.io, and Homebrew has it as envoy",
        ["traefik"] = "It is in the package traefik (Arch, Homebrew); elsewhere its makers' releases bring it",
        ["stunnel"] = "It is in the package stunnel4 (Debian, Ubuntu) or stunnel (Fedora, RHEL, Arch, SUSE, Homebrew)",
        ["postgres"] = "It is in the package postgresql (Debian, Ubuntu, Arch) or postgresql-server (Fedora, RHEL, SUSE)",
        ["mosquitto"] = "It is in the package mosquitto",
        ["redis-server"] = "It is in the package redis-server (Debian, Ubuntu) or redis (Fedora, RHEL, Arch, SUSE, Homebrew)",
        ["node"] = "It is in the package nodejs (Debian, Ubuntu, Fedora, Arch) or node (Homebrew)",
        ["go"] = "It is in the package golang-go (Debian, Ubuntu), golang (Fedora, RHEL) or go (Arch, SUSE, Homebrew)",
        ["python3"] = "It is in the package python3",
        ["dotnet"] = "It is in the package dotnet-sdk-10.0 of .NET's own packages",
        ["security"] = "It is a part of macOS",
    };

    /// <param name="tool">The program.</param>
    /// <param name="consequence">What does not go without it.</param>
    internal static StoreException Missing(string tool, string consequence = "this store can not be changed or read") => new(
        ErrorCode.ToolMissing,
        $"The program '{tool}' is not on PATH, and {consequence} without it. {(Known.TryGetValue(Path.GetFileName(tool), out var where) ? where : "Install it")}.");
}
