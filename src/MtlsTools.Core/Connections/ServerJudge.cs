using System.Collections.Concurrent;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>Judges the certificates of servers; what is trusted is read once for all of them.</summary>
internal sealed class ServerJudge(ConnectionOptions options)
{
    private readonly ConcurrentBag<CertificateVerifier> idle = [];

    /// <summary>Safe for many connections at a time.</summary>
    internal CertificateReport Judge(MtlsCertificate certificate, string host)
    {
        if (!idle.TryTake(out var verifier))
            verifier = CertificateVerifier.Create(ToVerification());
        try
        {
            return verifier.VerifyHost(certificate, host);
        }
        finally
        {
            idle.Add(verifier);
        }
    }

    private VerificationOptions ToVerification() => new()
    {
        TrustedCas = options is { UseSystemTrust: true, TrustedCas: { } given } ? [.. given, .. SystemTrust.Roots()] : options.TrustedCas,
        Intermediates = options is { UseSystemTrust: true, TrustedCas: not null } ? [.. SystemTrust.Intermediates()] : [],
        Purpose = CertificatePurpose.Server,
        Crls = options.Crls,
        CrlScope = options.CrlScope,
    };
}
