using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Judges one response about one certificate (RFC 6960, 3.2): it counts only if it is this CA's word about this certificate, and fresh.</summary>
/// <param name="subject">The certificate.</param>
/// <param name="issuer">Its issuer.</param>
/// <param name="options">How much the clocks may differ, and how old an answer may be.</param>
/// <param name="asOf">The time of the verdict.</param>
internal sealed class OcspJudge(PathCertificate subject, PathCertificate issuer, RevocationOptions options, DateTimeOffset asOf)
{
    private readonly List<Finding> findings = [];

    /// <summary>The verdict.</summary>
    /// <param name="response">The response.</param>
    /// <param name="nonce">The nonce of the request; null when it had none.</param>
    internal RevocationStatus Judge(OcspResponse response, byte[]? nonce)
    {
        findings.Clear();
        var status = new RevocationStatus { Certificate = subject.Certificate };
        if (response.Status != OcspResponseStatus.Successful)
            return status with { Findings = [OcspFindings.Refused(response.Status)] };
        if (Find(response) is not { } answer)
            return status with { Findings = [OcspFindings.Invalid($"it is not about '{subject}' (serial number {subject.Certificate.SerialNumber}) of '{issuer}'", "Give the response, or the responder, of this certificate's CA.")] };
        status = status with { ThisUpdate = answer.ThisUpdate, NextUpdate = answer.NextUpdate };
        if (new ResponderFinder(issuer, asOf, options.ClockSkew).Find(response, findings.Add) is not { } responder)
            return status with { Findings = findings };
        status = status with { Responder = responder };
        if (!CheckNonce(response.Nonce, nonce) | !CheckExtensions(response, answer))
            return status with { Findings = findings };
        var isFresh = CheckTimes(answer);
        return Conclude(status, answer, isFresh) with { Findings = findings };
    }

    /// <summary>Should it speak twice of the certificate, the worse word counts.</summary>
    private OcspAnswer? Find(OcspResponse response) => response.Answers
        .Where(answer => answer.Id.IsOf(subject.Certificate, issuer.Certificate))
        .OrderByDescending(answer => answer.Status == OcspCertStatus.Revoked).ThenByDescending(answer => answer.Status).ThenByDescending(answer => answer.ThisUpdate)
        .FirstOrDefault();

    private bool CheckNonce(byte[]? had, byte[]? wanted)
    {
        if (wanted is not { } sent)
            return true;
        if (had is null)
        {
            findings.Add(OcspFindings.NonceMissing(options.RequireNonce));
            return !options.RequireNonce;
        }

        if (had.AsSpan().SequenceEqual(sent))
            return true;
        findings.Add(OcspFindings.NonceMismatch());
        return false;
    }

    private bool CheckExtensions(OcspResponse response, OcspAnswer answer)
    {
        if ((response.CriticalStranger ?? answer.CriticalStranger) is not { } strange)
            return true;
        findings.Add(OcspFindings.Invalid($"it has a critical extension that is not understood here ({strange})", "Ask another responder, or by -Method Crl."));
        return false;
    }

    /// <summary>RFC 6960, 4.2.2.1. Without nextUpdate there is always something newer, so that such an answer counts for the moment only.</summary>
    private bool CheckTimes(OcspAnswer answer)
    {
        var (skew, before) = (options.ClockSkew, findings.Count);
        if (answer.ThisUpdate > asOf + skew)
            findings.Add(OcspFindings.NotFresh($"holds only from {answer.ThisUpdate:u} on; the verdict is for {asOf:u}", "Check the clocks of both machines."));
        else if (answer.NextUpdate is { } next && asOf - skew > next)
            findings.Add(OcspFindings.NotFresh($"ended on {next:u}; the verdict is for {asOf:u}", "Ask again; if this is what the responder gives now, it has stopped making new answers."));
        else if (answer.NextUpdate < answer.ThisUpdate)
            findings.Add(OcspFindings.NotFresh($"ends ({answer.NextUpdate:u}) before it begins ({answer.ThisUpdate:u})", "Have the responder mended."));
        else if (options.MaximumAge is { } age && asOf - answer.ThisUpdate > age + skew)
            findings.Add(OcspFindings.NotFresh($"is of {answer.ThisUpdate:u}, older than allowed (-MaximumAge {age})", "Ask again, or allow more."));
        else if (options.MaximumAge is null && answer.NextUpdate is null && asOf - answer.ThisUpdate > skew)
            findings.Add(OcspFindings.NotFresh($"is of {answer.ThisUpdate:u} and does not say how long it holds, so it held at that moment", "Ask again, or say with -MaximumAge how old an answer may be."));
        return findings.Count == before;
    }

    private RevocationStatus Conclude(RevocationStatus status, OcspAnswer answer, bool isFresh)
    {
        switch (answer.Status)
        {
            case OcspCertStatus.Revoked:
                // Revoked is revoked, even where the answer is too old to say that something else is not.
                findings.Insert(0, OcspFindings.Revoked(subject.ToString(), subject.Certificate.SerialNumber, answer));
                return status with { Status = RevocationState.Revoked, RevokedAt = answer.RevokedAt, Reason = answer.Reason };
            case OcspCertStatus.Unknown when isFresh:
                findings.Add(OcspFindings.Unknown(subject.ToString(), subject.Certificate.SerialNumber));
                return status with { Status = RevocationState.Unknown };
            case OcspCertStatus.Good when isFresh:
                return status with { Status = RevocationState.Good };
            default:
                return status;
        }
    }
}
