using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation;

/// <summary>Asks whether a certificate is revoked: an OCSP responder, revocation lists, or an answer that is at hand. Good is said only when it is proven.</summary>
public sealed class RevocationInquiry
{
    private readonly RevocationOptions options;
    private readonly DateTimeOffset asOf;

    private RevocationInquiry(RevocationOptions options, DateTimeOffset asOf)
    {
        this.options = options;
        this.asOf = asOf;
    }

    /// <summary>Asks about one certificate.</summary>
    /// <param name="certificate">The certificate; its own chain is looked at for the issuer.</param>
    /// <param name="options">Whom to ask, and how strict to be.</param>
    /// <param name="clock">What "now" is when the options name no time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InputException">The file of a response is missing or damaged.</exception>
    public static Task<RevocationStatus> AskAsync(MtlsCertificate certificate, RevocationOptions options, TimeProvider? clock = null, CancellationToken cancellation = default) =>
        AskAsync(certificate, options, null, clock, cancellation);

    /// <summary>Asks about a certificate and every CA between it and the root, nearest first. The root itself is not asked about: nobody stands above it.</summary>
    /// <exception cref="InputException">The file of a response is missing or damaged.</exception>
    public static async Task<IReadOnlyList<RevocationStatus>> AskChainAsync(MtlsCertificate certificate, RevocationOptions options, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(options);
        return await AskAboveAsync(await AskAsync(certificate, options, clock, cancellation).ConfigureAwait(false), options, clock, cancellation).ConfigureAwait(false);
    }

    /// <summary>An answer, and those about the CAs above. An OCSP response that is at hand is about the certificate itself, and not about them.</summary>
    /// <exception cref="InputException">An answer that is at hand is damaged.</exception>
    public static async Task<IReadOnlyList<RevocationStatus>> AskAboveAsync(RevocationStatus first, RevocationOptions options, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(options);
        var answers = new List<RevocationStatus> { first };
        while (answers[^1].Issuer is { IsSelfSigned: false } ca && !answers.Exists(one => one.Certificate.Equals(ca)))
            answers.Add(await AskAsync(ca.WithChain([.. ca.Chain, .. first.Certificate.Chain]), options with { ResponseFile = null }, clock, cancellation).ConfigureAwait(false));
        return answers;
    }

    /// <summary>The same about a server's certificate, with the response that it sent along in the handshake, if any.</summary>
    internal static async Task<RevocationStatus> AskAsync(MtlsCertificate certificate, RevocationOptions options, ReadOnlyMemory<byte>? staple, TimeProvider? clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(options);
        var inquiry = new RevocationInquiry(options, (options.AsOf ?? (clock ?? TimeProvider.System).GetUtcNow()).ToUniversalTime());
        if (certificate.IsSelfSigned)
            return new RevocationStatus { Certificate = certificate, Findings = [RevocationFindings.Root(certificate.Name)] };
        var subject = new PathCertificate(certificate);
        if (subject.Defect is { } defect)
            return new RevocationStatus { Certificate = certificate, Findings = [RevocationFindings.Error(FindingId.ChainInvalid, $"'{certificate.Name}' is not encoded as RFC 5280 has it: {defect}", "Issue it again.")] };
        if (await inquiry.FindIssuerAsync(subject, cancellation).ConfigureAwait(false) is not { } issuer)
            return new RevocationStatus { Certificate = certificate, Findings = [RevocationFindings.NoIssuer(certificate.Name, certificate.Issuer.ToString())] };
        return await inquiry.AskAsync([subject, issuer, .. certificate.Chain.Concat(issuer.Certificate.Chain).Concat(options.Issuers).Distinct().Select(one => new PathCertificate(one))], staple, cancellation).ConfigureAwait(false);
    }

    private async Task<RevocationStatus> AskAsync(IReadOnlyList<PathCertificate> path, ReadOnlyMemory<byte>? staple, CancellationToken cancellation)
    {
        var answers = new List<RevocationStatus>();
        await foreach (var answer in new RevocationSources(path, options, asOf).AskAsync(staple, cancellation).ConfigureAwait(false))
        {
            answers.Add(answer);
            if (answer.Status is RevocationState.Good or RevocationState.Revoked)
                break;
        }

        if (answers.Count == 0)
            return new RevocationStatus { Certificate = path[0].Certificate, Issuer = path[1].Certificate, Findings = [RevocationFindings.NoSource(path[0].Certificate.Name, options.Method)] };

        var decisive = Choose(answers) with { Issuer = path[1].Certificate };
        return decisive with { Findings = decisive.Findings.Concat(answers.SelectMany(one => one.Findings).Except(decisive.Findings).Select(finding => Demote(finding, decisive))).Distinct().ToList() };
    }

    /// <summary>Revoked counts whoever says it. A responder that speaks for the CA and does not know the certificate is not outvoted by a list that does not name it either.</summary>
    private static RevocationStatus Choose(List<RevocationStatus> answers) =>
        answers.Find(one => one.Status == RevocationState.Revoked) ?? answers.Find(one => one.Status == RevocationState.Unknown) ?? answers.Find(one => one.Status == RevocationState.Good) ?? answers[^1];

    /// <summary>What stood in one way is no error where another way led to the answer.</summary>
    private static Finding Demote(Finding finding, RevocationStatus decisive) => decisive.Status == RevocationState.Good && finding.Severity == FindingSeverity.Error ? finding with { Severity = FindingSeverity.Warning } : finding;

    /// <summary>The CA whose key made the certificate: given, of its chain, or where the certificate says that it lies.</summary>
    private async Task<PathCertificate?> FindIssuerAsync(PathCertificate subject, CancellationToken cancellation)
    {
        var certificate = subject.Certificate;
        var found = Among(options.Issuers.Concat(options.Issuers.SelectMany(one => one.Chain)).Concat(certificate.Chain));
        foreach (var url in found is null ? RevocationSources.Urls(certificate.IssuerUrls) : [])
        {
            try
            {
                found ??= Among(CertificateReader.Read(await RevocationFetcher.GetAsync(url, options.Timeout, cancellation).ConfigureAwait(false)));
            }
            catch (Exception failed) when (failed is FetchException or MtlsException)
            {
                // It was one way to find it; that it is not found is told.
            }
        }

        return found;

        PathCertificate? Among(IEnumerable<MtlsCertificate> candidates) => candidates.Distinct().Select(one => new PathCertificate(one)).FirstOrDefault(one => one.SubjectName == subject.IssuerName && subject.SignedBy(one) == SignatureVerdict.Valid);
    }
}
