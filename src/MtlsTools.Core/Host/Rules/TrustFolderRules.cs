using MtlsTools.Policy;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Host;

/// <summary>The CAs that an administrator has added to a Linux system.</summary>
internal static class TrustFolderRules
{
    private const string SetAside = "Moves the file into a closed folder beside the trust folder; nothing is deleted.";

    private static readonly HostArea[] Folders = [HostArea.TrustFolders];

    internal static IReadOnlyList<HostCheck> All { get; } =
    [
        new("KeyInTrustFolder", Error, Folders, "RFC 5280, 8; every user can read these folders", "No private key lies among the trusted CAs", "Take the file away, give the key to its owner alone (0600), and replace it: every user of this machine could read it.")
        {
            Repair = SetAside,
            Examine = facts => Files(facts, file => file.HasKey, (_, file) => new HostSymptom(file.Path, "It holds a private key, in a folder that every user can read.", Holds(file))),
        },
        new("AnchorNotCa", Warning, Folders, "RFC 5280, 6.1.1 (d)", "Trusted CAs are CAs", "Take the file away, and trust the CA that issued it instead. OpenSSL would trust a server's own certificate here, GnuTLS and Java would not.")
        {
            Repair = SetAside,
            Examine = facts => Certificates(facts, one => !one.IsCa, one => $"'{one.Name}' is no CA, but a certificate of the role {one.Role}."),
        },
        new("AnchorNotRoot", Warning, Folders, "RFC 5280, 6.1.1 (d); OpenSSL needs -partial_chain", "Trusted CAs are roots", "Take the file away and trust its root; servers send their intermediates themselves. Programs differ in whether an intermediate here counts.")
        {
            Repair = SetAside,
            Examine = facts => Certificates(facts, one => one.IsCa && !one.IsSelfSigned, one => $"'{one.Name}' is an intermediate, issued by '{one.Issuer}'."),
        },
        new("AnchorExpired", Warning, Folders, "RFC 5280, 6.1.3", "Trusted CAs are in date", "Take the file away and trust the CA's next root.")
        {
            Repair = SetAside,
            Examine = facts => Certificates(facts, one => one.IsCa && one.IsSelfSigned && one.NotAfter < facts.Now, one => $"'{one.Name}' has expired on {Words.Date(one.NotAfter)}."),
        },
        new("AnchorExpiresSoon", Warning, Folders, "RFC 5280, 6.1.3", "Trusted CAs live for another 30 days", "Get the CA's next root and trust it now, beside this one.")
        {
            Examine = facts => Certificates(facts, one => one.IsCa && one.NotAfter >= facts.Now && one.NotAfter < facts.Now.AddDays(30), one => $"'{one.Name}' ends on {Words.Date(one.NotAfter)}.", repair: false),
        },
        new("AnchorIgnored", Warning, Folders, "update-ca-certificates(8)", "The files are named as the system's tool wants them", "Rename it to end in .crt and refresh the trust when the CA is to be trusted, or take it away: as it is, it only looks as if it were.")
        {
            Examine = facts => Files(facts, file => file.IsIgnored && file.Certificates.Count > 0 && !file.HasKey, (folder, file) => new HostSymptom(file.Path, $"{folder.Layout.Tool} passes it over, because its name does not end in .crt.", Holds(file)), repair: false),
        },
        new("AnchorDamaged", Warning, Folders, "update-ca-certificates(8), update-ca-trust(8)", "The files among the trusted CAs hold certificates", "Get a fresh copy of it, or take it away: the bundle is made from these files, and what is damaged in one may hide what follows it.")
        {
            Repair = SetAside,
            Examine = facts => Files(facts, file => file is { IsIgnored: false, HasKey: false, Damage: not null }, (_, file) => new HostSymptom(file.Path, "It holds no certificate that can be read.", file.Damage!)),
        },
        new("TrustNotRefreshed", Warning, Folders, "update-ca-certificates(8), update-ca-trust(8)", "The bundle that programs read is made from the files as they are", "Refresh the trust, as root (update-ca-certificates, or update-ca-trust): programs still see the old state.")
        {
            Repair = "Runs the system's own tool.",
            Examine = facts => from folder in facts.TrustFolders
                               let difference = folder.Difference()
                               where !difference.IsNone
                               select NotRefreshed(folder, difference),
        },
    ];

    private static HostSymptom NotRefreshed(TrustFolder folder, TrustDifference difference)
    {
        string?[] said = [Words.About(difference.Missing, names => $"Added, and not in the bundle yet: {names}."), Words.About(difference.Left, names => $"Taken away, and still in the bundle: {names}.")];
        return new HostSymptom(folder.BundlePath, string.Join(" ", said.OfType<string>()), $"Compared with the files in '{folder.AnchorFolder}'.", new RefreshTrust(folder, difference));
    }

    private static IEnumerable<HostSymptom> Certificates(HostFacts facts, Func<Certificates.MtlsCertificate, bool> broken, Func<Certificates.MtlsCertificate, string> cause, bool repair = true) =>
        Files(facts, file => !file.IsIgnored && file.Certificates.Any(broken), (_, file) => new HostSymptom(file.Path, string.Join(" ", file.Certificates.Where(broken).Select(cause)), Holds(file)), repair);

    private static IEnumerable<HostSymptom> Files(HostFacts facts, Func<AnchorFile, bool> broken, Func<TrustFolder, AnchorFile, HostSymptom> describe, bool repair = true) =>
        from folder in facts.TrustFolders
        from file in folder.Anchors
        where broken(file)
        select describe(folder, file) with { Repair = repair ? new MoveAside(file.State, folder.AnchorFolder) : null };

    private static string Holds(AnchorFile file) => $"The file holds {(file.HasKey ? "a private key" : "")}{(file.HasKey && file.Certificates.Count > 0 ? " and " : "")}{(file.Certificates.Count > 0 ? Words.Quote(file.Certificates.Select(one => one.Name)) : file.HasKey ? "" : "nothing")}.";
}
