using System.ComponentModel;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using MtlsTools.Keys.Access.Unix;

namespace MtlsTools.Renewal.Files;

/// <summary>Who may read a file. A renewed file has the owner, group, mode and access list of the one before: the server's account must still read it, and nobody else.</summary>
internal sealed class FileRights
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    private readonly uint owner;
    private readonly uint group;
    private readonly UnixFileMode mode;
    private readonly byte[]? accessList;
    private readonly byte[]? descriptor;

    private FileRights(uint owner, uint group, UnixFileMode mode, byte[]? accessList) => (this.owner, this.group, this.mode, this.accessList) = (owner, group, mode, accessList);

    private FileRights(byte[] descriptor) => this.descriptor = descriptor;

    /// <summary>Those of a file; of a link, those of what it leads to.</summary>
    internal static FileRights Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return new FileRights(Descriptor(path));
        var (owner, group, mode) = Libc.Status(path);
        return new FileRights(owner, group, (UnixFileMode)mode & Permissions, Libc.ReadAccessList(path));
    }

    /// <summary>Gives them to a file that is its owner's alone until now.</summary>
    /// <exception cref="OutputException">This account may not.</exception>
    internal void ApplyTo(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Apply(path);
            return;
        }

        try
        {
            var now = Libc.Status(path);
            if (now.Owner != owner)
                Libc.ChangeOwner(path, owner, group);
            else if (now.Group != group)
                Libc.ChangeGroup(path, group);
            File.SetUnixFileMode(path, mode);
            if (accessList is not null)
                Libc.WriteAccessList(path, accessList);
        }
        catch (Win32Exception refused)
        {
            throw new OutputException(
                ErrorCode.OwnerNotKept,
                $"The new file '{path}' can not have the owner, group and permissions of the one that it replaces ({refused.Message}), so the program that uses it might not read it any more. Nothing was changed. Run this as root, or as the account that owns the file.",
                path,
                refused);
        }
    }

    /// <summary>Gives what was made in a folder to the folder's owner, if this account may: who renews next may be another.</summary>
    [UnsupportedOSPlatform("windows")]
    internal static void Adopt(string path, string folder)
    {
        try
        {
            var above = Libc.Status(folder);
            if (Libc.Status(path) is var own && (own.Owner != above.Owner || own.Group != above.Group))
                Libc.ChangeOwner(path, above.Owner, above.Group);
        }
        catch (Win32Exception)
        {
            // Only root gives things away.
        }
    }

    [SupportedOSPlatform("windows")]
    private static byte[] Descriptor(string path) => new FileInfo(path).GetAccessControl(AccessControlSections.Access).GetSecurityDescriptorBinaryForm();

    [SupportedOSPlatform("windows")]
    private void Apply(string path)
    {
        var security = new FileSecurity();
        security.SetSecurityDescriptorBinaryForm(descriptor!, AccessControlSections.Access);
        new FileInfo(path).SetAccessControl(security);
    }
}
