namespace MtlsTools.Keys.Access.Windows;

/// <summary>The accounts that every Windows has. Their names are translated on systems of other languages, their SIDs are not.</summary>
internal static class WellKnownAccounts
{
    internal const string System = "S-1-5-18";
    internal const string Administrators = "S-1-5-32-544";

    private static readonly Dictionary<string, string> Sids = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Everyone"] = "S-1-1-0",
        ["Authenticated Users"] = "S-1-5-11",
        ["Interactive"] = "S-1-5-4",
        ["Network"] = "S-1-5-2",
        ["Anonymous Logon"] = "S-1-5-7",
        ["System"] = System,
        ["Local System"] = System,
        ["LocalSystem"] = System,
        ["Local Service"] = "S-1-5-19",
        ["LocalService"] = "S-1-5-19",
        ["Network Service"] = "S-1-5-20",
        ["NetworkService"] = "S-1-5-20",
        ["Administrators"] = Administrators,
        ["Users"] = "S-1-5-32-545",
        ["Guests"] = "S-1-5-32-546",
        ["IIS_IUSRS"] = "S-1-5-32-568",
    };

    private static readonly HashSet<string> Wide = new(StringComparer.OrdinalIgnoreCase) { "S-1-1-0", "S-1-5-11", "S-1-5-4", "S-1-5-2", "S-1-5-7", "S-1-5-32-545", "S-1-5-32-546" };

    /// <summary>The SID of a name, with or without <c>NT AUTHORITY\</c> or <c>BUILTIN\</c>; null when it is none of these accounts.</summary>
    internal static string? SidOf(string name)
    {
        foreach (var prefix in new[] { @"NT AUTHORITY\", @"BUILTIN\" })
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return Sids.GetValueOrDefault(name[prefix.Length..]);
        }

        return Sids.GetValueOrDefault(name);
    }

    /// <summary>Whether an account is so many that a key in its hands is everybody's.</summary>
    internal static bool IsEveryone(string sid) => Wide.Contains(sid);
}
