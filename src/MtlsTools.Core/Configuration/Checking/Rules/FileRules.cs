using MtlsTools.Policy;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>The files that a configuration names.</summary>
internal static class FileRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("FileMissing", Error, "The program's own manual", "Files that are named are there", "Bring the file there, or correct the path. In a copy of another machine's files, give its folder with -RootPath.")
        {
            Examine = facts => facts.Noted("FileMissing").Concat(Faults(facts, "FileMissing")),
        },
        new("FileNotReadable", Warning, "-", "Files that are named can be looked at", "Run the check as an account that may read the file, such as the one that starts the program.")
        {
            Examine = facts => Faults(facts, "FileNotReadable"),
        },
        new("FileDamaged", Error, "RFC 7468", "Files that are named hold what they should", "Get a fresh copy, and see what it holds with Get-MtlsCertificate or Get-MtlsKey.")
        {
            Examine = facts => facts.Noted("FileDamaged").Concat(Faults(facts, "FileDamaged")).Concat(WrongContent(facts)),
        },
        ConfigRule.Noted("CertificateNotConfigured", Error, "The program's own manual", "A port with TLS has a certificate and its key", "Name both files."),
        ConfigRule.Noted("TlsOff", Error, "The program's own manual", "Where client certificates are asked for, there is TLS", "Turn TLS on for the port: without it the settings about certificates do nothing."),
        new(PolicyRules.Find("KeyFileReadable")!)
        {
            Examine = facts => facts.Materials.Where(one => one.Keys is not null && one.Setting.Path is not null).Select(one => Ask("KeyFileReadable", one)).OfType<ConfigSymptom>(),
        },
        ConfigRule.Noted("KeyEncrypted", Warning, "The program's own manual", "A server can open its key by itself", "Name a file or program that gives the passphrase where there is such a setting, or keep the key unencrypted, readable by its owner alone (Protect-MtlsKey -RemovePassword)."),
        new("KeyMismatch", Error, "RFC 8446, 4.4.3", "The key belongs to the certificate", "Name the key that the certificate was made for; Compare-MtlsKeyPair tells which files belong together.")
        {
            Examine = facts => facts.Pairs.Where(pair => pair.Key is { Keys: { Keys.Count: > 0 } keys } && pair.Certificate.Certificates.Count > 0 && !keys.Keys.Any(key => key.Equals(pair.Certificate.Certificates[0].PublicKey)))
                .Select(pair => new ConfigSymptom(pair.Key!.Setting, $"'{pair.Key.Label}' is not the key of the certificate '{pair.Certificate.Certificates[0].Name}' in '{pair.Certificate.Label}'.")),
        },
    ];

    private static IEnumerable<ConfigSymptom> Faults(ConfigFacts facts, string rule) =>
        facts.Materials.SelectMany(one => one.Faults.Where(fault => fault.Rule == rule).Select(fault => new ConfigSymptom(one.Setting, fault.Cause)));

    /// <summary>A file that can be read and holds something else than the setting wants.</summary>
    private static IEnumerable<ConfigSymptom> WrongContent(ConfigFacts facts)
    {
        foreach (var pair in facts.Pairs)
        {
            if (pair.Certificate is { IsKnown: true, Certificates.Count: 0 })
                yield return new ConfigSymptom(pair.Certificate.Setting, $"'{pair.Certificate.Label}' holds no certificate.");
            if (pair.Key is { IsKnown: true, Keys: null } key)
                yield return new ConfigSymptom(key.Setting, $"'{key.Label}' holds no private key.");
        }

        foreach (var crl in facts.Endpoints.SelectMany(one => one.Crls).Distinct().Where(one => one is { IsKnown: true, RevocationLists.Count: 0 }))
            yield return new ConfigSymptom(crl.Setting, $"'{crl.Label}' holds no revocation list.");
    }

    private static ConfigSymptom? Ask(string rule, Material material) => PolicyRules.Find(rule)!.KeyFile!(material.Keys!) is { } cause ? new ConfigSymptom(material.Setting, cause) : null;
}
