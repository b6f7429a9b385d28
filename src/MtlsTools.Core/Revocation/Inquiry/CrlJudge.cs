using System.Formats.Asn1;
using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation;

/// <summary>What revocation lists say of one certificate.</summary>
/// <param name="path">The certificate, its issuer, and what stands above.</param>
/// <param name="options">How much the clocks may differ, and how old a list may be.</param>
/// <param name="asOf">The time of the verdict.</param>
internal sealed class CrlJudge(IReadOnlyList<PathCertificate> path, RevocationOptions options, DateTimeOffset asOf)
{
    /// <summary>The best that one of the lists says; its source is the list's file.</summary>
    internal RevocationStatus Judge(IReadOnlyList<CertificateRevocationList> lists)
    {
        var relevant = lists.Where(list => list.IssuerName == path[0].IssuerName).ToList();
        var verdicts = relevant.Select(Judge).ToList();
        if (verdicts.Find(one => one.Status == RevocationState.Revoked) is { } revoked)
            return revoked;
        if (verdicts.Find(one => one.Status == RevocationState.Good) is { } good)
            return good;
        return verdicts.Count > 0 ? verdicts[0] with { Findings = verdicts.SelectMany(one => one.Findings).Distinct().ToList() } : With(new RevocationChecker(lists, CrlScope.Leaf).Check(path, 0, asOf));
    }

    private RevocationStatus Judge(CertificateRevocationList list)
    {
        try
        {
            var judged = Within(list);
            var status = With(new RevocationChecker([list], CrlScope.Leaf).Check(path, 0, judged)) with
            {
                Source = RevocationSource.Crl,
                Url = list.Path,
                ThisUpdate = list.ThisUpdate,
                NextUpdate = list.NextUpdate,
                Responder = path[1].Certificate,
            };
            if (status.Findings.Any(finding => finding.Id == FindingId.CertificateRevoked))
            {
                var entry = list.Find(path[0].Content!.SerialNumber.Span)!;
                return status with { Status = RevocationState.Revoked, RevokedAt = entry.RevokedOn, Reason = entry.Reason };
            }

            return status.Findings.Count > 0 ? status : JudgeAge(status, list);
        }
        catch (Exception damaged) when (damaged is AsnContentException or InputException)
        {
            return With([RevocationFindings.Error(FindingId.CrlNotUsable, $"The CRL{(list.Path is null ? "" : $" '{list.Path}'")} can not be used: {damaged.Message}", "Get a fresh copy of it from the CA.")]);
        }
    }

    private RevocationStatus JudgeAge(RevocationStatus status, CertificateRevocationList list)
    {
        if (options.MaximumAge is { } age && asOf - list.ThisUpdate > age + options.ClockSkew)
            return status with { Findings = [RevocationFindings.Error(FindingId.CrlNotFresh, $"The CRL of '{path[1]}' was made on {list.ThisUpdate:u}, and is older than allowed (-MaximumAge {age}).", "Publish a new CRL (Publish-MtlsCrl), and give that one.")] };
        return path[0].Certificate.NotAfter < list.ThisUpdate
            ? status with { Findings = [RevocationFindings.ExpiredBeforeList(path[0].Certificate.Name, path[0].Certificate.NotAfter)] }
            : status with { Status = RevocationState.Good };
    }

    /// <summary>The time of the verdict, moved into the list's own time where the clocks may differ so much.</summary>
    private DateTimeOffset Within(CertificateRevocationList list)
    {
        if (asOf < list.ThisUpdate && asOf + options.ClockSkew >= list.ThisUpdate)
            return list.ThisUpdate;
        return list.NextUpdate is { } next && asOf > next && asOf - options.ClockSkew <= next ? next : asOf;
    }

    private RevocationStatus With(IEnumerable<Finding> findings) => new() { Certificate = path[0].Certificate, Findings = findings.ToList() };
}
