using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MtlsTools.Keys.Access.Unix;

/// <summary>What .NET does not offer of the C library: owners, groups, accounts and access lists. Layouts are those of Linux and macOS, 64 bit.</summary>
internal static class Libc
{
    /// <summary>No change, in lchown.</summary>
    internal const uint Unchanged = uint.MaxValue;

    private const string AccessList = "system.posix_acl_access";
    private const int NoData = 61;
    private const int NotSupported = 95;
    private const int Range = 34;
    private const int CurrentFolder = -100;

    /// <summary>Owner, group and mode of what a path leads to.</summary>
    /// <exception cref="Win32Exception">It can not be looked at.</exception>
    internal static (uint Owner, uint Group, int Mode) Status(string path)
    {
        var buffer = new byte[256];
        if (OperatingSystem.IsMacOS())
        {
            Check(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? stat64(path, buffer) : stat(path, buffer));
            return (BitConverter.ToUInt32(buffer, 16), BitConverter.ToUInt32(buffer, 20), BitConverter.ToUInt16(buffer, 4) & 0xFFF);
        }

        // The one form of stat whose layout is the same on every processor. The mask asks for mode, owner and group.
        Check(statx(CurrentFolder, path, 0, 0x1A, buffer));
        return (BitConverter.ToUInt32(buffer, 20), BitConverter.ToUInt32(buffer, 24), BitConverter.ToUInt16(buffer, 28) & 0xFFF);
    }

    /// <summary>Gives a file to a user and a group; a link that took its place meanwhile is not followed.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    internal static void ChangeOwner(string path, uint owner, uint group) => Check(lchown(path, owner, group));

    /// <summary>Gives a file to a group, in the same way.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    internal static void ChangeGroup(string path, uint group) => ChangeOwner(path, Unchanged, group);

    /// <summary>The access list as the kernel keeps it, or null when the file has none.</summary>
    internal static byte[]? ReadAccessList(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var buffer = new byte[1024];
        while (true)
        {
            var length = getxattr(path, AccessList, buffer, (nuint)buffer.Length);
            if (length >= 0)
                return buffer[..(int)length];
            var error = Marshal.GetLastPInvokeError();
            if (error is NoData or NotSupported)
                return null;
            if (error != Range || buffer.Length > 0x10000)
                throw new Win32Exception(error);
            buffer = new byte[buffer.Length * 8];
        }
    }

    /// <exception cref="Win32Exception">The system refuses, or the file system keeps no access lists.</exception>
    internal static void WriteAccessList(string path, byte[] list) => Check(setxattr(path, AccessList, list, (nuint)list.Length, 0));

    /// <summary>Gives a file, a folder or a link another name in one step; what has that name goes.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    internal static void Rename(string path, string target) => Check(rename(path, target));

    /// <summary>Flushes the names in a folder to disk. File systems that can not, such as network shares, do as they do.</summary>
    internal static void SyncFolder(string path)
    {
        var folder = open(path, 0);
        if (folder < 0)
            return;
        _ = fsync(folder);
        _ = close(folder);
    }

    /// <summary>The path without links, or null when it leads nowhere.</summary>
    internal static string? RealPath(string path)
    {
        var found = realpath(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(found);
        }
        finally
        {
            free(found);
        }
    }

    internal static (uint Id, uint Group)? FindUser(string name) =>
        Find((entry, buffer, length, result) => getpwnam_r(name, entry, buffer, length, result), entry => ((uint)Marshal.ReadInt32(entry, 16), (uint)Marshal.ReadInt32(entry, 20)));

    internal static (string Name, uint Group)? FindUser(uint id) =>
        Find((entry, buffer, length, result) => getpwuid_r(id, entry, buffer, length, result), entry => (Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(entry))!, (uint)Marshal.ReadInt32(entry, 20)));

    internal static uint? FindGroup(string name) =>
        Find((entry, buffer, length, result) => getgrnam_r(name, entry, buffer, length, result), entry => (uint)Marshal.ReadInt32(entry, 16));

    internal static string? GroupName(uint id) =>
        Find((entry, buffer, length, result) => getgrgid_r(id, entry, buffer, length, result), entry => new Found(Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(entry))!))?.Name;

    /// <summary>All groups of a user, its primary one among them.</summary>
    internal static IReadOnlyList<uint> GroupsOf(string user, uint primary)
    {
        var groups = new uint[64];
        var count = groups.Length;
        while (getgrouplist(user, primary, groups, ref count) < 0)
        {
            groups = new uint[Math.Max(count, groups.Length * 2)];
            count = groups.Length;
        }

        return groups[..count];
    }

    /// <summary>The user and the groups as which this process acts.</summary>
    internal static (uint User, IReadOnlyList<uint> Groups) Caller()
    {
        var groups = new uint[Math.Max(getgroups(0, null), 0)];
        var count = Math.Max(getgroups(groups.Length, groups), 0);
        return (geteuid(), [.. groups[..count], getegid()]);
    }

    /// <summary>Asks a process to end; one that has ended is no error.</summary>
    internal static void Terminate(int process) => _ = kill(process, 15);

    private static T? Find<T>(Func<nint, nint, nuint, nint, int> ask, Func<nint, T> read)
        where T : struct
    {
        for (var length = 4096; ; length *= 4)
        {
            var memory = Marshal.AllocHGlobal(length + 512);
            try
            {
                var result = memory + 256;
                Marshal.WriteIntPtr(result, 0);
                var error = ask(memory, memory + 512, (nuint)length, result);
                if (error == Range && length < 0x100000)
                    continue;
                return Marshal.ReadIntPtr(result) == 0 ? null : read(memory);
            }
            finally
            {
                Marshal.FreeHGlobal(memory);
            }
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private readonly record struct Found(string Name);

#pragma warning disable SYSLIB1054, CA2101, CA5392, IDE1006 // generated marshalling would need unsafe code; text is UTF-8; the names are the library's
    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] result);

    [DllImport("libc", SetLastError = true)]
    private static extern int stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] result);

    [DllImport("libc", EntryPoint = "stat$INODE64", SetLastError = true)]
    private static extern int stat64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] result);

    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern nint getxattr([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nuint size);

    [DllImport("libc", SetLastError = true)]
    private static extern int setxattr([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nuint size, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int rename([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string target);

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern nint realpath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, nint resolved);

    [DllImport("libc")]
    private static extern void free(nint memory);

    [DllImport("libc")]
    private static extern int getpwnam_r([MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint entry, nint buffer, nuint length, nint result);

    [DllImport("libc")]
    private static extern int getpwuid_r(uint id, nint entry, nint buffer, nuint length, nint result);

    [DllImport("libc")]
    private static extern int getgrnam_r([MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint entry, nint buffer, nuint length, nint result);

    [DllImport("libc")]
    private static extern int getgrgid_r(uint id, nint entry, nint buffer, nuint length, nint result);

    [DllImport("libc")]
    private static extern int getgrouplist([MarshalAs(UnmanagedType.LPUTF8Str)] string user, uint group, [Out] uint[] groups, ref int count);

    [DllImport("libc")]
    private static extern int getgroups(int size, [Out] uint[]? groups);

    [DllImport("libc")]
    private static extern uint geteuid();

    [DllImport("libc")]
    private static extern uint getegid();

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
#pragma warning restore SYSLIB1054, CA2101, CA5392, IDE1006
}
