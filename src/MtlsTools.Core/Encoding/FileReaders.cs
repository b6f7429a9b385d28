using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace MtlsTools.Encoding;

/// <summary>Who else than its owner may read or change a file.</summary>
internal static class FileReaders
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Whether it is only some accounts, chosen by name, who may read it and no more: as a key is lent to a service.</summary>
    internal static bool AreChosen(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(Target(path)) & Others) == UnixFileMode.GroupRead;

    /// <summary>In words, or null when nobody else may.</summary>
    internal static string? Describe(string path)
    {
        var target = Target(path);
        if (OperatingSystem.IsWindows())
            return DescribeAccessList(target);
        var mode = File.GetUnixFileMode(target);
        if ((mode & Others) == 0)
            return null;
        var everyone = (mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;
        return $"{(everyone ? "everybody on this machine" : "its group")} (mode {Convert.ToString((int)mode, 8)})";
    }

    /// <summary>A link's own mode says nothing.</summary>
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    [SupportedOSPlatform("windows")]
    private static string? DescribeAccessList(string path)
    {
        SecurityIdentifier[] wide = [new(WellKnownSidType.WorldSid, null), new(WellKnownSidType.AuthenticatedUserSid, null), new(WellKnownSidType.BuiltinUsersSid, null)];
        var readers = new FileInfo(path).GetAccessControl().GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>()
            .Where(rule => rule.AccessControlType == AccessControlType.Allow && (rule.FileSystemRights & (FileSystemRights.ReadData | FileSystemRights.WriteData)) != 0 && wide.Contains((SecurityIdentifier)rule.IdentityReference))
            .Select(rule => rule.IdentityReference.Translate(typeof(NTAccount)).Value)
            .Distinct()
            .ToList();
        return readers.Count == 0 ? null : string.Join(" and ", readers);
    }
}
