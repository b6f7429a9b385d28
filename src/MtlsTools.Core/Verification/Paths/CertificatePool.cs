using MtlsTools.Certificates;

namespace MtlsTools.Verification.Paths;

/// <summary>Trusted CAs and other certificates, found by name. Reading and indexing them is done once for all paths.</summary>
internal sealed class CertificatePool
{
    private readonly CertificatePool? below;
    private readonly Dictionary<MtlsCertificate, PathCertificate> entries = [];
    private readonly Dictionary<string, List<PathCertificate>> bySubject = new(StringComparer.Ordinal);

    private CertificatePool(CertificatePool? below) => this.below = below;

    /// <summary>A pool of trusted and untrusted certificates; one that is both is trusted.</summary>
    internal static CertificatePool Create(IEnumerable<MtlsCertificate> trusted, IEnumerable<MtlsCertificate> others)
    {
        var pool = new CertificatePool(null);
        foreach (var one in trusted)
            pool.Add(one, isTrusted: true);
        foreach (var one in others)
            pool.Add(one, isTrusted: false);
        return pool;
    }

    /// <summary>The same pool and some more certificates, for one path.</summary>
    internal CertificatePool With(IReadOnlyList<MtlsCertificate> more)
    {
        if (more.Count == 0)
            return this;
        var pool = new CertificatePool(this);
        foreach (var one in more)
            pool.Add(one, isTrusted: false);
        return pool;
    }

    /// <summary>The pool's own entry for a certificate, or a new one.</summary>
    internal PathCertificate Enter(MtlsCertificate certificate) => Find(certificate) ?? new PathCertificate(certificate);

    /// <summary>The certificates of a subject.</summary>
    internal IEnumerable<PathCertificate> Named(string subject)
    {
        var own = bySubject.GetValueOrDefault(subject) ?? [];
        return below is null ? own : own.Concat(below.Named(subject));
    }

    private void Add(MtlsCertificate certificate, bool isTrusted)
    {
        if (Find(certificate) is not null)
            return;
        var entry = entries[certificate] = new PathCertificate(certificate, isTrusted);
        if (!bySubject.TryGetValue(entry.SubjectName, out var list))
            bySubject[entry.SubjectName] = list = [];
        list.Add(entry);
    }

    private PathCertificate? Find(MtlsCertificate certificate) => entries.GetValueOrDefault(certificate) ?? below?.Find(certificate);
}
