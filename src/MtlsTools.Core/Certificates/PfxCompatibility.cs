namespace MtlsTools.Certificates;

/// <summary>Which program a PKCS#12 file is for.</summary>
public enum PfxCompatibility
{
    /// <summary>AES-256 and SHA-256: Windows 10 1809, Windows Server 2019, OpenSSL 1.1.0, Java 8u301 and 11.0.12, NSS 3.55, .NET, and later.</summary>
    Modern,

    /// <summary>Triple DES and SHA-1: Windows Server 2016 and older, and everything else as well.</summary>
    Windows2016,

    /// <summary>Triple DES and SHA-1: the keychain of macOS, whose <c>security import</c> calls the modern form a wrong password.</summary>
    MacOS,

    /// <summary>What OpenSSL 3 writes itself: AES-256 and SHA-256. It opens without the legacy provider.</summary>
    OpenSsl3,

    /// <summary>AES-256 and SHA-256, with a password that Java takes: not empty, and ASCII.</summary>
    Java,
}
