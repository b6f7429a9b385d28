using System.Collections.Concurrent;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

public sealed class AuthorityLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CertificateAuthority root;

    public AuthorityLockTests() => root = TestAuthority.Create(folder, "root");

    private string Lock => folder.At("root", ".lock");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Many_issue_at_once_and_nothing_is_lost()
    {
        const int writers = 8, each = 6;
        var issued = new ConcurrentBag<string>();
        var warnings = new ConcurrentBag<string>();
        using var together = new Barrier(writers);

        // Each writer has its own handle on the folder, as a process of its own would.
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                var authority = CertificateAuthority.Open(folder.At("root"));
                using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
                var request = CertificateSigningRequest.Create(DistinguishedName.Parse($"CN=writer {writer}"), [], key);
                together.SignalAndWait();
                for (var count = 0; count < each; count++)
                    issued.Add(authority.Issue(request, new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add).SerialNumber);
            },
            TaskCreationOptions.LongRunning)));

        Assert.Empty(warnings);
        Assert.Equal(writers * each, issued.Distinct().Count());
        Assert.Equal(issued.Order(), root.GetIssued().Select(entry => entry.SerialNumber).Order());
        Assert.Equal(writers * each, File.ReadAllLines(folder.At("root", "index.txt")).Length);
        Assert.Equal(issued.Order(), File.ReadAllLines(folder.At("root", "spki.txt")).Select(line => line.Split('\t')[1]).Order());
        Assert.Equal(issued.Order(), Directory.GetFiles(folder.At("root", "issued")).Select(Path.GetFileNameWithoutExtension).Order());
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using var holder = new FileStream(Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.ThrowsAny<OperationCanceledException>(() => root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, cancellation: cancellation.Token));

        Assert.Empty(root.GetIssued());
        Assert.Empty(Directory.GetFiles(folder.At("root", "issued")));
    }

    [SkippableFact]
    public void Another_process_is_waited_for_and_its_death_ends_the_lock()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no flock.");
        using var holder = Peer.Require("flock").Start(Lock, "sh", "-c", "echo held; exec sleep 600");
        holder.WaitFor("held");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, cancellation: cancellation.Token));

        holder.Kill();

        root.Issue(CertificateProfile.Client);
        Assert.Single(root.GetIssued());
    }

    [SkippableFact]
    public void A_lock_that_can_not_be_made_is_not_waited_for()
    {
        Skip.If(OperatingSystem.IsWindows(), "Symbolic links need a privilege there.");
        File.CreateSymbolicLink(Lock, ".lock");

        var refused = Assert.Throws<OutputException>(() => root.Issue(CertificateProfile.Client));

        Assert.Equal((ErrorCode.PathNotWritable, folder.At("root")), (refused.Code, refused.Path));
    }
}
