using System.Globalization;
using MtlsTools.Keys.Access.Unix;

namespace MtlsTools.Tests.Keys.Access;

/// <summary>What a key file's permissions become, for every state that they can be in: owner 1000 with the primary group 1000.</summary>
public sealed class UnixAccessPlanTests
{
    private static readonly UnixAccount Web = new("www-data", null, 33, [33]);
    private static readonly UnixAccount Nobody = new("nobody", 65534, null, [65534]);
    private static readonly UnixAccount Owner = new("alice", 1000, null, [1000]);

    [Theory]

    // The one group of the file is free.
    [InlineData("600 1000", "group", true, "640 33")]
    [InlineData("400 1000", "group", true, "440 33")]

    // It is free, and this caller may not give the file away: an entry of the access list.
    [InlineData("600 1000", "group", false, "600 1000 g33:4")]

    // It is the group's already.
    [InlineData("600 33", "group", false, "640 33")]

    // It is another's, who must not lose the key.
    [InlineData("640 50", "group", true, "640 50 g33:4")]

    // A list is there: it goes on.
    [InlineData("640 1000 u65534:4", "group", true, "640 1000 u65534:4 g33:4")]

    // A user by itself never gets it through a group, where others may be.
    [InlineData("600 1000", "user", true, "600 1000 u65534:4")]
    [InlineData("640 33", "user", true, "640 33 u65534:4")]
    [InlineData("600 1000 u65534:0", "user", true, "600 1000 u65534:4")]

    // The owner's own bits.
    [InlineData("200 1000", "owner", true, "600 1000")]

    // What others have stays as it is.
    [InlineData("602 1000", "group", true, "642 33")]
    public void Granting(string now, string account, bool mayGive, string then) => Assert.Equal(
        then,
        Write(UnixAccessPlan.Grant(Read(now), account switch { "group" => Web, "user" => Nobody, _ => Owner }, _ => mayGive)));

    [Theory]
    [InlineData("640 33", "group", "600 1000")]
    [InlineData("660 33", "group", "600 1000")]
    [InlineData("640 50", "group", "640 50")]
    [InlineData("640 50 g33:4", "group", "640 50")]
    [InlineData("640 33 u65534:4", "group", "600 1000 u65534:4")]
    [InlineData("640 33 u65534:4", "user", "640 33")]
    [InlineData("644 33", "group", "604 1000")]
    public void Revoking(string now, string account, string then) =>
        Assert.Equal(then, Write(UnixAccessPlan.Revoke(Read(now), [account == "group" ? Web : Nobody], 1000)));

    [Theory]
    [InlineData("644 33 u65534:4 g50:6", "600 1000")]
    [InlineData("400 1000", "400 1000")]
    public void Revoking_all_leaves_the_owner_alone(string now, string then) => Assert.Equal(then, Write(UnixAccessPlan.RevokeAll(Read(now), 1000)));

    [Fact]
    public void Revoking_everyone_takes_from_the_others_alone() => Assert.Equal("640 33", Write(UnixAccessPlan.RevokeEveryone(Read("646 33"))));

    [Theory]
    [InlineData("600 1000", "640 33", "group #33, mode 640")]
    [InlineData("600 1000", "600 1000 u65534:4", "access list u:@65534:r, mode 640")]
    [InlineData("640 33 u65534:4", "640 33", "access list without u:@65534")]
    [InlineData("644 33", "600 1000", "group #1000, mode 600")]
    public void A_change_is_told_by_the_names_of_its_commands(string now, string then, string told) =>
        Assert.Equal(told, UnixAccessPlan.Describe(Read(now), Read(then), group => $"#{group}", user => $"@{user}"));

    [Theory]

    // By the first class that the account falls into, as the kernel has it.
    [InlineData("600 1000", "user", false)]
    [InlineData("604 1000", "user", true)]
    [InlineData("604 65534", "user", false)]
    [InlineData("604 1000 u65534:0", "user", false)]
    [InlineData("600 1000 u65534:4", "user", true)]
    [InlineData("600 1000 g65534:4", "user", true)]
    [InlineData("604 1000 g65534:0", "user", false)]
    [InlineData("044 1000", "owner", false)]
    [InlineData("640 33", "group", true)]
    [InlineData("600 33", "group", false)]
    [InlineData("604 1000", "group", true)]
    public void Who_may_read_is_decided_as_the_kernel_does(string now, string account, bool may) =>
        Assert.Equal(may, Read(now).Allows(account switch { "group" => Web, "user" => Nobody, _ => Owner }, UnixPermissions.Read));

    [Fact]
    public void Root_may_always() => Assert.True(Read("000 1000").Allows(new UnixAccount("root", 0, null, [0]), UnixPermissions.Read));

    [Fact]
    public void The_mask_of_an_access_list_counts()
    {
        // user::rw- user:33:rw- group::r-- mask::r-- other::---, as setfacl writes it.
        var list = Convert.FromHexString("02000000" + "01000600FFFFFFFF" + "0200060021000000" + "04000400FFFFFFFF" + "10000400FFFFFFFF" + "20000000FFFFFFFF");
        var read = UnixPermissions.Decode(1000, 1000, 0b110_100_000, list);
        Assert.Equal("640 1000 u33:4", Write(read));
        Assert.Equal(new NamedPermission(IsGroup: false, 33, UnixPermissions.Read), Assert.Single(read.Named));

        // Written again it grants nothing that the mask had taken.
        Assert.Equal("0200040021000000", Convert.ToHexString(read.Encode().AsSpan(12, 8)));
        Assert.Equal(Convert.ToHexString(list).Replace("0200060021000000", "0200040021000000", StringComparison.Ordinal), Convert.ToHexString(read.Encode()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0200")]
    [InlineData("03000000" + "01000600FFFFFFFF")]
    [InlineData("02000000" + "0100")]
    public void An_access_list_of_another_form_is_not_believed(string hex) =>
        Assert.Equal("640 1000", Write(UnixPermissions.Decode(1000, 1000, 0b110_100_000, Convert.FromHexString(hex))));

    /// <summary><c>bits group [entry…]</c>: the bits of owner, group and others, each without what an access list makes of them; an entry is u or g, the id, and its bits.</summary>
    private static UnixPermissions Read(string text)
    {
        var parts = text.Split(' ');
        var named = parts[2..].Select(entry => new NamedPermission(entry[0] == 'g', uint.Parse(entry[1..^2], CultureInfo.InvariantCulture), entry[^1] - '0')).ToList();
        return new UnixPermissions(1000, uint.Parse(parts[1], CultureInfo.InvariantCulture), parts[0][0] - '0', parts[0][1] - '0', parts[0][2] - '0', named);
    }

    private static string Write(UnixPermissions permissions) =>
        $"{permissions.OwnerBits}{permissions.GroupBits}{permissions.OtherBits} {permissions.Group}{string.Concat(permissions.Named.OrderBy(entry => entry.IsGroup).Select(entry => $" {(entry.IsGroup ? 'g' : 'u')}{entry.Id}:{entry.Bits}"))}";
}
