using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Processes;

namespace MtlsTools.Stores.MacOS;

/// <summary>A keychain of macOS: the login keychain, the System keychain, or a file; with the trust settings of the user or the machine.</summary>
/// <param name="processes">Runs <c>security</c>.</param>
/// <param name="isPrivileged">Whether this process has the rights of root.</param>
internal sealed class MacOSKeychainAdapter(IProcessRunner processes, bool isPrivileged) : IStoreAdapter
{
    internal MacOSKeychainAdapter(IProcessRunner processes)
        : this(processes, Environment.IsPrivilegedProcess)
    {
    }

    public void Require(StoreOptions options)
    {
        processes.RequireTool(Keychain.Tool);
        if (options.StoreName is { } name && name is MtlsStoreName.WebHosting or MtlsStoreName.ClientAuthIssuers)
            throw StoreErrors.WindowsOnly(name);
    }

    public IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate, StoreOptions options)
    {
        var keychain = OpenToChange(options);
        var placements = KeychainPlacement.Plan(certificate, options.StoreName);
        var steps = new KeychainSteps(keychain, certificate, options);
        return placements.Select(placement => steps.For(placement, Item(keychain, options, placement.StoreName, placement.Certificate, placement.WithKey) with
        {
            Alias = placement.Certificate.Equals(certificate) ? options.Alias ?? certificate.Name : placement.Certificate.Name,
        })).Concat(Predecessors(placements[0], steps, options)).ToList();
    }

    public IEnumerable<StoreItem> Read(StoreOptions options)
    {
        var keychain = Open(options);
        var keys = keychain.Identities();
        var trusted = keychain.Trusted();
        return keychain.Certificates().Select(certificate =>
        {
            var hasKey = keys.Contains(certificate.Thumbprint);
            return Item(keychain, options, KeychainPlacement.Classify(certificate, hasKey, trusted.Contains(certificate.Thumbprint)), certificate, hasKey);
        }).Where(item => options.StoreName is null || item.StoreName == options.StoreName);
    }

    public StoreStep PlanRemoval(StoreItem item, StoreOptions options) =>
        new KeychainSteps(OpenToChange(options), item.Certificate, options).Removal(item, item.HasPrivateKey ? "The key can not be brought back." : "It can be imported again.");

    private IEnumerable<StoreStep> Predecessors(KeychainPlacement placement, KeychainSteps steps, StoreOptions options) => !options.ReplaceOlder || !placement.WithKey ? []
        : Read(options with { StoreName = MtlsStoreName.My })
            .Where(item => Succession.Replaces(placement.Certificate, item.Certificate))
            .Select(item => steps.Removal(item, "It has the same names and ends earlier."));

    private Keychain OpenToChange(StoreOptions options)
    {
        if (options.Location == StoreLocation.LocalMachine && !isPrivileged)
            throw new StoreException(ErrorCode.ElevationRequired, "Only root may change the System keychain and what every user trusts. Nothing was touched. Run PowerShell as root (sudo pwsh), or leave -Location out for your own keychain.");
        return Open(options);
    }

    private Keychain Open(StoreOptions options)
    {
        var forMachine = options.Location == StoreLocation.LocalMachine;
        return new Keychain(processes, options.StorePath ?? (forMachine ? Keychain.SystemPath : Keychain.Login(processes)), forMachine);
    }

    private static StoreItem Item(Keychain keychain, StoreOptions options, MtlsStoreName name, MtlsCertificate certificate, bool hasKey) => new(StoreTarget.MacOSKeychain, name, certificate, hasKey)
    {
        Location = options.Location,
        StorePath = keychain.Path,
    };
}
