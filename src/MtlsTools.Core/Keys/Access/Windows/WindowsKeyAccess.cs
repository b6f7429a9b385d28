using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace MtlsTools.Keys.Access.Windows;

/// <summary>Who may use a key of Windows: the access list of its file, or of the key itself where it has none.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsKeyAccess : KeyAccessList
{
    private readonly IWindowsDescriptor descriptor;

    private WindowsKeyAccess(string place, IWindowsDescriptor descriptor)
        : base(place)
    {
        this.descriptor = descriptor;
    }

    internal static WindowsKeyAccess OfFile(string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return new WindowsKeyAccess(target, new FileDescriptor(target));
    }

    /// <summary>The list of a key in a storage of Windows; null for a key in memory or from a file of ours.</summary>
    internal static WindowsKeyAccess? OfPlatformKey(PrivateKey key)
    {
        var (container, cng, name) = WindowsKeyStorage.Locate(key);
        if (container is null)
            return null;
        if (container.Candidates(WindowsKeyStorage.Folders()).FirstOrDefault(File.Exists) is { } file)
            return OfFile(file);
        return cng is not null
            ? new WindowsKeyAccess(name, new CngDescriptor(cng, name))
            : throw new KeyException(ErrorCode.KeyPlaceUnknown, $"The file of the key '{name}' is not in the folders where Windows keeps keys, or this account may not see it. Run PowerShell as administrator.");
    }

    /// <summary>The SIDs of those who may read the file of a key.</summary>
    /// <exception cref="KeyException">This account may not see its permissions.</exception>
    internal static HashSet<string> ReadersOf(string path) => Allowed(new FileDescriptor(path).Read()).Select(entry => entry.SecurityIdentifier.Value).ToHashSet();

    public override IReadOnlyList<KeyAccess> Read() => Rows(descriptor.Read());

    public override KeyAccessChange PlanGrant(string account, KeyRight right)
    {
        var sid = WindowsAccount.Resolve(account);
        if (WellKnownAccounts.IsEveryone(sid.Value))
            throw TooWide(account);
        var list = descriptor.Read();
        if (list.DiscretionaryAcl is null)
            return new KeyAccessChange("Leave the permissions as they are: everybody has all rights", [$"'{Place}' has no access list, so that everybody may use and replace the key. Set one with icacls, or make a new key."], null);
        if (Allowed(list).Any(entry => entry.SecurityIdentifier == sid && WindowsRights.Of(entry.AccessMask) >= right))
            return new KeyAccessChange($"Leave the permissions as they are: '{account}' has {right} already", [], null);
        return new KeyAccessChange($"Let '{account}' have {right} ({descriptor.Kind})", [], () =>
        {
            try
            {
                list.DiscretionaryAcl.AddAccess(AccessControlType.Allow, sid, WindowsRights.ToMask(right), InheritanceFlags.None, PropagationFlags.None);
            }
            catch (InvalidOperationException disordered)
            {
                throw new KeyException(ErrorCode.KeyAccessNotPossible, $"The access list of '{Place}' is not in the order that Windows wants. Mend it first: icacls '{Place}' /verify, then /reset.", Place, disordered);
            }

            descriptor.Write(list);
        });
    }

    public override KeyAccessChange PlanRevoke(string? account)
    {
        var sid = account is null ? null : WindowsAccount.Resolve(account);
        var list = descriptor.Read();
        if (sid is not null && sid == list.Owner)
            throw Owned(account!, Place);
        var taken = Allowed(list).Select(entry => entry.SecurityIdentifier).Distinct().Where(one => sid is null ? !Stays(one, list) : one == sid).ToList();
        var who = account is null ? "everybody but the owner, this user, the system and the administrators" : $"'{account}'";
        if (taken.Count == 0)
            return new KeyAccessChange($"Leave the permissions as they are: {who} has none", [], null);
        return new KeyAccessChange($"Take it from {who} ({descriptor.Kind})", [], () =>
        {
            Take(list, taken);
            descriptor.Write(list);
        });
    }

    /// <summary>Takes the entries out. What is inherited from the folder can only be taken away once all of it is the file's own.</summary>
    private static void Take(CommonSecurityDescriptor list, List<SecurityIdentifier> taken)
    {
        var isInherited = Allowed(list).Any(entry => entry.IsInherited && taken.Contains(entry.SecurityIdentifier));
        var kept = new RawAcl(GenericAcl.AclRevision, list.DiscretionaryAcl!.Count);
        foreach (var entry in list.DiscretionaryAcl.Cast<GenericAce>().Where(entry => entry is not CommonAce { AceQualifier: AceQualifier.AccessAllowed } allowed || !taken.Contains(allowed.SecurityIdentifier)))
        {
            var copy = entry.Copy();
            if (isInherited)
                copy.AceFlags &= ~AceFlags.Inherited;
            kept.InsertAce(kept.Count, copy);
        }

        list.DiscretionaryAcl = new DiscretionaryAcl(isContainer: false, isDS: false, kept);
        if (isInherited)
            list.SetDiscretionaryAclProtection(isProtected: true, preserveInheritance: true);
    }

    /// <summary>Files that an administrator makes belong to all of them, and whoever works here shall not lock itself out.</summary>
    private static bool Stays(SecurityIdentifier sid, CommonSecurityDescriptor list) => sid == list.Owner || sid.Value is WellKnownAccounts.System or WellKnownAccounts.Administrators || sid.Value == WindowsKeyStorage.CurrentUser();

    private static IEnumerable<CommonAce> Allowed(CommonSecurityDescriptor list) =>
        (list.DiscretionaryAcl?.Cast<GenericAce>() ?? []).OfType<CommonAce>().Where(entry => entry.AceQualifier == AceQualifier.AccessAllowed && WindowsRights.Of(entry.AccessMask) is not null);

    private List<KeyAccess> Rows(CommonSecurityDescriptor list)
    {
        if (list.DiscretionaryAcl is null)
            return [new KeyAccess(this, "Everyone", KeyAccessKind.Everyone, KeyRight.FullControl, "no access list")];
        return Allowed(list).OrderByDescending(entry => entry.SecurityIdentifier == list.Owner).Select(entry =>
        {
            var sid = entry.SecurityIdentifier;
            var kind = WellKnownAccounts.IsEveryone(sid.Value) ? KeyAccessKind.Everyone : sid.Value.StartsWith("S-1-5-32-", StringComparison.Ordinal) ? KeyAccessKind.Group : KeyAccessKind.User;
            return new KeyAccess(this, WindowsAccount.NameOf(sid), kind, WindowsRights.Of(entry.AccessMask)!.Value, entry.IsInherited ? $"{descriptor.Kind}, inherited" : descriptor.Kind, isOwner: Stays(sid, list));
        }).ToList();
    }
}
