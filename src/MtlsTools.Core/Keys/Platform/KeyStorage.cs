namespace MtlsTools.Keys.Platform;

/// <summary>Where a new private key is kept.</summary>
public enum KeyStorage
{
    /// <summary>In a file of its own, or in memory alone.</summary>
    File,

    /// <summary>In the key storage of Windows (CNG), from which it can not be exported.</summary>
    Cng,

    /// <summary>In the computer's TPM, which it can not leave (Windows).</summary>
    Tpm,
}
