using MtlsTools.Keys.Access;
using MtlsTools.Keys.Access.Windows;

namespace MtlsTools.Tests.Keys.Access;

/// <summary>Where Windows keeps its keys, whom its names mean and what its bits allow: as Microsoft documents it (Key Storage and Retrieval; Well-known SIDs; Access Mask).</summary>
public sealed class WindowsKeyPlaceTests
{
    private const string Alice = "S-1-5-21-1-2-3-1001";
    private const string Shared = @"C:\ProgramData\Microsoft\Crypto\";
    private const string Own = @"C:\Users\alice\AppData\Roaming\Microsoft\Crypto\";

    [Theory]

    // CNG; a key of an older provider opens as one of CNG's, so its folder comes last.
    [InlineData(false, true, Alice, Shared + @"Keys\k", Shared + @"SystemKeys\k", Shared + @"RSA\MachineKeys\k")]
    [InlineData(false, false, Alice, Own + @"Keys\k", Own + @"RSA\" + Alice + @"\k")]
    [InlineData(false, false, "S-1-5-18", Shared + @"SystemKeys\k", Own + @"Keys\k", Shared + @"RSA\S-1-5-18\k", Own + @"RSA\S-1-5-18\k")]

    // The older providers (CryptoAPI).
    [InlineData(true, true, Alice, Shared + @"RSA\MachineKeys\k")]
    [InlineData(true, false, Alice, Own + @"RSA\" + Alice + @"\k")]
    [InlineData(true, false, "S-1-5-18", Shared + @"RSA\S-1-5-18\k", Own + @"RSA\S-1-5-18\k")]
    public void The_file_of_a_key(bool csp, bool machine, string sid, params string[] places) =>
        Assert.Equal(places, new KeyContainer(csp, machine, "k").Candidates(new KeyFolders(@"C:\ProgramData", @"C:\Users\alice\AppData\Roaming", sid)));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(@"..\..\Windows\win.ini")]
    [InlineData("a/b")]
    [InlineData(@"C:\key")]
    [InlineData("*")]
    public void A_name_that_is_no_files_name_leads_nowhere(string name) =>
        Assert.Empty(new KeyContainer(IsCsp: false, IsMachine: true, name).Candidates(new KeyFolders(@"C:\ProgramData", @"C:\A", Alice)));

    [Theory]
    [InlineData("NETWORK SERVICE", "S-1-5-20")]
    [InlineData(@"nt authority\network service", "S-1-5-20")]
    [InlineData("LocalService", "S-1-5-19")]
    [InlineData(@"NT AUTHORITY\SYSTEM", "S-1-5-18")]
    [InlineData("IIS_IUSRS", "S-1-5-32-568")]
    [InlineData(@"BUILTIN\Users", "S-1-5-32-545")]
    [InlineData("Everyone", "S-1-1-0")]
    [InlineData(@"NT AUTHORITY\Authenticated Users", "S-1-5-11")]
    [InlineData("alice", null)]
    [InlineData(@"DOMAIN\Users", null)]
    [InlineData(@"NT SERVICE\W3SVC", null)]
    [InlineData(@"IIS AppPool\web", null)]
    public void Names_that_systems_translate(string name, string? sid) => Assert.Equal(sid, WellKnownAccounts.SidOf(name));

    [Theory]
    [InlineData("Everyone", true)]
    [InlineData("Authenticated Users", true)]
    [InlineData("Users", true)]
    [InlineData("Interactive", true)]
    [InlineData("IIS_IUSRS", false)]
    [InlineData("NETWORK SERVICE", false)]
    [InlineData("Administrators", false)]
    public void Who_is_everybody(string name, bool everybody) => Assert.Equal(everybody, WellKnownAccounts.IsEveryone(WellKnownAccounts.SidOf(name)!));

    [Theory]
    [InlineData(0x120089, KeyRight.Read)] // FILE_GENERIC_READ
    [InlineData(unchecked((int)0x80000000), KeyRight.Read)] // GENERIC_READ
    [InlineData(0x1F01FF, KeyRight.FullControl)] // FILE_ALL_ACCESS
    [InlineData(0x10000000, KeyRight.FullControl)] // GENERIC_ALL
    [InlineData(0x160089, KeyRight.FullControl)] // read and WRITE_DAC: it can give itself the rest
    [InlineData(0x1301BF, KeyRight.Write)] // modify
    [InlineData(0x40000000, KeyRight.Write)] // GENERIC_WRITE
    [InlineData(0x100080, null)] // attributes alone
    public void What_a_mask_allows(int mask, KeyRight? right) => Assert.Equal(right, WindowsRights.Of(mask));

    [Theory]
    [InlineData(KeyRight.Read)]
    [InlineData(KeyRight.FullControl)]
    public void What_is_granted_reads_back_as_that(KeyRight right) => Assert.Equal(right, WindowsRights.Of(WindowsRights.ToMask(right)));
}
