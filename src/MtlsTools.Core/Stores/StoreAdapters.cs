using MtlsTools.Processes;
using MtlsTools.Stores.Linux;
using MtlsTools.Stores.MacOS;
using MtlsTools.Stores.X509;

namespace MtlsTools.Stores;

/// <summary>Who keeps which kind of store, and where it exists.</summary>
internal static class StoreAdapters
{
    internal static StoreTarget Resolve(StoreTarget target) => target != StoreTarget.Auto ? target
        : OperatingSystem.IsWindows() ? StoreTarget.Windows
        : OperatingSystem.IsMacOS() ? StoreTarget.MacOSKeychain
        : StoreTarget.DotNetStore;

    /// <exception cref="StoreException">This system has no such store.</exception>
    internal static IStoreAdapter Create(StoreTarget target, IProcessRunner processes) => target switch
    {
        StoreTarget.Windows => OperatingSystem.IsWindows() ? new X509StoreAdapter(target) : throw Elsewhere(target, "Windows"),
        StoreTarget.DotNetStore => new X509StoreAdapter(target),
        StoreTarget.MacOSKeychain => OperatingSystem.IsMacOS() ? new MacOSKeychainAdapter(processes) : throw Elsewhere(target, "macOS"),
        StoreTarget.LinuxTrust => OperatingSystem.IsLinux() ? new LinuxTrustAdapter(processes) : throw Elsewhere(target, "Linux"),
        _ => throw new InvalidOperationException($"No adapter is registered for {target}."),
    };

    private static StoreException Elsewhere(StoreTarget target, string system) => new(
        ErrorCode.PlatformNotSupported,
        $"The target {target} exists on {system} only, and this is {System.Runtime.InteropServices.RuntimeInformation.OSDescription}. Leave -Target out for this system's own store, or run the command there.");
}
