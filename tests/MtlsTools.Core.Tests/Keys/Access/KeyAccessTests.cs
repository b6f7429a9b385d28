using MtlsTools.Keys;
using MtlsTools.Keys.Access;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys.Access;

/// <summary>Whether other users of this machine really can read a key, before and after.</summary>
public sealed class KeyAccessTests : IDisposable
{
    /// <summary>A user of Debian that has a group of its own.</summary>
    private const string Web = "www-data";

    /// <summary>A user without one.</summary>
    private const string Nobody = "nobody";

    private readonly TemporaryFolder folder = new();
    private readonly string path;

    public KeyAccessTests()
    {
        path = folder.At("server [1].key");
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        key.Save(path);
    }

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void A_service_with_a_group_of_its_own_reads_through_it()
    {
        Assert.False(CanRead(Web));
        var change = Grant(Web);
        Assert.Equal("Let the group 'www-data' read it (group www-data, mode 640)", change.Description);
        Assert.Empty(change.Warnings);
        Assert.True(CanRead(Web));
        Assert.False(CanRead(Nobody));
        Assert.Equal("640", UnixMode.Of(path));
        Assert.Equal(["root User FullControl owner, mode 0640", "www-data Group Read group of the file, mode 0640"], Rows());

        Assert.Equal("Take it from 'www-data' (group root, mode 600)", Revoke(Web).Description);
        Assert.False(CanRead(Web));
        Assert.Equal("600", UnixMode.Of(path));
        Assert.Equal(["root User FullControl owner, mode 0600"], Rows());
    }

    [SkippableFact]
    public void A_user_without_one_reads_through_the_access_list()
    {
        Assert.False(CanRead(Nobody));
        Assert.Equal("Let the user 'nobody' read it (access list u:nobody:r, mode 640)", Grant(Nobody).Description);
        Assert.True(CanRead(Nobody));
        Assert.False(CanRead(Web));
        Assert.Contains("user:nobody:r--", Peer.Require("getfacl").Run("--absolute-names", path).Output, StringComparison.Ordinal);
        Assert.Contains("nobody User Read access list", Rows());

        Revoke(Nobody);
        Assert.False(CanRead(Nobody));
        Assert.DoesNotContain("mask", Peer.Require("getfacl").Run("--absolute-names", path).Output, StringComparison.Ordinal);
        Assert.Equal("600", UnixMode.Of(path));
    }

    [SkippableFact]
    public void A_second_service_does_not_take_the_key_from_the_first()
    {
        Grant(Web);
        Grant("group:nogroup");
        Grant("24680");
        Assert.True(CanRead(Web));
        Assert.True(CanRead(Nobody));
        Assert.True(CanRead("24680"));
        Assert.False(CanRead("24681"));
        Assert.Equal(["root User FullControl owner, mode 0640", "www-data Group Read group of the file, mode 0640", "24680 User Read access list", "nogroup Group Read access list"], Rows());

        // Both by one name: the group of the file, and what stands in the list.
        Revoke(Web);
        Assert.False(CanRead(Web));
        Assert.True(CanRead(Nobody));
        Revoke(null);
        Assert.False(CanRead(Nobody));
        Assert.False(CanRead("24680"));
        Assert.Equal(["root User FullControl owner, mode 0600"], Rows());
    }

    [SkippableFact]
    public void What_is_so_already_is_not_done_again()
    {
        Grant(Web);
        var again = Open().PlanGrant(Web, KeyRight.Read);
        Assert.True(again.IsDone);
        again.Apply();
        Assert.True(Open().PlanGrant("root", KeyRight.Read).IsDone);
        Revoke(Web);
        Assert.True(Open().PlanRevoke(Web).IsDone);
        Assert.True(Open().PlanRevoke(null).IsDone);
    }

    [SkippableFact]
    public void A_folder_that_the_account_can_not_enter_is_named()
    {
        var inner = folder.At("closed");
        Directory.CreateDirectory(inner);
        UnixMode.Set(inner, "700");
        var key = Path.Combine(inner, "server.key");
        File.Move(path, key);
        RequireOthers();
        var change = KeyAccessList.Open(key).PlanGrant(Web, KeyRight.Read);
        Assert.Equal($"the group 'www-data' can not enter the folder '{inner}', and so not reach the key. Let it pass: chmod o+x '{inner}'", Assert.Single(change.Warnings));
        change.Apply();
        Assert.False(CanRead(Web, key));
        Peer.Require("chmod").Run("o+x", inner);
        Assert.True(CanRead(Web, key));
        Assert.Empty(KeyAccessList.Open(key).PlanGrant(Web, KeyRight.Read).Warnings);
    }

    [SkippableFact]
    public void A_link_is_followed_and_said_to_be_one()
    {
        RequireOthers();
        var link = folder.At("link.key");
        File.CreateSymbolicLink(link, path);
        var list = KeyAccessList.Open(link);
        Assert.Equal(path, list.Place);
        var change = list.PlanGrant(Web, KeyRight.Read);
        Assert.Equal($"'{link}' is a link; its target '{path}' is what has permissions.", Assert.Single(change.Warnings));
        change.Apply();
        Assert.True(CanRead(Web, link));
    }

    [SkippableFact]
    public void A_folder_that_is_a_link_is_no_matter_unless_its_target_is_closed()
    {
        RequireOthers();
        var closed = folder.At("closed");
        var inner = Path.Combine(closed, "inner");
        Directory.CreateDirectory(inner);
        UnixMode.Set(closed, "700");
        File.Move(path, Path.Combine(inner, "server.key"));
        Directory.CreateSymbolicLink(folder.At("link"), inner);
        var list = KeyAccessList.Open(folder.At("link", "server.key"));
        Assert.Equal(folder.At("link", "server.key"), list.Place);
        Assert.StartsWith($"the group 'www-data' can not enter the folder '{closed}'", Assert.Single(list.PlanGrant(Web, KeyRight.Read).Warnings), StringComparison.Ordinal);
        UnixMode.Set(closed, "711");
        Assert.Empty(list.PlanGrant(Web, KeyRight.Read).Warnings);
    }

    [SkippableFact]
    public void What_is_open_too_wide_is_told_and_can_be_closed()
    {
        RequireOthers();
        UnixMode.Set(path, "666");
        var rows = Open().Read();
        Assert.Equal([false, true, true], rows.Select(row => row.IsTooWide));
        Assert.Equal(["root User FullControl owner, mode 0666", "root Group Write group of the file, mode 0666", "Everyone Everyone Write others, mode 0666"], Rows());
        var granted = Open().PlanGrant(Web, KeyRight.Read);
        Assert.True(granted.IsDone);
        Assert.Contains(granted.Warnings, warning => warning.Contains("Everyone has Write", StringComparison.Ordinal));

        var revoked = Open().PlanRevoke(Web);
        Assert.True(revoked.IsDone);
        Assert.Contains("everybody on this machine can. Revoke that: -Account Everyone", Assert.Single(revoked.Warnings.Take(1)), StringComparison.Ordinal);
        Revoke("Everyone");
        Assert.Equal("660", UnixMode.Of(path));
        Assert.False(CanRead(Web));
    }

    [SkippableFact]
    public void A_list_made_by_setfacl_is_read_with_its_mask_and_never_widened()
    {
        RequireOthers();
        var setfacl = Peer.Require("setfacl");
        setfacl.Run("-m", "u:nobody:rw,g:www-data:rw", path);
        Assert.Equal(["root User FullControl owner, mode 0660", "nobody User Write access list", "www-data Group Write access list"], Rows());

        // chmod sets the mask of such a file: the entries are there and mean nothing. Granting must not wake them.
        UnixMode.Set(path, "600");
        Assert.False(CanRead(Nobody));
        Grant("24680");
        Assert.True(CanRead("24680"));
        Assert.False(CanRead(Nobody));
        Assert.False(CanRead(Web));
    }

    [SkippableTheory]
    [InlineData("no-such-account", KeyRight.Read, ErrorCode.AccountUnknown)]
    [InlineData("user:no-such-account", KeyRight.Read, ErrorCode.AccountUnknown)]
    [InlineData("group:nobody", KeyRight.Read, ErrorCode.AccountUnknown)]
    [InlineData("everyone", KeyRight.Read, ErrorCode.KeyAccessTooWide)]
    [InlineData(Web, KeyRight.FullControl, ErrorCode.PlatformNotSupported)]
    public void What_can_not_be_granted_is_refused(string account, KeyRight right, ErrorCode code)
    {
        RequireOthers();
        var refused = Assert.ThrowsAny<MtlsException>(() => Open().PlanGrant(account, right));
        Assert.Equal(code, refused.Code);
        Assert.Equal("600", UnixMode.Of(path));
    }

    [SkippableFact]
    public void The_owner_keeps_the_key()
    {
        RequireOthers();
        Peer.Require("chown").Run(Nobody, path);
        Assert.Equal(ErrorCode.KeyAccessNotPossible, Assert.Throws<KeyException>(() => Open().PlanRevoke(Nobody)).Code);
        Revoke(null);
        Assert.True(CanRead(Nobody));
    }

    [Fact]
    public void A_certificate_leads_to_the_key_beside_it_and_other_files_nowhere()
    {
        folder.Write("server [1].crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.Equal(Path.GetFileName(path), Path.GetFileName(KeyAccessList.Open(folder.At("server [1].crt")).Place));
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => KeyAccessList.Open(folder.Write("alone.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))).Code);
        Assert.Equal(ErrorCode.WrongContent, Assert.Throws<InputException>(() => KeyAccessList.Open(folder.Write("text.txt", "text"))).Code);
        Assert.Equal(ErrorCode.FileNotReadable, Assert.Throws<InputException>(() => KeyAccessList.Open(folder.Path)).Code);
    }

    [Fact]
    public void A_key_in_memory_lies_nowhere()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        Assert.Equal(ErrorCode.KeyPlaceUnknown, Assert.Throws<KeyException>(() => KeyAccessList.Open(key)).Code);
        key.Save(folder.At("saved.key"));
        Assert.EndsWith("saved.key", KeyAccessList.Open(key).Place, StringComparison.Ordinal);
    }

    private static void RequireOthers()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The accounts are those of Debian.");
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can act as another user.");
    }

    private KeyAccessList Open() => KeyAccessList.Open(path);

    private KeyAccessChange Grant(string account)
    {
        RequireOthers();
        var change = Open().PlanGrant(account, KeyRight.Read);
        Assert.False(change.IsDone);
        change.Apply();
        return change;
    }

    private KeyAccessChange Revoke(string? account)
    {
        var change = Open().PlanRevoke(account);
        Assert.False(change.IsDone);
        change.Apply();
        return change;
    }

    private List<string> Rows() => Open().Read().Select(row => $"{row.Account} {row.Kind} {row.Right} {row.Source}").ToList();

    private bool CanRead(string user, string? file = null)
    {
        RequireOthers();
        var isNumber = char.IsAsciiDigit(user[0]);
        var group = user == Nobody ? "nogroup" : user;
        var result = Peer.Require("setpriv").Try(["--reuid", user, "--regid", group, isNumber ? "--clear-groups" : "--init-groups", "cat", file ?? path], null);
        Assert.True(result.ExitCode == 0 || result.Error.Contains("Permission denied", StringComparison.Ordinal), result.All);
        return result.ExitCode == 0 && result.Output.Contains("PRIVATE KEY", StringComparison.Ordinal);
    }
}
