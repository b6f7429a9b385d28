namespace MtlsTools.Keys.Access.Unix;

/// <summary>What the permissions of a key file become. It decides and touches nothing.</summary>
internal static class UnixAccessPlan
{
    /// <summary>Lets an account read, and nobody else more than before. The file's one group is used when it is free; everything else is an entry of the access list.</summary>
    /// <param name="now">The permissions as they are.</param>
    /// <param name="account">The account; it can not read yet.</param>
    /// <param name="mayGiveTo">Whether the caller may give the file to a group: root may, an owner to its own groups.</param>
    internal static UnixPermissions Grant(UnixPermissions now, UnixAccount account, Func<uint, bool> mayGiveTo)
    {
        if (account.UserId is { } user && user == now.Owner)
            return now with { OwnerBits = now.OwnerBits | UnixPermissions.Read };
        if (account.GroupId is { } group)
        {
            if (group == now.Group)
                return now with { GroupBits = now.GroupBits | UnixPermissions.Read };
            if (now.GroupBits == 0 && now.Named.Count == 0 && mayGiveTo(group))
                return now with { Group = group, GroupBits = UnixPermissions.Read };
        }

        var isGroup = account.GroupId is not null;
        var id = account.GroupId ?? account.UserId!.Value;
        return now with { Named = [.. now.Named.Where(entry => entry.IsGroup != isGroup || entry.Id != id), new NamedPermission(isGroup, id, UnixPermissions.Read)] };
    }

    /// <summary>Takes the key from accounts. A group that loses it gives the file back to the group of the owner.</summary>
    internal static UnixPermissions Revoke(UnixPermissions now, IReadOnlyList<UnixAccount> accounts, uint groupOfOwner)
    {
        var named = now.Named.Where(entry => !accounts.Any(account => entry.Id == (entry.IsGroup ? account.GroupId : account.UserId))).ToList();
        return accounts.Any(account => account.GroupId == now.Group)
            ? now with { Named = named, Group = groupOfOwner, GroupBits = 0 }
            : now with { Named = named };
    }

    /// <summary>Takes it from everybody who was not named: all others of the machine.</summary>
    internal static UnixPermissions RevokeEveryone(UnixPermissions now) => now with { OtherBits = 0 };

    /// <summary>Leaves it to the owner alone.</summary>
    internal static UnixPermissions RevokeAll(UnixPermissions now, uint groupOfOwner) => now with { Group = groupOfOwner, GroupBits = 0, OtherBits = 0, Named = [] };

    /// <summary>How the change is made, by the names of the commands that would do the same.</summary>
    internal static string Describe(UnixPermissions now, UnixPermissions then, Func<uint, string> group, Func<uint, string> user)
    {
        var parts = new List<string>();
        if (then.Group != now.Group)
            parts.Add($"group {group(then.Group)}");
        parts.AddRange(then.Named.Except(now.Named).Select(entry => $"access list {Name(entry)}:r"));
        parts.AddRange(now.Named.Where(entry => !then.Named.Any(other => other.IsGroup == entry.IsGroup && other.Id == entry.Id)).Select(entry => $"access list without {Name(entry)}"));
        if (then.Mode != now.Mode)
            parts.Add($"mode {Convert.ToString(then.Mode, 8)}");
        return string.Join(", ", parts);

        string Name(NamedPermission entry) => entry.IsGroup ? $"g:{group(entry.Id)}" : $"u:{user(entry.Id)}";
    }
}
