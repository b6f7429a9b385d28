using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation;

/// <summary>Asks all that can say something about one certificate.</summary>
/// <param name="path">The certificate, its issuer, and what stands above.</param>
/// <param name="options">Whom to ask, and how strict to be.</param>
/// <param name="asOf">The time of the verdict.</param>
internal sealed class RevocationSources(IReadOnlyList<PathCertificate> path, RevocationOptions options, DateTimeOffset asOf)
{
    private const int NonceLength = 32;

    private readonly MtlsCertificate certificate = path[0].Certificate;

    /// <summary>The answers, the best source first, each fetched when the one before proved nothing.</summary>
    internal async IAsyncEnumerable<RevocationStatus> AskAsync(ReadOnlyMemory<byte>? staple, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (staple is { } stapled)
            yield return await JudgeAsync(stapled, null, cancellation).ConfigureAwait(false) with { Source = RevocationSource.Staple };
        if (options.ResponseFile is { } file)
            yield return await JudgeAsync(OcspResponse.ReadFile(file), null, cancellation).ConfigureAwait(false) with { Source = RevocationSource.ResponseFile, Url = file };
        var isGiven = staple is not null || options.ResponseFile is not null || options.OcspUrls.Count + options.Crls.Count + options.CrlUrls.Count > 0;
        if (options.Method != RevocationMethod.Crl)
        {
            foreach (var url in isGiven ? options.OcspUrls : Urls(certificate.OcspUrls))
                yield return await AskResponderAsync(url, cancellation).ConfigureAwait(false);
        }

        if (options.Method == RevocationMethod.Ocsp)
            yield break;
        if (options.Crls.Count > 0)
            yield return new CrlJudge(path, options, asOf).Judge(options.Crls);
        foreach (var url in isGiven ? options.CrlUrls : Urls(certificate.CrlUrls))
            yield return await FetchListAsync(url, cancellation).ConfigureAwait(false);
    }

    private async Task<RevocationStatus> AskResponderAsync(Uri url, CancellationToken cancellation)
    {
        var nonce = options.UseNonce ? RandomNumberGenerator.GetBytes(NonceLength) : null;
        var request = new OcspRequest([OcspCertId.Create(certificate, path[1].Certificate, options.Hash)], nonce);
        try
        {
            var response = await RevocationFetcher.AskAsync(url, request.Encode(), nonce is null, options.Timeout, cancellation).ConfigureAwait(false);
            return await JudgeAsync(response, request.Nonce, cancellation).ConfigureAwait(false) with { Source = RevocationSource.Ocsp, Url = url.OriginalString };
        }
        catch (FetchException failed)
        {
            return new RevocationStatus { Certificate = certificate, Source = RevocationSource.Ocsp, Url = url.OriginalString, Findings = [RevocationFindings.NotReached(url, failed.Message)] };
        }
    }

    private async Task<RevocationStatus> JudgeAsync(ReadOnlyMemory<byte> response, byte[]? nonce, CancellationToken cancellation)
    {
        RevocationStatus status;
        try
        {
            status = new OcspJudge(path[0], path[1], options, asOf).Judge(OcspResponse.Read(response), nonce);
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            return new RevocationStatus { Certificate = certificate, Response = response, Findings = [OcspFindings.Invalid("it is damaged, or no OCSP response at all", "Check that the URL is that of an OCSP responder, and that nothing on the way changes its answers.")] };
        }

        status = status with { Response = response };
        return status.Status is RevocationState.Unavailable || status.Responder is not { } responder || IsTrusted(responder)
            ? status
            : await CheckResponderAsync(status, cancellation).ConfigureAwait(false);
    }

    /// <summary>The CA itself, or whom it asks not to look up (RFC 6960, 4.2.2.2.1).</summary>
    private bool IsTrusted(MtlsCertificate responder) =>
        responder.PublicKey.Equals(path[1].Certificate.PublicKey) || responder.Content.FindExtension(OcspOids.NoCheck) is not null;

    /// <summary>A responder's own certificate is looked up in lists alone: another responder's word would need the same check.</summary>
    private async Task<RevocationStatus> CheckResponderAsync(RevocationStatus status, CancellationToken cancellation)
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

    private async Task<RevocationStatus> FetchListAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            var lists = CertificateRevocationList.Read(await RevocationFetcher.GetAsync(url, options.Timeout, cancellation).ConfigureAwait(false), url.OriginalString);
            return new CrlJudge(path, options, asOf).Judge(lists) with { Source = RevocationSource.Crl, Url = url.OriginalString };
        }
        catch (Exception failed) when (failed is FetchException or InputException)
        {
            return new RevocationStatus { Certificate = certificate, Source = RevocationSource.Crl, Url = url.OriginalString, Findings = [RevocationFindings.CrlNotReached(url, failed.Message.TrimEnd('.'))] };
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

    /// <summary>Those of the texts that are URLs.</summary>
    internal static IEnumerable<Uri> Urls(IEnumerable<string> texts) => texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null).OfType<Uri>();
}
