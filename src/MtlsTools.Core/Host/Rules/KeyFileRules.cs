using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Host;

/// <summary>Files with private keys.</summary>
internal static class KeyFileRules
{
    private const string Repair = "Sets the mode to 0600.";

    internal static IReadOnlyList<HostCheck> All { get; } =
    [
        new("KeyFileReadable", Error, [HostArea.KeyFiles], "RFC 5280, 8; OWASP Key Management", "A private key can be read by its owner alone", "chmod 600 '<subject>', and give it to the account that uses it (Grant-MtlsKeyAccess). Whoever could read it may have a copy: replace the key.")
        {
            Repair = Repair,
            Examine = facts => Symptoms(facts, IsOpen),
        },
        new("KeyFileNotClosed", Warning, [HostArea.KeyFiles], "RFC 5280, 8; least privilege", "A private key does not rely on its password or its folder alone", "chmod 600 '<subject>', and give it to the account that uses it (Grant-MtlsKeyAccess).")
        {
            Repair = Repair,
            Examine = facts => Symptoms(facts, key => !IsOpen(key) && !key.IsLent),
        },
        new("KeyFileShared", Information, [HostArea.KeyFiles], "OWASP Key Management", "A private key is lent to the service that needs it, and to no other", "See who has it with Get-MtlsKeyAccess '<subject>', and take it back from those who need it no more with Revoke-MtlsKeyAccess.")
        {
            Examine = facts => Symptoms(facts, key => key.IsLent).Select(symptom => symptom with { Repair = null }),
        },
    ];

    /// <summary>In the clear, for everybody, and nothing in between.</summary>
    private static bool IsOpen(OpenKeyFile key) => key is { IsPlain: true, ForEverybody: true, ClosedFolder: null };

    private static IEnumerable<HostSymptom> Symptoms(HostFacts facts, Func<OpenKeyFile, bool> wanted) => facts.KeyFiles.Where(wanted).Select(key => new HostSymptom(
        key.State.Path,
        $"The private key can be read by {key.Readers}{(key.IsPlain ? "" : "; its password is all that protects it")}{(key.ClosedFolder is { } folder ? $"; all that keeps others out is the folder '{folder}'" : "")}.",
        $"The file holds a private key {(key.IsPlain ? "in the clear" : "that is encrypted")}; it can be read by {key.Readers}.",
        key.State.Mode is null ? null : new CloseKeyFile(key.State)));
}
