using System.Globalization;

namespace MtlsTools.Keys.Access.Unix;

/// <summary>A user or a group of this system.</summary>
/// <param name="Name">As it was given, without a prefix.</param>
/// <param name="UserId">The user, or null for a group.</param>
/// <param name="GroupId">The group that is meant, or null for a user.</param>
/// <param name="Groups">The groups whose rights it has.</param>
internal sealed record UnixAccount(string Name, uint? UserId, uint? GroupId, IReadOnlyList<uint> Groups)
{
    private const string UserPrefix = "user:";
    private const string GroupPrefix = "group:";

    /// <summary>Whether the name means everybody, who is no account here.</summary>
    internal static bool IsEveryone(string name) => name.Equals("Everyone", StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds an account. A name that is a group's means the group, because most services have one of their own, and one group can be given a file without an access list.</summary>
    /// <exception cref="KeyException">There is no such account.</exception>
    internal static UnixAccount Resolve(string name)
    {
        if (name.StartsWith(UserPrefix, StringComparison.OrdinalIgnoreCase))
            return FindUser(name[UserPrefix.Length..]) ?? throw Unknown(name, "user");
        if (name.StartsWith(GroupPrefix, StringComparison.OrdinalIgnoreCase))
            return FindGroup(name[GroupPrefix.Length..]) ?? throw Unknown(name, "group");
        return FindGroup(name) ?? FindUser(name) ?? throw Unknown(name, "user or group");
    }

    /// <summary>The user and the group of a name, whichever exist: both lose a key that is taken away.</summary>
    /// <exception cref="KeyException">There is neither.</exception>
    internal static IReadOnlyList<UnixAccount> ResolveAll(string name)
    {
        if (name.Contains(':', StringComparison.Ordinal))
            return [Resolve(name)];
        var found = new[] { FindGroup(name), FindUser(name) }.OfType<UnixAccount>().ToList();
        return found.Count > 0 ? found : throw Unknown(name, "user or group");
    }

    internal static string NameOfUser(uint id) => Libc.FindUser(id)?.Name ?? id.ToString(CultureInfo.InvariantCulture);

    internal static string NameOfGroup(uint id) => Libc.GroupName(id) ?? id.ToString(CultureInfo.InvariantCulture);

    private static UnixAccount? FindUser(string name)
    {
        if (Libc.FindUser(name) is { } found)
            return new UnixAccount(name, found.Id, null, Libc.GroupsOf(name, found.Group));

        // Containers run as users that have a number and no name.
        if (!uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Libc.Unchanged)
            return null;
        return Libc.FindUser(id) is { } known ? new UnixAccount(known.Name, id, null, Libc.GroupsOf(known.Name, known.Group)) : new UnixAccount(name, id, null, []);
    }

    private static UnixAccount? FindGroup(string name) => Libc.FindGroup(name) is { } id ? new UnixAccount(name, null, id, [id]) : null;

    private static KeyException Unknown(string name, string kind) =>
        new(ErrorCode.AccountUnknown, $"There is no {kind} '{name}' on this system. List them with 'getent passwd' and 'getent group' (on macOS 'dscl . -list /Users' and '/Groups'), and correct the name.");
}
