using System.Runtime.Versioning;
using System.Security.Principal;

namespace MtlsTools.Keys.Access.Windows;

/// <summary>Accounts of Windows by name and by SID.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsAccount
{
    /// <exception cref="KeyException">There is no such account.</exception>
    internal static SecurityIdentifier Resolve(string name)
    {
        try
        {
            if (WellKnownAccounts.SidOf(name) is { } known)
                return new SecurityIdentifier(known);
            return name.StartsWith("S-1-", StringComparison.OrdinalIgnoreCase)
                ? new SecurityIdentifier(name)
                : (SecurityIdentifier)new NTAccount(name).Translate(typeof(SecurityIdentifier));
        }
        catch (Exception unknown) when (unknown is IdentityNotMappedException or ArgumentException or SystemException)
        {
            throw new KeyException(ErrorCode.AccountUnknown, $@"There is no account '{name}' that this machine knows. Write a user as DOMAIN\name or MACHINE\name, an application pool as IIS AppPool\name (the pool must exist), a service as NT SERVICE\name, and a gMSA with its dollar sign: DOMAIN\name$", null, unknown);
        }
    }

    internal static string NameOf(SecurityIdentifier sid)
    {
        try
        {
            return sid.Translate(typeof(NTAccount)).Value;
        }
        catch (Exception unknown) when (unknown is IdentityNotMappedException or SystemException)
        {
            // An account that was deleted, or a domain that can not be asked: the number is all there is.
            return sid.Value;
        }
    }
}
