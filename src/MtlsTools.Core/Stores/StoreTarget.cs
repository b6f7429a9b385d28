namespace MtlsTools.Stores;

/// <summary>The kinds of place where certificates live.</summary>
public enum StoreTarget
{
    /// <summary>The system's own: <see cref="Windows"/>, <see cref="MacOSKeychain"/>, and elsewhere <see cref="DotNetStore"/>.</summary>
    Auto,

    /// <summary>The certificate stores of Windows, with keys in CNG.</summary>
    Windows,

    /// <summary>A keychain of macOS, with its trust settings.</summary>
    MacOSKeychain,

    /// <summary>The CAs that the programs of a Linux system trust, as the distribution keeps them.</summary>
    LinuxTrust,

    /// <summary>The stores that .NET keeps: a folder of the user where the system has none.</summary>
    DotNetStore,

    /// <summary>A database of NSS, as Firefox and Chromium have them.</summary>
    Nss,

    /// <summary>A keystore or truststore of Java.</summary>
    Java,
}
