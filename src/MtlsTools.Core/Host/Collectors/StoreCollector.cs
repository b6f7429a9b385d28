using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Stores;
using MtlsTools.Stores.X509;

namespace MtlsTools.Host;

/// <summary>The stores of this user and, on Windows, of the machine.</summary>
internal sealed class StoreCollector : IHostCollector
{
    public HostArea Area => HostArea.Stores;

    public string? NotApplicable(HostOptions options) => null;

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        if (options.Root is not null)
        {
            facts.Miss(Area, "Stores can be read through the running system alone; -Root looks at another one's files.", whole: true);
            return;
        }

        foreach (var (location, name) in Stores())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                facts.Stored.AddRange(Read(location, name));
            }
            catch (MtlsException failure)
            {
                facts.Miss(Area, failure.Message);
            }
        }

        // What Windows shows in a user's store are the machine's certificates as well: they are the machine's matter.
        var machine = facts.Stored.Where(one => one.Location == StoreLocation.LocalMachine).Select(one => (one.Store, one.Certificate.Thumbprint)).ToHashSet();
        facts.Stored.RemoveAll(one => one.Location == StoreLocation.CurrentUser && machine.Contains((one.Store, one.Certificate.Thumbprint)));
    }

    private static IEnumerable<(StoreLocation Location, MtlsStoreName Name)> Stores() =>
        OperatingSystem.IsWindows()
            ? Enum.GetValues<MtlsStoreName>().Select(name => (StoreLocation.LocalMachine, name)).Concat(new[] { MtlsStoreName.My, MtlsStoreName.CA, MtlsStoreName.Root }.Select(name => (StoreLocation.CurrentUser, name)))
            : new[] { MtlsStoreName.My, MtlsStoreName.CA, MtlsStoreName.Root }.Select(name => (StoreLocation.CurrentUser, name));

    private static List<StoredCertificate> Read(StoreLocation location, MtlsStoreName name) => new X509StoreAccess(location, name).Use(
        OpenFlags.ReadOnly,
        store => store.Certificates.Select(one => new StoredCertificate(location, name, MtlsCertificate.FromX509(one), one.HasPrivateKey)).ToList());
}
