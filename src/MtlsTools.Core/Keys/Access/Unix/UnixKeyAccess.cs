using System.ComponentModel;
using System.Runtime.Versioning;
using MtlsTools.Encoding;

namespace MtlsTools.Keys.Access.Unix;

/// <summary>Who may use a key file of Linux or macOS.</summary>
internal sealed class UnixKeyAccess : KeyAccessList
{
    private const int NotPermitted = 1;
    private const int NotSupported = 95;

    private readonly string named;

    private UnixKeyAccess(string path, string named)
        : base(path)
    {
        this.named = named;
    }

    /// <summary>Opens a file; for a link, what it leads to, because a link has no permissions of its own.</summary>
    internal static UnixKeyAccess OfFile(string path) => new(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path, path);

    public override IReadOnlyList<KeyAccess> Read() => Rows(Look());

    public override KeyAccessChange PlanGrant(string account, KeyRight right)
    {
        if (UnixAccount.IsEveryone(account))
            throw TooWide(account);
        if (right != KeyRight.Read)
            throw new KeyException(ErrorCode.PlatformNotSupported, $"On this system the owner alone has more rights to a key file than to read it. Leave -Right out; or give the file to the account: chown {account} '{Place}'", Place);
        var resolved = UnixAccount.Resolve(account);
        var now = Look();

        // The owner, or root, whose group of the same name needs nothing.
        if (UnixAccount.ResolveAll(account).Any(one => now.Allows(one, UnixPermissions.Read)))
            return new KeyAccessChange($"Leave the permissions as they are: '{account}' may read it already", [.. TooWideNow(now), .. Warnings(resolved)], null);
        var caller = RequireOwner(now);
        var then = UnixAccessPlan.Grant(now, resolved, group => caller.User == 0 || caller.Groups.Contains(group));
        return new KeyAccessChange($"Let {Who(resolved)} read it ({Describe(now, then)})", Warnings(resolved), () => Apply(now, then));
    }

    public override KeyAccessChange PlanRevoke(string? account)
    {
        var now = Look();
        var groupOfOwner = Libc.FindUser(now.Owner)?.Group ?? now.Group;
        IReadOnlyList<UnixAccount> accounts = account is null || UnixAccount.IsEveryone(account) ? [] : UnixAccount.ResolveAll(account);
        if (accounts.Any(one => one.UserId == now.Owner) && !accounts.Any(one => one.GroupId is not null))
            throw Owned(account!, Place);
        var then = account is null ? UnixAccessPlan.RevokeAll(now, groupOfOwner)
            : accounts.Count == 0 ? UnixAccessPlan.RevokeEveryone(now)
            : UnixAccessPlan.Revoke(now, accounts, groupOfOwner);
        var left = accounts.Where(one => one.UserId != now.Owner && one.UserId != 0 && then.Allows(one, UnixPermissions.Read))
            .Select(one => $"{Who(one)} can read '{Place}' all the same: {Because(then, one)}")
            .ToList();
        var who = account is null ? "everybody but the owner" : $"'{account}'";
        if (Same(now, then))
            return new KeyAccessChange($"Leave the permissions as they are: {who} has none", left, null);
        RequireOwner(now);
        return new KeyAccessChange($"Take it from {who} ({Describe(now, then)})", left, () => Apply(now, then));
    }

    private static string Who(UnixAccount account) => account.GroupId is null ? $"the user '{account.Name}'" : $"the group '{account.Name}'";

    private static string Because(UnixPermissions then, UnixAccount account)
    {
        var groups = account.Groups.Where(group => (group == then.Group && (then.GroupBits & UnixPermissions.Read) != 0) || then.Named.Any(entry => entry.IsGroup && entry.Id == group)).Select(UnixAccount.NameOfGroup).ToList();
        return groups.Count > 0
            ? $"as a member of the group {string.Join(", ", groups)}. Revoke that, or remove it from the group."
            : "everybody on this machine can. Revoke that: -Account Everyone";
    }

    private static string Describe(UnixPermissions now, UnixPermissions then) => UnixAccessPlan.Describe(now, then, UnixAccount.NameOfGroup, UnixAccount.NameOfUser);

    private static bool Same(UnixPermissions one, UnixPermissions other) => one with { Named = other.Named } == other && one.Named.ToHashSet().SetEquals(other.Named);

    private IEnumerable<string> TooWideNow(UnixPermissions now) => Rows(now).Where(row => row.IsTooWide)
        .Select(row => $"'{Place}' is open too wide: {row.Account} has {row.Right}. Take that away with Revoke-MtlsKeyAccess.");

    /// <summary>A permission is worth nothing to an account that can not enter a folder on the way.</summary>
    private List<string> Warnings(UnixAccount account)
    {
        // Folders can be links as well: the way by name and the way without links must both be open.
        var closed = Folders(named).Concat(Folders(Libc.RealPath(Place) ?? Place)).Distinct()
            .Where(folder => !Look(folder).Allows(account, UnixPermissions.Execute))
            .Select(folder => $"{Who(account)} can not enter the folder '{folder}', and so not reach the key. Let it pass: chmod {(account.GroupId == Look(folder).Group ? "g" : "o")}+x '{folder}'")
            .ToList();
        if (Place != named)
            closed.Insert(0, $"'{named}' is a link; its target '{Place}' is what has permissions.");
        return closed;
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }

    private (uint User, IReadOnlyList<uint> Groups) RequireOwner(UnixPermissions now)
    {
        var caller = Libc.Caller();
        return caller.User == 0 || caller.User == now.Owner
            ? caller
            : throw new KeyException(ErrorCode.KeyAccessDenied, $"The permissions of '{Place}' are changed by its owner ({UnixAccount.NameOfUser(now.Owner)}) or root alone. Run PowerShell as one of them: sudo pwsh", Place);
    }

    private UnixPermissions Look() => Look(Place);

    private static UnixPermissions Look(string path)
    {
        try
        {
            var (owner, group, mode) = Libc.Status(path);
            return UnixPermissions.Decode(owner, group, mode, Libc.ReadAccessList(path));
        }
        catch (Win32Exception failure)
        {
            throw new InputException(ErrorCode.FileNotReadable, $"The permissions of '{path}' can not be read: {failure.Message}. Check the path, or run PowerShell as the owner or as root.", path, failure);
        }
    }

    private List<KeyAccess> Rows(UnixPermissions now)
    {
        var mode = $"mode {Convert.ToString(now.Mode, 8).PadLeft(4, '0')}";
        var rows = new List<KeyAccess> { new(this, UnixAccount.NameOfUser(now.Owner), KeyAccessKind.User, KeyRight.FullControl, $"owner, {mode}", isOwner: true) };
        Add(UnixAccount.NameOfGroup(now.Group), KeyAccessKind.Group, now.GroupBits, $"group of the file, {mode}");
        foreach (var entry in now.Named)
            Add(entry.IsGroup ? UnixAccount.NameOfGroup(entry.Id) : UnixAccount.NameOfUser(entry.Id), entry.IsGroup ? KeyAccessKind.Group : KeyAccessKind.User, entry.Bits, "access list");
        Add("Everyone", KeyAccessKind.Everyone, now.OtherBits, $"others, {mode}");
        return rows;

        void Add(string account, KeyAccessKind kind, int bits, string source)
        {
            if ((bits & (UnixPermissions.Read | UnixPermissions.Write)) != 0)
                rows.Add(new KeyAccess(this, account, kind, (bits & UnixPermissions.Write) != 0 ? KeyRight.Write : KeyRight.Read, source));
        }
    }

    /// <summary>Tightens before it hands over and opens last, so that at no moment anybody has more than before or after.</summary>
    private void Apply(UnixPermissions now, UnixPermissions then)
    {
        try
        {
            if (then.Group != now.Group)
            {
                if (now.GroupBits != 0)
                    Write(now with { GroupBits = 0 });
                Libc.ChangeGroup(Place, then.Group);
            }

            Write(then);
        }
        catch (Win32Exception failure)
        {
            throw failure.NativeErrorCode switch
            {
                NotPermitted => new KeyException(ErrorCode.KeyAccessDenied, $"The permissions of '{Place}' can not be changed by this account: {failure.Message}. Run PowerShell as root: sudo pwsh", Place, failure),
                NotSupported => NotKept(failure),
                _ => AtomicFile.NotWritable(Place, failure),
            };
        }

        if (!Same(Look(), then))
            throw NotKept(null);
    }

    private void Write(UnixPermissions permissions)
    {
        if (permissions.Named.Count > 0 || Libc.ReadAccessList(Place) is not null)
            WriteAccessList(permissions);
        else
            WriteMode(permissions.Mode);
    }

    private void WriteAccessList(UnixPermissions permissions)
    {
        if (!OperatingSystem.IsLinux())
            throw NotKept(null);
        Libc.WriteAccessList(Place, permissions.Encode());
    }

    [UnsupportedOSPlatform("windows")]
    private void SetMode(int mode) => File.SetUnixFileMode(Place, (UnixFileMode)mode);

    private void WriteMode(int mode)
    {
        if (OperatingSystem.IsWindows())
            throw new InvalidOperationException("Windows has access lists instead of modes.");
        try
        {
            SetMode(mode);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new KeyException(ErrorCode.KeyAccessDenied, $"The mode of '{Place}' can not be changed by this account: {denied.Message} Run PowerShell as root: sudo pwsh", Place, denied);
        }
    }

    private KeyException NotKept(Exception? cause) => new(
        ErrorCode.KeyAccessNotPossible,
        $"The place of '{Place}' keeps no permissions for single accounts beside the file's owner and one group. Make a group for those who need the key, put them into it, and give the key to that group with -Account group:NAME; or move the key to a local disk.",
        Place,
        cause);
}
