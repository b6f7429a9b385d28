using System.Security;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Requests;

namespace MtlsTools.Audit;

/// <summary>Judges whatever is found, one report for each subject, and at the end what only several of them show together.</summary>
public sealed class PolicyAudit
{
    private static readonly HashSet<string> Endings = new(CertificateReader.Extensions.Concat([".key", ".csr", ".req", ".crl"]), StringComparer.OrdinalIgnoreCase);

    private readonly PolicyOptions options;
    private readonly CertificateSet set;
    private readonly List<MtlsCertificate> issuers;

    /// <summary>Begins an audit.</summary>
    /// <param name="options">Which rules, and for which day.</param>
    /// <param name="issuers">CAs that may have issued what is judged.</param>
    public PolicyAudit(PolicyOptions? options = null, IEnumerable<MtlsCertificate>? issuers = null)
    {
        this.options = options ?? PolicyOptions.Default;
        this.issuers = [.. issuers ?? []];
        set = new CertificateSet(options);
    }

    /// <summary>The files of a folder that look as if they held something to judge. The CAs among them are known as issuers from then on.</summary>
    public IReadOnlyList<string> FindFiles(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => Endings.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files.Where(file => CertificateReader.Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)))
        {
            try
            {
                issuers.AddRange(CertificateReader.ReadFile(file).Where(certificate => certificate.IsCa && !issuers.Contains(certificate)));
            }
            catch (MtlsException)
            {
                // Told when the file itself is judged.
            }
        }

        return files;
    }

    /// <summary>Judges a certificate.</summary>
    /// <exception cref="InputException">Its structure is damaged.</exception>
    public PolicyReport Judge(MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var chain = CertificateReader.BuildChain(certificate, issuers);
        var facts = PolicyChecker.ReadFacts(certificate, chain.Count > 0 ? chain[0] : null, options);
        set.Add(facts);
        return new PolicyReport(PolicySubjects.Certificate, certificate.Name, certificate.Path, PolicyChecker.Check(facts, options));
    }

    /// <summary>Judges a request.</summary>
    /// <exception cref="InputException">Its structure is damaged.</exception>
    public PolicyReport Judge(CertificateSigningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        set.Add(request);
        return new PolicyReport(PolicySubjects.Request, request.ToString(), request.Path, PolicyChecker.Check(request, options));
    }

    /// <summary>Judges a key, and its file when it has one.</summary>
    /// <exception cref="MtlsException">The file is gone or damaged.</exception>
    public PolicyReport Judge(PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var facts = key.Path is { } path ? KeyFileFacts.Read(path, InputFile.Read(path), null) : null;
        return Report(facts?.Knowing(key) ?? new KeyFileFacts(key));
    }

    /// <summary>Judges a CA folder: the folder, its certificate, its key and its revocation lists.</summary>
    /// <exception cref="MtlsException">A file in it is damaged.</exception>
    public IEnumerable<PolicyReport> Judge(CertificateAuthority authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        if (!issuers.Contains(authority.Certificate))
            issuers.Add(authority.Certificate);
        yield return new PolicyReport(PolicySubjects.Authority, authority.Name, authority.Path, PolicyChecker.Check(AuthorityReader.Read(authority), options));
        yield return Judge(authority.Certificate);
        if (File.Exists(authority.KeyPath) && KeyFileFacts.Read(authority.KeyPath, InputFile.Read(authority.KeyPath), null) is { } key)
        {
            key.IsCaKey = true;
            yield return Report(key);
        }

        foreach (var report in AuthorityReader.RevocationLists(authority).SelectMany(file => JudgeFile(file)))
            yield return report;
    }

    /// <summary>Judges everything in a file: certificates, their order, keys, requests, revocation lists.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Opens a PFX or an encrypted key.</param>
    /// <exception cref="MtlsException">The file is unusable, or its password is missing or wrong.</exception>
    public IEnumerable<PolicyReport> JudgeFile(string path, SecureString? password = null)
    {
        var content = InputFile.Read(path);
        var parts = FileParts.Read(content, path);
        if (KeyFileFacts.Read(path, content, password) is { } key)
        {
            key.IsCaKey = IsCaKey(path, key);
            yield return Report(key);
        }
        else if (parts.IsEmpty)
        {
            throw new InputException(ErrorCode.WrongContent, $"'{path}' holds nothing that has rules: no certificate, request, private key or revocation list. Name another file.", path);
        }

        foreach (var request in parts.Requests)
            yield return Judge(CertificateSigningRequest.Parse(request, path));
        foreach (var list in parts.RevocationLists)
            yield return Judge(CrlFacts.Read(list, path, options.AsOf ?? DateTimeOffset.UtcNow), path);
        if (!parts.HasCertificates)
            yield break;
        var certificates = parts.InOrder(CertificateReader.Read(content, password, path));
        if (parts.IsOrdered && certificates.Count > 1)
            yield return new PolicyReport(PolicySubjects.ChainFile, Path.GetFileName(path), path, PolicyChecker.Check(new ChainFileFacts(certificates), path, options));
        foreach (var certificate in certificates)
            yield return Judge(certificate);
    }

    /// <summary>Judges a folder: as a CA when it is one, otherwise file by file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recurse">Whether the folders in it are judged too, and what a CA has issued.</param>
    /// <param name="password">Opens PFX files and encrypted keys.</param>
    /// <param name="failed">Receives what can not be judged; the next file goes on.</param>
    public IEnumerable<PolicyReport> JudgeFolder(string folder, bool recurse, SecureString? password, Action<MtlsException> failed)
    {
        var authority = TryOpen(folder);
        foreach (var report in authority is null ? FindFiles(folder).SelectMany(file => Attempt(() => JudgeFile(file, password), failed)) : Attempt(() => Judge(authority), failed))
            yield return report;
        if (!recurse)
            yield break;
        var below = authority is null
            ? Directory.EnumerateDirectories(folder).Where(inner => !File.GetAttributes(inner).HasFlag(FileAttributes.ReparsePoint)).Order(StringComparer.Ordinal).SelectMany(inner => JudgeFolder(inner, recurse, password, failed))
            : authority.GetIssued().Where(entry => entry.Status == IssuedStatus.Valid && File.Exists(entry.Path)).SelectMany(entry => Attempt(() => JudgeFile(entry.Path!), failed));
        foreach (var report in below)
            yield return report;
    }

    /// <summary>What all that was judged shows together; a report for each rule that is broken so.</summary>
    public IEnumerable<PolicyReport> Finish() => set.Check();

    private PolicyReport Judge(CrlFacts list, string path) =>
        new(PolicySubjects.Crl, list.Issuer.CommonName ?? list.Issuer.ToString(), path, PolicyChecker.Check(list, options));

    private PolicyReport Report(KeyFileFacts key) =>
        new(PolicySubjects.KeyFile, Path.GetFileName(key.Path), key.Path, PolicyChecker.Check(key, options));

    private static CertificateAuthority? TryOpen(string folder)
    {
        try
        {
            return CertificateAuthority.Open(folder);
        }
        catch (AuthorityException other) when (other.Code == ErrorCode.NotAnAuthority)
        {
            return null;
        }
    }

    /// <summary>What one file gives until it fails.</summary>
    private static IEnumerable<PolicyReport> Attempt(Func<IEnumerable<PolicyReport>> judge, Action<MtlsException> failed)
    {
        using var reports = judge().GetEnumerator();
        while (true)
        {
            try
            {
                if (!reports.MoveNext())
                    yield break;
            }
            catch (MtlsException failure)
            {
                failed(failure);
                yield break;
            }

            yield return reports.Current;
        }
    }

    /// <summary>Whether a plain key belongs to a CA whose certificate lies in the same file or beside it.</summary>
    private static bool IsCaKey(string path, KeyFileFacts key)
    {
        if (!key.HasPlainKey)
            return false;
        foreach (var file in CertificateReader.Extensions.Select(ending => Path.ChangeExtension(path, ending)).Append(path).Where(File.Exists))
        {
            try
            {
                if (CertificateReader.ReadFile(file).Any(certificate => certificate.IsCa && key.Keys.Contains(certificate.PublicKey)))
                    return true;
            }
            catch (MtlsException)
            {
                // No certificate, so none of a CA.
            }
        }

        return false;
    }
}
