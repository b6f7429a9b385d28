using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>Asks the revocation lists and responders that the server's certificates name; the platform fetches and keeps them.</summary>
internal static class OnlineRevocation
{
    private const X509ChainStatusFlags Unknown = X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation | X509ChainStatusFlags.PartialChain;

    /// <summary>What stands against the server; empty when every certificate is known to be good.</summary>
    /// <param name="server">The server's certificate, which was found good otherwise.</param>
    /// <param name="options">Whom to trust, and how far to look.</param>
    /// <param name="cancellation">Ends the waiting; the platform's own work can not be stopped and goes on elsewhere.</param>
    internal static Task<List<Finding>> CheckAsync(CertificateReport server, ConnectionOptions options, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Check(server, options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellation);

    private static List<Finding> Check(CertificateReport server, ConnectionOptions options)
    {
        using var chain = new X509Chain { ChainPolicy = ToPolicy(server, options) };
        chain.Build(server.Certificate.X509);
        var findings = new List<Finding>();
        foreach (var element in chain.ChainElements)
        {
            var status = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            var name = MtlsCertificate.Create(element.Certificate).Name;
            if (status.HasFlag(X509ChainStatusFlags.Revoked))
                findings.Add(Error(FindingId.CertificateRevoked, $"'{name}' is revoked: its CA says so.", "Issue a new certificate for a new key."));
            else if ((status & Unknown) != 0)
                findings.Add(Error(FindingId.CrlMissing, $"Whether '{name}' is revoked could not be learned: it names no revocation list or responder, or none that can be reached and is fresh.", "Check the URLs in the certificate and the way there; or give the lists with -Crl."));
        }

        return findings;
    }

    private static X509ChainPolicy ToPolicy(CertificateReport server, ConnectionOptions options)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = options.RevocationMode,
            RevocationFlag = options.CrlScope == CrlScope.Leaf ? X509RevocationFlag.EndCertificateOnly : X509RevocationFlag.ExcludeRoot,
            UrlRetrievalTimeout = options.Timeout,
            DisableCertificateDownloads = true,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
        };

        // The path is the one that was verified, so it is the one that is asked about.
        foreach (var link in server.Chain)
            (link.Level == server.Chain.Count - 1 ? policy.CustomTrustStore : policy.ExtraStore).Add(link.Certificate.X509);
        return policy;
    }

    private static Finding Error(FindingId id, string cause, string remedy) => new(id, FindingSide.Server, FindingSeverity.Error, cause, remedy);
}
