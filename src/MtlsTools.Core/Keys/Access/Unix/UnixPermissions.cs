using System.Buffers.Binary;

namespace MtlsTools.Keys.Access.Unix;

/// <summary>One named entry of a POSIX access list, after its mask.</summary>
internal readonly record struct NamedPermission(bool IsGroup, uint Id, int Bits);

/// <summary>Owner, group, mode and access list of a file, as the system applies them: the mask of an access list is worked in already.</summary>
internal sealed record UnixPermissions(uint Owner, uint Group, int OwnerBits, int GroupBits, int OtherBits, IReadOnlyList<NamedPermission> Named)
{
    internal const int Execute = 1;
    internal const int Write = 2;
    internal const int Read = 4;

    private const ushort UserObject = 0x01;
    private const ushort User = 0x02;
    private const ushort GroupObject = 0x04;
    private const ushort NamedGroup = 0x08;
    private const ushort Mask = 0x10;
    private const ushort Other = 0x20;
    private const int Version = 2;

    /// <summary>The nine bits of the mode; with an access list, the middle ones are its mask.</summary>
    internal int Mode => (OwnerBits << 6) | (MaskBits << 3) | OtherBits;

    private int MaskBits => Named.Aggregate(GroupBits, (bits, entry) => bits | entry.Bits);

    /// <summary>Reads the mode, and the access list in the kernel's form where there is one.</summary>
    internal static UnixPermissions Decode(uint owner, uint group, int mode, byte[]? list)
    {
        var plain = new UnixPermissions(owner, group, (mode >> 6) & 7, (mode >> 3) & 7, mode & 7, []);
        if (list is null || list.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(list) != Version)
            return plain;
        var entries = Enumerable.Range(0, (list.Length - 4) / 8).Select(at => list.AsMemory(4 + (at * 8), 8)).Select(entry => (
            Tag: BinaryPrimitives.ReadUInt16LittleEndian(entry.Span),
            Bits: (int)BinaryPrimitives.ReadUInt16LittleEndian(entry.Span[2..]),
            Id: BinaryPrimitives.ReadUInt32LittleEndian(entry.Span[4..]))).ToList();
        if (!entries.Exists(entry => entry.Tag == GroupObject))
            return plain;
        var mask = entries.Where(entry => entry.Tag == Mask).Select(entry => entry.Bits).DefaultIfEmpty(7).First();
        return plain with
        {
            GroupBits = entries.Where(entry => entry.Tag == GroupObject).Select(entry => entry.Bits & mask).FirstOrDefault(),
            Named = entries.Where(entry => entry.Tag is User or NamedGroup).Select(entry => new NamedPermission(entry.Tag == NamedGroup, entry.Id, entry.Bits & mask)).ToList(),
        };
    }

    /// <summary>The access list in the kernel's form. One without names is the mode alone, and the kernel stores it as that.</summary>
    internal byte[] Encode()
    {
        var entries = new List<(ushort Tag, int Bits, uint Id)> { (UserObject, OwnerBits, uint.MaxValue) };
        entries.AddRange(Named.Where(entry => !entry.IsGroup).OrderBy(entry => entry.Id).Select(entry => (User, entry.Bits, entry.Id)));
        entries.Add((GroupObject, GroupBits, uint.MaxValue));
        entries.AddRange(Named.Where(entry => entry.IsGroup).OrderBy(entry => entry.Id).Select(entry => (NamedGroup, entry.Bits, entry.Id)));
        if (Named.Count > 0)
            entries.Add((Mask, MaskBits, uint.MaxValue));
        entries.Add((Other, OtherBits, uint.MaxValue));
        var list = new byte[4 + (entries.Count * 8)];
        BinaryPrimitives.WriteInt32LittleEndian(list, Version);
        foreach (var ((tag, bits, id), at) in entries.Select((entry, index) => (entry, 4 + (index * 8))))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(at), tag);
            BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(at + 2), (ushort)bits);
            BinaryPrimitives.WriteUInt32LittleEndian(list.AsSpan(at + 4), id);
        }

        return list;
    }

    /// <summary>Whether an account has a permission, decided as the kernel does: by the first class that it falls into.</summary>
    internal bool Allows(UnixAccount account, int wanted)
    {
        if (account.UserId == 0)
            return true;
        if (account.UserId is { } user)
        {
            if (user == Owner)
                return (OwnerBits & wanted) == wanted;
            if (Named.Where(entry => !entry.IsGroup && entry.Id == user).ToList() is [var own])
                return (own.Bits & wanted) == wanted;
        }

        var groups = Named.Where(entry => entry.IsGroup && account.Groups.Contains(entry.Id)).Select(entry => entry.Bits).ToList();
        if (account.Groups.Contains(Group))
            groups.Add(GroupBits);
        return groups.Count > 0 ? groups.Exists(bits => (bits & wanted) == wanted) : (OtherBits & wanted) == wanted;
    }
}
