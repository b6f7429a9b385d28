using MtlsTools.Certificates;
using MtlsTools.Inventory;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Inventory;

/// <summary>What lies around on real disks: nothing of it may block, stop or hide the rest.</summary>
public sealed class InventoryBadInputTests(Estate estate) : IClassFixture<Estate>
{
    [SkippableFact]
    public void Pipes_devices_loops_and_giants_hide_nothing()
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no named pipes among files on Windows.");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("m deep", "er"));
        Peer.Require("mkfifo").Run(folder.At("a-pipe.pem"));
        File.CreateSymbolicLink(folder.At("b-zero.crt"), "/dev/zero");
        File.CreateSymbolicLink(folder.At("c-tty.pem"), "/dev/tty");
        File.CreateSymbolicLink(folder.At("d-dangling.crt"), folder.At("nothing"));
        File.CreateSymbolicLink(folder.At("e-circle.crt"), folder.At("f-circle.crt"));
        File.CreateSymbolicLink(folder.At("f-circle.crt"), folder.At("e-circle.crt"));
        Directory.CreateSymbolicLink(folder.At("m deep", "er", "up"), folder.Path);
        using (var giant = File.Create(folder.At("g-giant.pem")))
            giant.SetLength(1L << 30);
        using (var giant = File.Create(folder.At("h-giant.bin")))
            giant.SetLength(1L << 30);
        folder.Write("i-empty.crt", "");
        folder.Write("j-text.crt", "not a certificate");
        folder.Write("k-key.pem", File.ReadAllText(estate.At("etc/ssl/www.key")));
        folder.Write("l-notes", "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n");
        File.Copy(estate.At("etc/ssl/www.crt"), folder.At("m deep", "er", "noend"));
        File.CreateSymbolicLink(folder.At("n-inside.crt"), folder.At("m deep", "er", "noend"));
        File.CreateSymbolicLink(folder.At("o-outside.crt"), estate.At("etc/ssl/api.crt"));

        var items = estate.Read(new InventoryOptions { Paths = [folder.Path] });

        var unreadable = items.Where(item => item.Kind == InventoryKind.Unreadable).ToDictionary(item => item.Name, item => item.Findings[0].Cause);
        Assert.Equal(["a-pipe.pem", "b-zero.crt", "c-tty.pem", "d-dangling.crt", "e-circle.crt", "f-circle.crt", "g-giant.pem", "i-empty.crt", "j-text.crt"], unreadable.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("no ordinary file", unreadable["a-pipe.pem"], StringComparison.Ordinal);
        Assert.Contains("leads nowhere", unreadable["d-dangling.crt"], StringComparison.Ordinal);
        Assert.Contains("leads nowhere", unreadable["e-circle.crt"], StringComparison.Ordinal);
        Assert.Contains("larger than 64 MiB", unreadable["g-giant.pem"], StringComparison.Ordinal);
        Assert.Contains("empty", unreadable["i-empty.crt"], StringComparison.Ordinal);
        Assert.Equal([folder.At("m deep", "er", "noend"), folder.At("o-outside.crt")], items.Where(item => item.Role == CertificateRole.Server).Select(item => item.Path));
    }

    [Theory]
    [InlineData(false, "none was given")]
    [InlineData(true, "none of those given opens it")]
    public void A_PFX_that_no_password_opens_is_an_item(bool wrong, string said)
    {
        var item = Assert.Single(estate.Read(new InventoryOptions { Paths = [estate.At("clients/stock.pfx")], Passwords = wrong ? [Secret.From("wrong")] : [] }));
        Assert.Equal((InventoryStatus.Unreadable, InventorySource.Pfx), (item.Status, item.Source));
        Assert.Contains(said, item.Findings[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keystore_of_Javas_old_form_is_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("old.jks", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]);
        Assert.Contains("keytool -importkeystore", Assert.Single(estate.Read(new InventoryOptions { Paths = [folder.Path] })).Findings[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_files_come_once_each_in_order_whatever_lies_between_them()
    {
        using var folder = new TemporaryFolder();
        var certificate = File.ReadAllBytes(estate.At("etc/ssl/www.crt"));
        for (var i = 0; i < 600; i++)
            folder.Write($"{i:D4}{(i % 3) switch { 0 => ".crt", 1 => "", _ => ".bin" }}", i % 3 == 0 ? certificate : new byte[100 + i]);
        var steps = new HashSet<string>();
        var items = CertificateInventory.Read(new InventoryOptions { Paths = [folder.Path], ThrottleLimit = 4, AsOf = Estate.Today }, progress => steps.Add(progress.Step)).Where(item => !item.ComesAlong).ToList();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => folder.At($"{i * 3:D4}.crt")), items.Select(item => item.Path));
        Assert.Superset(new HashSet<string> { "Looking for configurations", "Looking around", "Reading" }, steps);
    }

    [Fact]
    public void Copies_are_an_item_each_with_one_fingerprint()
    {
        using var folder = new TemporaryFolder();
        File.Copy(estate.At("etc/ssl/www.crt"), folder.At("one.crt"));
        File.Copy(estate.At("etc/ssl/www.crt"), folder.At("two.crt"));
        var copies = estate.Read(new InventoryOptions { Paths = [folder.Path] }).Where(item => item.Role == CertificateRole.Server).ToList();
        Assert.Equal(2, copies.Count);
        Assert.Single(copies.Select(item => item.Sha256).Distinct());
        Assert.All(copies, item => Assert.Empty(item.SharesKeyWith));
    }

    [Fact]
    public void A_key_beside_that_is_another_ones_is_not_taken()
    {
        using var folder = new TemporaryFolder();
        File.Copy(estate.At("etc/ssl/www.crt"), folder.At("www.crt"));
        File.Copy(estate.At("etc/ssl/api.key"), folder.At("www.key"));
        File.Copy(estate.At("etc/ssl/www.key"), folder.At("privkey.pem"));
        Assert.Equal(folder.At("privkey.pem"), Assert.Single(estate.Read(new InventoryOptions { Paths = [folder.Path] }), item => item.Role == CertificateRole.Server).KeyPath);
    }
}
