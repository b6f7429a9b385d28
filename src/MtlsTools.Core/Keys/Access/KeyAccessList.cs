using MtlsTools.Keys.Access.Unix;
using MtlsTools.Keys.Access.Windows;

namespace MtlsTools.Keys.Access;

/// <summary>Who may use one private key: a key file, or a key in a storage of Windows.</summary>
public abstract class KeyAccessList
{
    private protected KeyAccessList(string place) => Place = place;

    /// <summary>The key's file, or its name in the platform's key storage.</summary>
    public string Place { get; }

    /// <summary>Opens the permissions of a key file; for a certificate file, those of the key beside it.</summary>
    /// <exception cref="MtlsException">The file is missing, or neither it nor the one beside it holds a private key.</exception>
    public static KeyAccessList Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = KeyFile.Find(System.IO.Path.GetFullPath(path));
        return OperatingSystem.IsWindows() ? WindowsKeyAccess.OfFile(file) : UnixKeyAccess.OfFile(file);
    }

    /// <summary>Opens the permissions of a key where it lies.</summary>
    /// <exception cref="MtlsException">It lies nowhere but in this process, or its place is not known.</exception>
    public static KeyAccessList Open(PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (OperatingSystem.IsWindows() && WindowsKeyAccess.OfPlatformKey(key) is { } platform)
            return platform;
        return key.Path is { } path
            ? Open(path)
            : throw new KeyException(ErrorCode.KeyPlaceUnknown, "The key lies in no file that other accounts could open: it is in the memory of this process, in this user's own store or on a device. Save it as a file where the service looks for it (Export-MtlsCertificate -OutFile), and name that.");
    }

    /// <summary>Everybody who may use the key, its owner first.</summary>
    /// <exception cref="MtlsException">The permissions can not be read.</exception>
    public abstract IReadOnlyList<KeyAccess> Read();

    /// <summary>Plans to let an account use the key.</summary>
    /// <param name="account">A user or group; on Windows also <c>IIS AppPool\name</c>, a gMSA (<c>DOMAIN\name$</c>) or a SID, elsewhere <c>user:name</c> or <c>group:name</c> where both exist.</param>
    /// <param name="right">What it may do.</param>
    /// <exception cref="MtlsException">There is no such account, it may not be given a key, or this account may not change the permissions.</exception>
    public abstract KeyAccessChange PlanGrant(string account, KeyRight right);

    /// <summary>Plans to take the key from an account, or from everybody but its owner.</summary>
    /// <param name="account">The account; null for all but the owner (and, on Windows, this user, the system and the administrators).</param>
    /// <exception cref="MtlsException">There is no such account, it is the owner, or this account may not change the permissions.</exception>
    public abstract KeyAccessChange PlanRevoke(string? account);

    /// <summary>The place.</summary>
    public override string ToString() => Place;

    private protected static KeyException TooWide(string account) =>
        new(ErrorCode.KeyAccessTooWide, $"'{account}' means everybody on this machine, and a private key that everybody may read is none. Name the account of the service that needs it.");

    private protected static KeyException Owned(string account, string place) =>
        new(ErrorCode.KeyAccessNotPossible, $"'{account}' owns the key '{place}' and could take any permission back. Give the key another owner, or remove the key.", place);
}
