using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Configuration.Checking;
using MtlsTools.Issuance;
using MtlsTools.Renewal.Files;

namespace MtlsTools.Renewal;

/// <summary>The certificates that the configuration of a server or proxy presents.</summary>
public static class ConfigTargets
{
    /// <summary>Finds those that a CA issued, each once however many servers share it.</summary>
    /// <param name="path">The main file of the configuration, as a full path.</param>
    /// <param name="issuer">The CA.</param>
    /// <param name="options">How they will be renewed; with <see cref="CertificateRenewalOptions.ChangeIssuer"/> those of other CAs count too.</param>
    /// <param name="password">Opens keys that are encrypted.</param>
    /// <param name="warn">Receives warnings: files that the configuration names and that can not be read.</param>
    /// <exception cref="MtlsException">The configuration can not be read, names none of this CA, or has several certificates share a key file.</exception>
    public static IReadOnlyList<RenewalTarget> Find(string path, ICertificateIssuer issuer, CertificateRenewalOptions options, SecureString? password = null, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(options);
        var facts = ConfigExaminer.Read(path, new ConfigCheckOptions(), null).Facts;
        var records = new IssuerRecords(issuer);
        foreach (var (_, cause) in facts.Pairs.SelectMany(pair => new[] { pair.Certificate, pair.Key }).OfType<Material>().SelectMany(one => one.Faults).Distinct())
            warn?.Invoke(cause);
        var found = facts.Pairs
            .SelectMany(pair => FilesOf(pair).Where(file => !file.Certificate.IsCa && (options.ChangeIssuer || records.RelationTo(file.Certificate) != IssuerRelation.Stranger)))
            .DistinctBy(file => FileLinks.Follow(file.Path))
            .ToList();
        if (found.Count == 0)
            throw new InputException(ErrorCode.NothingToRenew, $"'{path}' names no certificate that the CA '{issuer.Certificate.Name}' has issued. Test-MtlsConfig lists what it names; give the CA that issued it.", path);
        var shared = found.Where(file => file.KeyPath is not null).GroupBy(file => FileLinks.Follow(file.KeyPath!)).FirstOrDefault(group => group.Skip(1).Any());
        if (shared is not null && !options.KeepKey)
            throw new KeyException(ErrorCode.KeyShared, $"'{path}' uses the key '{shared.Key}' with {string.Join(" and ", shared.Select(file => $"'{file.Path}'"))}, and a new key would fit one of them only. Give each certificate a key of its own, or use -KeepKey.", shared.Key);
        return found.Select(file => RenewalTarget.OfFile(file.Path, file.KeyPath, null, password)).ToList();
    }

    /// <summary>Each file with its first certificate, which is the one that is presented; a folder has many.</summary>
    private static IEnumerable<(string Path, string? KeyPath, MtlsCertificate Certificate)> FilesOf(KeyPair pair)
    {
        var key = pair.Key?.Setting.Path is { } path && File.Exists(path) ? path : null;
        return pair.Certificate.Certificates.Where(one => one.Path is not null).DistinctBy(one => one.Path).Select(one => (one.Path!, key, one));
    }
}
