namespace MtlsTools.Keys.Access.Windows;

/// <summary>The folders in which Windows keeps keys.</summary>
/// <param name="ProgramData">What all users share: <c>C:\ProgramData</c>.</param>
/// <param name="AppData">The user's roaming folder: <c>C:\Users\alice\AppData\Roaming</c>.</param>
/// <param name="UserSid">The user's SID.</param>
internal sealed record KeyFolders(string ProgramData, string AppData, string UserSid);

/// <summary>A named key of Windows, and the file that holds it.</summary>
/// <param name="IsCsp">Whether it is kept by one of the older providers (CryptoAPI) and not by CNG.</param>
/// <param name="IsMachine">Whether it is the machine's and not one user's.</param>
/// <param name="FileName">The unique name that the provider gave it.</param>
internal sealed record KeyContainer(bool IsCsp, bool IsMachine, string FileName)
{
    private const string LocalSystem = "S-1-5-18";

    /// <summary>Where the file can be, the likeliest place first. CNG opens keys of the older providers as its own, so their folders come last for it too. Empty for a name that is none of a file: keys in a TPM or on a card.</summary>
    internal IReadOnlyList<string> Candidates(KeyFolders folders)
    {
        if (FileName.Length == 0 || FileName is "." or ".." || FileName.IndexOfAny(['\\', '/', ':', '*', '?']) >= 0)
            return [];
        var shared = $@"{folders.ProgramData}\Microsoft\Crypto";
        var own = $@"{folders.AppData}\Microsoft\Crypto";
        string[] cng = IsMachine ? [$@"{shared}\Keys", $@"{shared}\SystemKeys"]
            : folders.UserSid == LocalSystem ? [$@"{shared}\SystemKeys", $@"{own}\Keys"]
            : [$@"{own}\Keys"];
        string[] csp = IsMachine ? [$@"{shared}\RSA\MachineKeys"]
            : folders.UserSid == LocalSystem ? [$@"{shared}\RSA\{LocalSystem}", $@"{own}\RSA\{folders.UserSid}"]
            : [$@"{own}\RSA\{folders.UserSid}"];
        return (IsCsp ? csp : [.. cng, .. csp]).Select(folder => $@"{folder}\{FileName}").ToList();
    }
}
