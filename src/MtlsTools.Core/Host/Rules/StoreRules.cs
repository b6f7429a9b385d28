using MtlsTools.Policy;
using MtlsTools.Stores;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Host;

/// <summary>The certificate stores.</summary>
internal static class StoreRules
{
    private static readonly HostArea[] Stores = [HostArea.Stores];

    /// <summary>What makes a certificate too weak, by the rules for certificates.</summary>
    private static readonly PolicyOptions Weakness = new() { Rules = new HashSet<string> { "KeyTooWeak", "SignatureHashWeak" } };

    internal static IReadOnlyList<HostCheck> All { get; } =
    [
        new("RootNotSelfSigned", Error, Stores, "Microsoft KB2802568 (403.7 and 403.16)", "The store Root holds self-signed certificates alone", "Move it to the store CA, where intermediates belong. On Windows one such certificate in LocalMachine\\Root breaks the authentication of every client of IIS and HTTP.SYS.")
        {
            Repair = "Moves it to the store CA of the same place.",
            Examine = facts => Find(facts, MtlsStoreName.Root, one => !one.Certificate.IsSelfSigned, one => new HostSymptom(
                one.Subject,
                $"{one.Description} is not self-signed, and lies among the roots.",
                $"Issued by '{one.Certificate.Issuer}'.",
                new MoveToIntermediates(one))),
        },
        new("RootExpired", Warning, Stores, "RFC 5280, 6.1.3", "Trusted roots are in date", "Replace it by the CA's next root. Remove it when nothing was signed by it that still counts: Windows needs some expired roots for the signatures of old drivers.")
        {
            Examine = facts => Find(facts, MtlsStoreName.Root, one => one.Certificate.IsSelfSigned && one.Certificate.NotAfter < facts.Now, one => Dated(one, "is a root that has expired", facts)),
        },
        new("IntermediateExpired", Warning, Stores, "RFC 5280, 6.1.3", "Intermediates are in date", "Remove it, and import the CA's next certificate: an expired intermediate can be sent in place of a good one.")
        {
            Repair = "Removes it from the store.",
            Examine = facts => Find(facts, MtlsStoreName.CA, one => one.Certificate.NotAfter < facts.Now, one => Dated(one, "is an intermediate that has expired", facts) with { Repair = new RemoveFromStore(one) }),
        },
        new("IntermediateSuperseded", Warning, Stores, "RFC 4158, 3.5; SChannel builds chains from this store", "A CA has one intermediate certificate in the store, the newest", "Remove it: chains may be built over the older of two certificates of one CA, and end when that one does.")
        {
            Repair = "Removes the older one from the store.",
            Examine = facts => Superseded(facts, MtlsStoreName.CA, one => one.Certificate.NotAfter >= facts.Now, one => one.Certificate.PublicKey.Sha256, "the same key", older => new RemoveFromStore(older)),
        },
        new("CaExpiresSoon", Warning, Stores, "RFC 5280, 6.1.3", "CAs in the stores live for another 30 days", "Get the CA's next certificate and import it now: with the CA everything ends that it has issued.")
        {
            Examine = facts => facts.Stored.Where(one => one.Store is MtlsStoreName.Root or MtlsStoreName.CA && one.Certificate.NotAfter >= facts.Now && one.Certificate.NotAfter < facts.Now.AddDays(30))
                .Select(one => Dated(one, $"ends in {(int)(one.Certificate.NotAfter - facts.Now).TotalDays} days", facts)),
        },
        new("CertificateExpired", Warning, Stores, "RFC 5280, 6.1.3", "Personal certificates are in date", "Renew it, or remove it with Remove-MtlsStoreItem: programs that choose by name may pick it.")
        {
            Examine = facts => Find(facts, MtlsStoreName.My, one => one.Certificate.NotAfter < facts.Now, one => Dated(one, "has expired", facts)),
        },
        new("CertificateWithoutKey", Warning, Stores, "The store My is for certificates with keys", "Personal certificates have their private keys", "Import it again with its key (a PFX, or -Key), or remove it: it can not be used to authenticate.")
        {
            Examine = facts => Find(facts, MtlsStoreName.My, one => !one.HasKey, one => new HostSymptom(one.Subject, $"{one.Description} has no private key here.", "The store gives no key for it.")),
        },
        new("CertificateSuperseded", Information, Stores, "Choice by subject name takes any of them", "A name has one valid personal certificate", "Remove the older one with Remove-MtlsStoreItem when nothing uses its thumbprint any more.")
        {
            Examine = facts => Superseded(facts, MtlsStoreName.My, one => one.HasKey && one.Certificate.NotAfter >= facts.Now, one => string.Join(',', one.Certificate.ExtendedKeyUsage ?? []), "the same names and purposes", _ => null),
        },
        new("CertificateWeak", Warning, Stores, "RFC 9155; NIST SP 800-131A", "Keys and signatures are strong enough", "Replace it: TLS libraries refuse MD5 and SHA-1 signatures and RSA keys below 2048 bits.")
        {
            Examine = facts => facts.Stored.SelectMany(one => PolicyChecker.Check(one.Certificate, null, Weakness).Select(finding => new HostSymptom(one.Subject, finding.Cause, $"{one.Description}: {finding.Rule.Title}."))),
        },
    ];

    private static IEnumerable<HostSymptom> Find(HostFacts facts, MtlsStoreName store, Func<StoredCertificate, bool> broken, Func<StoredCertificate, HostSymptom> describe) =>
        facts.Stored.Where(one => one.Store == store && broken(one)).Select(describe);

    private static HostSymptom Dated(StoredCertificate one, string what, HostFacts facts) =>
        new(one.Subject, $"{one.Description} {what}.", $"Valid from {Words.Date(one.Certificate.NotBefore)} to {Words.Date(one.Certificate.NotAfter)}; it is {Words.Date(facts.Now)}.");

    /// <summary>Of the certificates of one subject that agree in something, all but the one that lives longest.</summary>
    private static IEnumerable<HostSymptom> Superseded(HostFacts facts, MtlsStoreName store, Func<StoredCertificate, bool> counts, Func<StoredCertificate, string> same, string sameWhat, Func<StoredCertificate, HostRepairAction?> repair) =>
        from one in facts.Stored
        where one.Store == store && counts(one)
        group one by (one.Place, Convert.ToHexString(one.Certificate.X509.SubjectName.RawData), string.Join(',', one.Certificate.San), same(one)) into family
        let newest = family.OrderByDescending(one => one.Certificate.NotAfter).ThenByDescending(one => one.Certificate.NotBefore).First()
        from older in family
        where older != newest && older.Certificate.Thumbprint != newest.Certificate.Thumbprint
        select new HostSymptom(older.Subject, $"{older.Description} has a successor with {sameWhat}, {newest.Certificate.Thumbprint}.", $"The successor is valid until {Words.Date(newest.Certificate.NotAfter)}.", repair(older));
}
