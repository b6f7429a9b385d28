using System.Security.Cryptography.X509Certificates;
using MtlsTools.Policy;
using MtlsTools.Stores;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Host;

/// <summary>The bindings of HTTP.SYS, and the keys of this machine (Windows).</summary>
internal static class HttpSysRules
{
    private const string System = "S-1-5-18";

    /// <summary>Everyone, authenticated users, users, the IIS users' group.</summary>
    private static readonly string[] Everyone = ["S-1-1-0", "S-1-5-11", "S-1-5-32-545", "S-1-5-32-568"];

    internal static IReadOnlyList<HostCheck> All { get; } =
    [
        new("ClientCertificateNotNegotiated", Error, [HostArea.HttpSys, HostArea.Schannel], "Microsoft: TLS 1.3 support in IIS; RFC 8446, 4.6.2", "Where clients' certificates are wanted, the handshake asks for them", "Switch the negotiation on for the binding (netsh http update sslcert … clientcertnegotiation=enable), or TLS 1.3 off (disabletls13=enable). Under TLS 1.3 a server can not ask later: clients get a reset connection, or 403.")
        {
            Repair = "Runs netsh http update sslcert with clientcertnegotiation=enable and everything else as it is.",
            Examine = facts => !facts.Schannel.ServesTls13 ? [] : facts.Bindings.Where(binding => !binding.NegotiatesClientCertificate && !binding.ForbidsTls13)
                .Select(binding => (Binding: binding, Why: WantsCertificates(facts, binding)))
                .Where(one => one.Why is not null)
                .Select(one => new HostSymptom(one.Binding.Endpoint, $"{one.Why} and TLS 1.3 is on, but the binding does not ask for a certificate in the handshake.", $"DefaultFlags is 0x{one.Binding.Flags:X}.{(one.Binding.Unknown.Count == 0 ? "" : $" Not known here: {string.Join(", ", one.Binding.Unknown)}.")}", one.Binding.Unknown.Count == 0 ? new NegotiateClientCertificate(one.Binding) : null)),
        },
        new("BindingKeyMissing", Error, [HostArea.HttpSys, HostArea.Stores, HostArea.KeyContainers], "HTTP.SYS serves as LocalSystem", "The certificates of bindings are in their stores, with keys that the system can read", "Import the certificate with its key into the machine's store (Import-MtlsToStore, -Location LocalMachine), and bind it again. Until then every handshake at this address fails.")
        {
            Examine = facts => facts.Bindings.Where(binding => binding.Thumbprint.Length > 0).Select(binding => (Binding: binding, Fault: KeyFault(facts, binding))).Where(one => one.Fault is not null)
                .Select(one => new HostSymptom(one.Binding.Endpoint, one.Fault!, $"The binding names {one.Binding.Thumbprint} in LocalMachine\\{one.Binding.StoreName}.")),
        },
        new("KeyNotReadableByPool", Information, [HostArea.HttpSys, HostArea.Stores, HostArea.KeyContainers], "Application pools run as accounts of their own", "Application pools can read the keys of client certificates", "Give the pool that uses it the right to read the key: Grant-MtlsKeyAccess. It is as it should be for pools that do not need it.")
        {
            Examine = facts => from access in facts.KeyReaders
                               where access.Certificate.Certificate.ExtendedKeyUsage?.Contains("clientAuth") == true
                               let without = facts.Iis.Pools.Where(pool => pool.Sid is not null && pool.Sid != System && !access.Accounts.Contains(pool.Sid) && !access.Accounts.Overlaps(Everyone)).Select(pool => pool.Name).ToList()
                               where without.Count > 0
                               select new HostSymptom(access.Certificate.Subject, $"The key of {access.Certificate.Description} can not be read by the application pools {Words.Quote(without)}.", $"The access list of '{access.KeyFile}' names {string.Join(", ", access.Accounts.Order())}."),
        },
        new("KeyFileOrphaned", Information, [HostArea.KeyContainers], "Keys of certificates that were removed stay behind", "Every machine key belongs to a certificate", "Look through them with certutil -key, and delete what is known to belong to nothing (certutil -delkey). Some belong to IIS, remote desktop or other services, which have keys without certificates: nothing is deleted here.")
        {
            Examine = facts => facts.OrphanedKeyFiles.GroupBy(Path.GetDirectoryName).Select(folder => new HostSymptom(folder.Key ?? "", $"{folder.Count()} key files belong to no certificate of the machine's stores.", $"{string.Join(", ", folder.Select(Path.GetFileName).Order().Take(10))}{(folder.Count() > 10 ? ", …" : "")}")),
        },
    ];

    /// <summary>What shows that certificates are wanted at a binding, or null when nothing does.</summary>
    private static string? WantsCertificates(HostFacts facts, HttpBinding binding)
    {
        var paths = facts.Iis.Sites.Where(binding.Serves).SelectMany(site => site.AskingPaths.Select(path => path.Length == 0 ? site.Name : path)).Distinct().ToList();
        return Words.About(paths, list => $"IIS asks clients of {list} for certificates,")
            ?? (binding.MeansClientCertificates ? "The binding maps certificates to accounts or names the issuers of clients," : null);
    }

    private static string? KeyFault(HostFacts facts, HttpBinding binding)
    {
        var stored = facts.Stored.Find(one => one.Location == StoreLocation.LocalMachine && one.Store.ToPlatform().Equals(binding.StoreName, StringComparison.OrdinalIgnoreCase) && one.Certificate.Thumbprint == binding.Thumbprint);
        if (stored is null)
            return Enum.GetValues<MtlsStoreName>().Any(name => name.ToPlatform().Equals(binding.StoreName, StringComparison.OrdinalIgnoreCase)) ? "The certificate of the binding is not in its store." : null;
        if (!stored.HasKey)
            return $"{stored.Description} is bound, and has no private key here.";
        return facts.KeyReaders.Find(access => access.Certificate == stored) is { } key && !key.Accounts.Contains(System) && !key.Accounts.Overlaps(Everyone)
            ? $"{stored.Description} is bound, and the system may not read its key '{key.KeyFile}'."
            : null;
    }
}
