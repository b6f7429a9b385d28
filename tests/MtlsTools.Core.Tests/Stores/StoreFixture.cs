using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Processes;
using MtlsTools.Requests;
using MtlsTools.Stores;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>Certificates of one organisation for stores: keys of their own, and renewals.</summary>
public sealed class StoreFixture : IDisposable
{
    public LivePki Pki { get; } = new();

    /// <summary>A client's certificate with a key that no other has.</summary>
    public MtlsCertificate Issue(string name = "alice", PrivateKey? key = null, int days = 30, CertificateProfile profile = CertificateProfile.Client, string san = "")
    {
        var subject = DistinguishedName.FromCommonName(name);
        var request = CertificateSigningRequest.Create(subject, san.Length == 0 ? [] : AlternativeNames.Parse([san]), key ?? PrivateKey.Generate(KeyAlgorithm.EcdsaP256));
        var now = DateTimeOffset.UtcNow;
        return Pki.ClientInter.Issue(request, new IssuanceOptions { Profile = profile, NotBefore = now.AddDays(-1), NotAfter = now.AddDays(days) });
    }

    public void Dispose() => Pki.Dispose();

    /// <summary>A step that fails, after which all before it must be undone.</summary>
    internal static StoreStep Failing(StoreStep like) => new(() => false, () => throw new StoreException(ErrorCode.ToolFailed, "It was made to fail."))
    {
        Item = like.Item,
        Action = "Fail",
        Reason = "It is a test.",
    };

    internal static IReadOnlyList<StoreItem> Import(IStoreAdapter adapter, MtlsCertificate certificate, StoreOptions options)
    {
        adapter.Require(options);
        return StoreTransaction.Run(adapter.Plan(certificate, options));
    }

    internal static void Remove(IStoreAdapter adapter, StoreOptions options, MtlsCertificate certificate) =>
        StoreTransaction.Run([adapter.PlanRemoval(adapter.Read(options).Single(item => item.Certificate.Equals(certificate)), options)]);

    internal static SystemProcesses Processes() => new();

    /// <summary>As a user who is not root, whom permissions do not hold back; the program is copied to where everybody may read.</summary>
    internal static PeerResult RunUnprivileged(TemporaryFolder folder, params string[] arguments)
    {
        var program = folder.At("program");
        Directory.CreateDirectory(program);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(IssuerProcess.Program)!))
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)), overwrite: true);
        string[] command = ["dotnet", Path.Combine(program, Path.GetFileName(IssuerProcess.Program)), .. arguments];
        return Environment.IsPrivilegedProcess
            ? Peer.Require("setpriv").With("HOME", program).Try(["--reuid=65534", "--regid=65534", "--clear-groups", .. command])
            : Peer.Require("dotnet").Try(command[1..]);
    }
}
