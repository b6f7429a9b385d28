using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Verification;

/// <summary>A certificate file as servers and clients use it: the certificate first, then each one's issuer, without the root.</summary>
internal static class ChainFile
{
    /// <summary>The certificate that the file is about, and what is wrong with the others in it.</summary>
    /// <exception cref="MtlsException">The file can not be read.</exception>
    internal static (MtlsCertificate Certificate, IReadOnlyList<Finding> Findings) Read(string path, SecureString? password)
    {
        var content = InputFile.Read(path);
        var certificates = CertificateReader.Read(content, password, path);
        var leaf = certificates.FirstOrDefault(one => !one.IsCa && (certificates[0].Equals(one) || one.Chain.Contains(certificates[0]))) ?? certificates[0];

        // Only PEM has an order that programs go by; a CA's own file is no chain that anyone presents.
        if (certificates.Count == 1 || leaf.IsCa || !PemBlock.LooksLikePem(content))
            return (leaf, []);
        var order = PemBlock.ReadAll(content, path).Select(block => certificates.FirstOrDefault(one => one.RawData.Span.SequenceEqual(block.Data.Span))).OfType<MtlsCertificate>().ToList();
        return (leaf, Judge(leaf, order, path).ToList());
    }

    private static IEnumerable<Finding> Judge(MtlsCertificate leaf, List<MtlsCertificate> order, string path)
    {
        if (!order[0].Equals(leaf))
            yield return Found(FindingId.ChainOutOfOrder, FindingSeverity.Error, $"'{path}' begins with '{order[0].Name}', and the first certificate of a file is the one that is presented: '{leaf.Name}' has to stand first.", "Write the certificate first, then its issuer, then that one's; Export-MtlsCertificate -Format FullChain does.");
        var related = Related(leaf, order);
        var late = order.Where((one, index) => !one.Equals(leaf) && related.Contains(one) && !order.Take(index).Any(earlier => earlier.Issuer.Equals(one.Subject))).ToList();
        if (order[0].Equals(leaf) && late.Count > 0)
            yield return Found(FindingId.ChainOutOfOrder, FindingSeverity.Warning, $"In '{path}', '{late[0].Name}' stands before the certificate that it issued: some programs take each certificate for the issuer of the one before.", "Write the certificate first, then its issuer, then that one's.");
        if (order.Find(one => !one.Equals(leaf) && related.Contains(one) && one.IsSelfSigned) is { } root)
            yield return Found(FindingId.RootIncluded, FindingSeverity.Information, $"'{path}' holds the root '{root.Name}', which peers need not be sent: who trusts it has it.", "Leave it out of the file that is presented; keep it in the file of trusted CAs.");
        if (order.Where(one => !related.Contains(one)).Select(one => $"'{one.Name}'").ToList() is { Count: > 0 } others)
            yield return Found(FindingId.UnrelatedCertificate, FindingSeverity.Warning, $"'{path}' holds certificates that are no issuers of '{leaf.Name}': {string.Join(", ", others.Take(10))}.", "Leave them out, or name the file that was meant.");
    }

    /// <summary>The certificate and whatever bears the name of an issuer above it: cross-signed CAs belong to the chain too.</summary>
    private static HashSet<MtlsCertificate> Related(MtlsCertificate leaf, List<MtlsCertificate> all)
    {
        var related = new HashSet<MtlsCertificate> { leaf };
        var open = new Queue<MtlsCertificate>([leaf]);
        while (open.TryDequeue(out var one))
        {
            foreach (var issuer in all.Where(candidate => candidate.Subject.Equals(one.Issuer) && candidate.IsCa && related.Add(candidate)))
                open.Enqueue(issuer);
        }

        return related;
    }

    private static Finding Found(FindingId id, FindingSeverity severity, string cause, string remedy) => new(id, FindingSide.Unknown, severity, cause, remedy);
}
