using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Principal;

namespace MtlsTools.Keys.Access.Windows;

/// <summary>Asks Windows where a key lies.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsKeyStorage
{
    /// <summary>The SID of the user that this process acts for.</summary>
    internal static string CurrentUser()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User!.Value;
    }

    internal static KeyFolders Folders() => new(
        Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData),
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData),
        CurrentUser());

    /// <summary>The container of a named key, its CNG handle where it has one, and what to call it; no container for a key in memory.</summary>
    internal static (KeyContainer? Container, CngKey? Cng, string Name) Locate(PrivateKey key)
    {
        if (key.Cng is { IsEphemeral: false } cng)
            return (new KeyContainer(IsCsp: false, cng.IsMachineKey, cng.UniqueName ?? ""), cng, $@"{cng.Provider?.Provider}\{cng.KeyName}");
        if (key.IsEphemeral || key.Algorithm is not ICspAsymmetricAlgorithm { CspKeyContainerInfo: { } csp })
            return (null, null, "");
        return (new KeyContainer(IsCsp: true, csp.MachineKeyStore, csp.UniqueKeyContainerName), null, $@"{csp.ProviderName}\{csp.KeyContainerName}");
    }
}
