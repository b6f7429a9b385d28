using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace MtlsTools.Encoding;

/// <summary>Who may read a file that is being made.</summary>
public enum FileAudience
{
    /// <summary>Everybody, as the folder and the umask say: certificates, requests.</summary>
    Everyone,

    /// <summary>The owner alone, from the moment the file exists: private keys.</summary>
    OwnerOnly,
}

/// <summary>Writes files that are there whole or not at all.</summary>
public static class AtomicFile
{
    internal const UnixFileMode OwnerMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode EveryoneMode = OwnerMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes <paramref name="content"/> to a temporary file beside the target, flushes it to disk and moves it into place.</summary>
    /// <param name="path">The target; its folder must exist.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="audience">Who may read the file.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputException">The file exists (and <paramref name="overwrite"/> is false), or the folder can not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, FileAudience audience, bool overwrite)
    {
        using var file = PendingFile.Create(path, audience, overwrite);
        file.Write(content);
        file.Commit();
    }

    /// <summary>Refuses a target that exists, before any work is done for it.</summary>
    /// <exception cref="OutputException">The file exists.</exception>
    public static void RefuseExisting(string path)
    {
        if (File.Exists(path))
            throw Exists(path);
        if (Directory.Exists(path))
            throw new OutputException(ErrorCode.FileExists, $"'{path}' is a folder. Name a file in it.", path);
    }

    /// <summary>Makes a folder that its owner alone may enter.</summary>
    internal static void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            FileSystemAclExtensions.CreateDirectory(OwnerOnlyDirectory(), path);
        else
            Directory.CreateDirectory(path, OwnerMode | UnixFileMode.UserExecute);
    }

    internal static OutputException NotWritable(string path, Exception cause) => new(
        ErrorCode.PathNotWritable,
        $"'{path}' can not be written: {cause.Message} Choose a folder that exists and that this account may write.",
        path,
        cause);

    internal static OutputException Exists(string path) => new(
        ErrorCode.FileExists,
        $"'{path}' exists already and is left as it is. Use -Force (in code: overwrite) to replace it, or choose another name.",
        path);

    internal static FileStream Create(string path, FileAudience audience)
    {
        if (OperatingSystem.IsWindows() && audience == FileAudience.OwnerOnly)
            return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.FullControl, FileShare.None, 4096, FileOptions.None, OwnerOnlyFile());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = audience == FileAudience.OwnerOnly ? OwnerMode : EveryoneMode;
        return new FileStream(path, options);
    }

    [SupportedOSPlatform("windows")]
    private static FileSecurity OwnerOnlyFile()
    {
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(CurrentUser(), FileSystemRights.FullControl, AccessControlType.Allow));
        return security;
    }

    [SupportedOSPlatform("windows")]
    private static DirectorySecurity OwnerOnlyDirectory()
    {
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(
            CurrentUser(),
            FileSystemRights.FullControl,
            InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
            PropagationFlags.None,
            AccessControlType.Allow));
        return security;
    }

    [SupportedOSPlatform("windows")]
    private static SecurityIdentifier CurrentUser()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User!;
    }
}
