namespace MtlsTools.Keys.Access.Windows;

/// <summary>What the bits of an access mask mean for a key; files and keys without a file use the same.</summary>
internal static class WindowsRights
{
    internal const int Read = 0x120089;
    internal const int Full = 0x1F01FF;

    private const int ReadData = 0x1;
    private const int WriteBits = 0x2 | 0x4 | 0x10000 | GenericWrite;
    private const int OwnerBits = 0x40000 | 0x80000 | GenericAll;
    private const int GenericAll = 0x10000000;
    private const int GenericWrite = 0x40000000;
    private const int GenericRead = unchecked((int)0x80000000);

    /// <summary>The mask to grant.</summary>
    internal static int ToMask(KeyRight right) => right == KeyRight.Read ? Read : Full;

    /// <summary>The most that a mask allows, or null when that is nothing of importance (reading attributes, say).</summary>
    internal static KeyRight? Of(int mask) =>
        (mask & OwnerBits) != 0 ? KeyRight.FullControl
        : (mask & WriteBits) != 0 ? KeyRight.Write
        : (mask & (ReadData | GenericRead)) != 0 ? KeyRight.Read
        : null;
}
