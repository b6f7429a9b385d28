using System.Formats.Asn1;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation;

/// <summary>Asks whether a certificate is revoked: an OCSP responder, revocation lists, or an answer that is at hand. Good is said only when it is proven.</summary>
public sealed class RevocationInquiry
{
    private const int NonceLength = 32;

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
        await foreach (var answer in AnswersAsync(path, staple, cancellation).ConfigureAwait(false))
        {
            answers.Add(answer);
            if (answer.Status is RevocationState.Good or RevocationState.Revoked)
                break;
        }

        if (answers.Count == 0)
            return new RevocationStatus { Certificate = path[0].Certificate, Findings = [RevocationFindings.NoSource(path[0].Certificate.Name, options.Method)] };

        // A responder that speaks for the CA and does not know the certificate is not outvoted by a list that does not name it either.
        var last = answers[^1];
        var decisive = last.Status == RevocationState.Good && answers.Find(one => one.Status == RevocationState.Unknown) is { } unknown ? unknown : last.Status == RevocationState.Unavailable ? answers.Find(one => one.Status == RevocationState.Unknown) ?? last : last;
        return decisive with { Findings = decisive.Findings.Concat(answers.Where(one => one != decisive).SelectMany(one => one.Findings.Select(finding => Demote(finding, decisive)))).Distinct().ToList() };
    }

    /// <summary>What stood in one way is no error where another way led to the answer.</summary>
    private static Finding Demote(Finding finding, RevocationStatus decisive) => decisive.Status == RevocationState.Good && finding.Severity == FindingSeverity.Error ? finding with { Severity = FindingSeverity.Warning } : finding;

    /// <summary>The answers, the best source first, each fetched when the one before proved nothing.</summary>
    private async IAsyncEnumerable<RevocationStatus> AnswersAsync(IReadOnlyList<PathCertificate> path, ReadOnlyMemory<byte>? staple, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var certificate = path[0].Certificate;
        if (staple is { } stapled)
            yield return await JudgeAsync(path, stapled, null, cancellation).ConfigureAwait(false) with { Source = RevocationSource.Staple };
        if (options.ResponseFile is { } file)
            yield return await JudgeAsync(path, OcspResponse.ReadFile(file), null, cancellation).ConfigureAwait(false) with { Source = RevocationSource.ResponseFile, Url = file };
        var isGiven = staple is not null || options.ResponseFile is not null || options.OcspUrls.Count + options.Crls.Count + options.CrlUrls.Count > 0;
        if (options.Method != RevocationMethod.Crl)
        {
            foreach (var url in isGiven ? options.OcspUrls : Urls(certificate.OcspUrls))
                yield return await AskResponderAsync(path, url, cancellation).ConfigureAwait(false);
        }

        if (options.Method == RevocationMethod.Ocsp)
            yield break;
        if (options.Crls.Count > 0)
            yield return new CrlJudge(path, options, asOf).Judge(options.Crls);
        foreach (var url in isGiven ? options.CrlUrls : Urls(certificate.CrlUrls))
            yield return await FetchListAsync(path, url, cancellation).ConfigureAwait(false);
    }

    private async Task<RevocationStatus> AskResponderAsync(IReadOnlyList<PathCertificate> path, Uri url, CancellationToken cancellation)
    {
        var nonce = options.UseNonce ? RandomNumberGenerator.GetBytes(NonceLength) : null;
        var request = new OcspRequest([OcspCertId.Create(path[0].Certificate, path[1].Certificate, options.Hash)], nonce is null ? null : (ReadOnlyMemory<byte>?)nonce);
        try
        {
            var response = await RevocationFetcher.AskAsync(url, request.Encode(), nonce is null, options.Timeout, cancellation).ConfigureAwait(false);
            return await JudgeAsync(path, response, request.Nonce, cancellation).ConfigureAwait(false) with { Source = RevocationSource.Ocsp, Url = url.OriginalString };
        }
        catch (FetchException failed)
        {
            return new RevocationStatus { Certificate = path[0].Certificate, Source = RevocationSource.Ocsp, Url = url.OriginalString, Findings = [RevocationFindings.NotReached(url, failed.Message)] };
        }
    }

    private async Task<RevocationStatus> JudgeAsync(IReadOnlyList<PathCertificate> path, ReadOnlyMemory<byte> response, ReadOnlyMemory<byte>? nonce, CancellationToken cancellation)
    {
        RevocationStatus status;
        try
        {
            status = new OcspJudge(path[0], path[1], options, asOf).Judge(OcspResponse.Read(response), nonce);
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            return new RevocationStatus { Certificate = path[0].Certificate, Response = response, Findings = [OcspFindings.Invalid("it is damaged, or no OCSP response at all", "Check that the URL is that of an OCSP responder, and that nothing on the way changes its answers.")] };
        }

        status = status with { Response = response };
        return status.Status is RevocationState.Unavailable || status.Responder is not { } responder || IsTrusted(responder, path[1])
            ? status
            : await CheckResponderAsync(status, path, cancellation).ConfigureAwait(false);
    }

    /// <summary>The CA itself, or whom it asks not to look up (RFC 6960, 4.2.2.2.1).</summary>
    private static bool IsTrusted(MtlsCertificate responder, PathCertificate issuer) =>
        responder.PublicKey.Equals(issuer.Certificate.PublicKey) || responder.Content.FindExtension(OcspOids.NoCheck) is not null;

    /// <summary>A responder's own certificate is looked up in lists alone: another responder's word would need the same check.</summary>
    private async Task<RevocationStatus> CheckResponderAsync(RevocationStatus status, IReadOnlyList<PathCertificate> path, CancellationToken cancellation)
    {
        var own = new List<PathCertificate> { new(status.Responder!) };
        own.AddRange(path.Skip(1));
        var lists = options.Crls.ToList();
        foreach (var url in lists.Count > 0 ? [] : options.CrlUrls.Concat(Urls(status.Responder!.CrlUrls)))
        {
            if (await TryFetchAsync(url, cancellation).ConfigureAwait(false) is { } fetched)
                lists.AddRange(fetched);
        }

        return new CrlJudge(own, options, asOf).Judge(lists).Status switch
        {
            RevocationState.Good => status,
            RevocationState.Revoked => status with { Status = RevocationState.Unavailable, Reason = null, RevokedAt = null, Findings = [.. status.Findings, OcspFindings.NotAuthorized($"the certificate of '{status.Responder!.Name}' is revoked")] },
            _ => status with { Findings = [.. status.Findings, OcspFindings.ResponderNotChecked(status.Responder!.Name)] },
        };
    }

    private async Task<RevocationStatus> FetchListAsync(IReadOnlyList<PathCertificate> path, Uri url, CancellationToken cancellation)
    {
        try
        {
            var lists = CertificateRevocationList.Read(await RevocationFetcher.GetAsync(url, options.Timeout, cancellation).ConfigureAwait(false), url.OriginalString);
            return new CrlJudge(path, options, asOf).Judge(lists) with { Source = RevocationSource.Crl, Url = url.OriginalString };
        }
        catch (Exception failed) when (failed is FetchException or InputException)
        {
            return new RevocationStatus { Certificate = path[0].Certificate, Source = RevocationSource.Crl, Url = url.OriginalString, Findings = [RevocationFindings.CrlNotReached(url, failed.Message.TrimEnd('.'))] };
        }
    }

    private async Task<IReadOnlyList<CertificateRevocationList>?> TryFetchAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            return CertificateRevocationList.Read(await RevocationFetcher.GetAsync(url, options.Timeout, cancellation).ConfigureAwait(false), url.OriginalString);
        }
        catch (Exception failed) when (failed is FetchException or InputException)
        {
            return null;
        }
    }

    /// <summary>The CA whose key made the certificate: given, of its chain, or where the certificate says that it lies.</summary>
    private async Task<PathCertificate?> FindIssuerAsync(PathCertificate subject, CancellationToken cancellation)
    {
        var certificate = subject.Certificate;
        var found = Among(options.Issuers.Concat(options.Issuers.SelectMany(one => one.Chain)).Concat(certificate.Chain));
        foreach (var url in found is null ? Urls(certificate.IssuerUrls) : [])
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

    private static IEnumerable<Uri> Urls(IEnumerable<string> texts) => texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null).OfType<Uri>();
}
