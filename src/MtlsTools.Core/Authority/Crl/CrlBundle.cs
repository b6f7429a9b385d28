using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>The lists of several CAs in one file, as nginx, Apache, HAProxy and OpenSSL want them: one for every CA of the chain, the root's too. A list that would make them refuse everybody does not get in.</summary>
public sealed class CrlBundle
{
    private readonly List<CertificateRevocationList> lists = [];
    private readonly List<MtlsCertificate> authorities = [];
    private readonly DateTimeOffset now;

    /// <summary>An empty bundle.</summary>
    /// <param name="clock">By which the lists must be current; null is the system's.</param>
    public CrlBundle(TimeProvider? clock = null) => now = (clock ?? TimeProvider.System).GetUtcNow();

    /// <summary>The lists so far, each once.</summary>
    public IReadOnlyList<CertificateRevocationList> Lists => lists;

    /// <summary>Makes CAs known, so that lists that they signed are taken from files; those above them as well.</summary>
    public void Trust(IEnumerable<MtlsCertificate> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        foreach (var one in certificates.SelectMany(certificate => certificate.Chain.Prepend(certificate)).Where(one => one.IsCa && !authorities.Contains(one)))
            authorities.Add(one);
    }

    /// <summary>Adds what a CA has published.</summary>
    /// <exception cref="MtlsException">It has published nothing, or the list has ended.</exception>
    public void Add(CertificateAuthority authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        Trust([authority.Certificate, .. authority.Former]);
        if (!File.Exists(authority.CrlPath))
            throw new InputException(ErrorCode.FileNotFound, $"The CA '{authority.Name}' has published no revocation list: '{authority.CrlPath}' does not exist. Publish one with Publish-MtlsCrl '{authority.Path}'.", authority.CrlPath);
        AddFile(authority.CrlPath);
    }

    /// <summary>Adds the lists of a file.</summary>
    /// <exception cref="InputException">One of them is damaged, not current, or signed by none of the CAs that are known.</exception>
    public void AddFile(string path)
    {
        var read = CertificateRevocationList.ReadFile(path);
        foreach (var list in read)
        {
            if (CrlReport.Judge(list, authorities, now).ToError() is { } refused)
                throw refused;
        }

        Add(read);
    }

    /// <summary>Adds lists that were just published, and need no look.</summary>
    public void Add(IEnumerable<CertificateRevocationList> published)
    {
        ArgumentNullException.ThrowIfNull(published);
        foreach (var list in published.Where(list => !lists.Exists(one => one.RawData.Span.SequenceEqual(list.RawData.Span))))
            lists.Add(list);
    }

    /// <summary>The CAs above those whose lists are there that have none in the bundle: with a gap, nginx and OpenSSL's crl_check_all refuse everybody.</summary>
    public IReadOnlyList<MtlsCertificate> Missing => authorities.Where(one => lists.TrueForAll(list => !list.Issuer.Matches(one.Subject))).DistinctBy(one => one.Subject.ToString()).ToList();

    /// <summary>Writes the bundle, unless the file holds just that already.</summary>
    /// <param name="path">The file. One that holds revocation lists is replaced.</param>
    /// <param name="format">How. DER holds one list; those of former keys go into files beside it, named by the keys.</param>
    /// <param name="overwrite">Whether a file that holds anything else is replaced, too.</param>
    /// <returns>The files, whether they were written now or not.</returns>
    /// <exception cref="MtlsException">The file exists and holds something else, or can not be written; or DER is to hold the lists of several CAs.</exception>
    public IReadOnlyList<string> Save(string path, CrlFormat format = CrlFormat.Pem, bool overwrite = false) =>
        format == CrlFormat.Pem ? [CrlFile.Update(path, lists, overwrite)] : CrlFile.UpdateDer(path, lists, overwrite);
}
