using System.Security.Cryptography.X509Certificates;
using MtlsTools.Stores;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Host;

/// <summary>How SChannel treats clients' certificates.</summary>
internal static class SchannelRules
{
    /// <summary>Longer lists of names are cut off: Microsoft KB933430, KB2801679.</summary>
    private const int MaximumList = 16 * 1024;

    private const string Source = "Microsoft: TLS registry settings; What's new in TLS/SSL (Schannel SSP)";

    internal static IReadOnlyList<HostCheck> All { get; } =
    [
        new("IssuerListTooLong", Error, [HostArea.Schannel, HostArea.Stores], "Microsoft KB933430, KB2801679", "The CA names that are sent to clients fit into 16 KB", "Do not send the list (SendTrustedIssuerList=0, the default from Windows Server 2012 on), or name the CAs of your clients in the store ClientAuthIssuers and bind that. A list that is cut off makes clients think that their CA is not wanted.")
        {
            Repair = "Sets SendTrustedIssuerList to 0.",
            Examine = facts => IssuerList(facts, length => length > MaximumList, (store, count, length) => $"The list of trusted issuers is sent, and too long: {length} bytes, the names of {count} CAs in LocalMachine\\{store}, where {MaximumList} are the limit."),
        },
        new("IssuerListSent", Warning, [HostArea.Schannel, HostArea.Stores], Source, "The names of all trusted roots are not sent to clients", "Set SendTrustedIssuerList to 0, the default, or name the CAs of your clients in the store ClientAuthIssuers: clients hide certificates whose CA is not in the list, and every root of the machine is told to strangers.")
        {
            Repair = "Sets SendTrustedIssuerList to 0.",
            Examine = facts => Issuers(facts).Store == MtlsStoreName.Root
                ? IssuerList(facts, length => length <= MaximumList, (_, count, length) => $"The names of all {count} trusted roots ({length} bytes) are sent to clients.")
                : [],
        },
        new("ClientAuthTrustModeChanged", Information, [HostArea.Schannel], Source, "Clients' certificates are judged as Windows does by default", "Set ClientAuthTrustMode to 0 (Machine Trust: the chain ends at a root that the machine trusts) unless it was changed on purpose, with a store of issuers for each binding. Mode 2 is often set to hide an intermediate that lies in Root: move that one instead.")
        {
            Repair = "Sets ClientAuthTrustMode to 0; only when it is asked for by -Id.",
            Examine = facts => facts.Schannel.ClientAuthTrustMode is { } mode and not 0
                ? [new HostSymptom(
                    $@"{SchannelSettings.Key}\ClientAuthTrustMode",
                    mode switch
                    {
                        1 => "It is 1, Exclusive Root Trust: a client's chain must end at a root in the store of issuers that the server names, and its issuer must be in the list of trusted issuers.",
                        2 => "It is 2, Exclusive CA Trust: a client's chain must lead to a CA, intermediate or root, in the store of issuers that the server names.",
                        _ => $"It is {mode}, which is none of the modes 0, 1 and 2.",
                    },
                    $"The value is {mode}.",
                    new SetSchannelValue("ClientAuthTrustMode", mode, 0))]
                : [],
        },
    ];

    /// <summary>Which store the list is made of: the one for it, when there is something in it.</summary>
    private static (MtlsStoreName Store, List<StoredCertificate> Certificates) Issuers(HostFacts facts)
    {
        List<StoredCertificate> In(MtlsStoreName name) => facts.Stored.Where(one => one.Location == StoreLocation.LocalMachine && one.Store == name).ToList();
        return In(MtlsStoreName.ClientAuthIssuers) is { Count: > 0 } named ? (MtlsStoreName.ClientAuthIssuers, named) : (MtlsStoreName.Root, In(MtlsStoreName.Root));
    }

    private static IEnumerable<HostSymptom> IssuerList(HostFacts facts, Func<int, bool> wrong, Func<MtlsStoreName, int, int, string> cause)
    {
        if (!facts.Schannel.SendsIssuers)
            yield break;
        var (store, certificates) = Issuers(facts);
        var names = certificates.Select(one => one.Certificate.X509.SubjectName.RawData).DistinctBy(Convert.ToHexString).ToList();

        // certificate_authorities: each name with its length in two bytes before it (RFC 5246, 7.4.4).
        var length = names.Sum(name => 2 + name.Length);
        if (wrong(length))
            yield return new HostSymptom($@"{SchannelSettings.Key}\SendTrustedIssuerList", cause(store, names.Count, length), $"SendTrustedIssuerList is {facts.Schannel.SendTrustedIssuerList}; LocalMachine\\{store} holds {certificates.Count} certificates.", new SetSchannelValue("SendTrustedIssuerList", facts.Schannel.SendTrustedIssuerList, 0));
    }
}
