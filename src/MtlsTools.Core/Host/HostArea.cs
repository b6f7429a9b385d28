namespace MtlsTools.Host;

/// <summary>A part of a machine that is looked at as one: it can be read, or it can not.</summary>
public enum HostArea
{
    /// <summary>The certificate stores: Windows' own, the keychain, the folder that .NET keeps elsewhere.</summary>
    Stores,

    /// <summary>Files with private keys.</summary>
    KeyFiles,

    /// <summary>The CAs that the administrator of a Linux system has added, and the bundle that programs read.</summary>
    TrustFolders,

    /// <summary>Revocation lists that the platform has fetched and kept.</summary>
    CrlCache,

    /// <summary>This machine's clock against others.</summary>
    Clock,

    /// <summary>The settings of SChannel (Windows).</summary>
    Schannel,

    /// <summary>The TLS bindings of HTTP.SYS, and what IIS asks of its clients (Windows).</summary>
    HttpSys,

    /// <summary>The files in which Windows keeps private keys, and who may read them.</summary>
    KeyContainers,
}
