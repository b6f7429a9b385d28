namespace MtlsTools.Keys.Access;

/// <summary>Whom a permission is given to.</summary>
public enum KeyAccessKind
{
    /// <summary>One account.</summary>
    User,

    /// <summary>All members of a group.</summary>
    Group,

    /// <summary>Everybody on the machine.</summary>
    Everyone,
}

/// <summary>What an account may do with a private key.</summary>
public enum KeyRight
{
    /// <summary>Use it: read the file, or sign with a key that can not be read.</summary>
    Read,

    /// <summary>Replace or delete it as well.</summary>
    Write,

    /// <summary>Also give it to others.</summary>
    FullControl,
}

/// <summary>One permission on a private key.</summary>
public sealed class KeyAccess
{
    internal KeyAccess(KeyAccessList list, string account, KeyAccessKind kind, KeyRight right, string source, bool isOwner = false)
    {
        List = list;
        Account = account;
        Kind = kind;
        Right = right;
        Source = source;
        IsOwner = isOwner;
    }

    /// <summary>The account's name; its number where it has none.</summary>
    public string Account { get; }

    /// <summary>Whether that is a user, a group or everybody.</summary>
    public KeyAccessKind Kind { get; }

    /// <summary>What it may do.</summary>
    public KeyRight Right { get; }

    /// <summary>Where the permission comes from: the owner, the group and mode of the file, or its access list.</summary>
    public string Source { get; }

    /// <summary>The key's file, or its name in the platform's key storage.</summary>
    public string Path => List.Place;

    /// <summary>Whether the account owns the key. On Windows also true for this user, the system and the administrators.</summary>
    public bool IsOwner { get; }

    /// <summary>Whether no private key should be open this far: to everybody, or for others than its owner to change.</summary>
    public bool IsTooWide => !IsOwner && (Kind == KeyAccessKind.Everyone || Right != KeyRight.Read);

    /// <summary>The permissions that this one stands among.</summary>
    public KeyAccessList List { get; }

    /// <summary>Account and right.</summary>
    public override string ToString() => $"{Account}: {Right}";
}
