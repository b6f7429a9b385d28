using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Verification;

/// <summary>Judges certificates by our own path validation (RFC 5280, 6.1), then purpose, host and key. Trust and intermediates are read and indexed once for any number of certificates. Nothing is downloaded. Not safe for several threads at a time.</summary>
public sealed class CertificateVerifier
{
    private readonly VerificationOptions options;
    private readonly TimeProvider clock;
    private readonly CertificatePool pool;
    private RevocationChecker? revocation;

    private CertificateVerifier(VerificationOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        pool = options.TrustedCas is { } trusted
            ? CertificatePool.Create(trusted, options.Intermediates.Concat(trusted.SelectMany(one => one.Chain)))
            : CertificatePool.Create(SystemTrust.Roots(), options.Intermediates.Concat(SystemTrust.Intermediates()));
    }

    /// <summary>Prepares verification.</summary>
    /// <param name="options">What certificates are verified against.</param>
    /// <param name="clock">What "now" is when the options name no day.</param>
    public static CertificateVerifier Create(VerificationOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CertificateVerifier(options, clock ?? TimeProvider.System);
    }

    /// <summary>Verifies one certificate; whoever has several makes a verifier once.</summary>
    /// <param name="certificate">The certificate; its own chain may stand in between.</param>
    /// <param name="options">What it is verified against.</param>
    /// <param name="clock">What "now" is when the options name no day.</param>
    public static CertificateReport Verify(MtlsCertificate certificate, VerificationOptions options, TimeProvider? clock = null) => Create(options, clock).Verify(certificate);

    /// <summary>Verifies a certificate.</summary>
    /// <param name="certificate">The certificate; its own chain may stand in between.</param>
    public CertificateReport Verify(MtlsCertificate certificate) => Verify(certificate, options.Key);

    /// <summary>Verifies a certificate and that it belongs to a key.</summary>
    /// <param name="certificate">The certificate; its own chain may stand in between.</param>
    /// <param name="key">The public half of the key; null when no key is compared.</param>
    public CertificateReport Verify(MtlsCertificate certificate, PublicKeyInfo? key) => Verify(certificate, options with { Key = key }, []);

    /// <summary>Verifies a certificate and that it covers a host, whatever the options say.</summary>
    internal CertificateReport VerifyHost(MtlsCertificate certificate, string host) => Verify(certificate, options with { HostName = host }, []);

    /// <summary>Verifies the certificate that a file is about, and looks at the other certificates in it: their order, the root, strangers.</summary>
    /// <param name="path">The file: PEM, DER or PFX.</param>
    /// <param name="password">Opens a PFX or an encrypted key.</param>
    /// <param name="key">The public half of the key that must belong to it; null when no key is compared.</param>
    /// <exception cref="MtlsException">The file is missing, damaged, holds no certificate, or its password is missing or wrong.</exception>
    public CertificateReport VerifyFile(string path, SecureString? password = null, PublicKeyInfo? key = null)
    {
        var (certificate, findings) = ChainFile.Read(path, password);
        return Verify(certificate, options with { Key = key ?? options.Key }, findings);
    }

    private CertificateReport Verify(MtlsCertificate certificate, VerificationOptions judged, IReadOnlyList<Finding> ofFile)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var asOf = (options.AsOf ?? clock.GetUtcNow()).ToUniversalTime();
        var outcome = Build(certificate, asOf);
        var problems = outcome.Problems.Concat(EndOfChain.Explain(outcome, judged, pool)).ToList();
        var findings = problems.OrderByDescending(problem => problem.Level).ThenBy(problem => problem.Finding.Id).Select(problem => problem.Finding).ToList();
        var chainRefusals = findings.Where(finding => !IsAboutRevocation(finding.Id)).Select(finding => finding.Id).Distinct().ToList();
        findings.AddRange(CertificateFindings.Of(certificate, outcome, judged, asOf));
        findings.AddRange(ofFile);
        var platform = new Lazy<PlatformVerdict>(() => PlatformVerdict.Of(certificate, judged, asOf));
        return new CertificateReport(certificate, judged, Links(outcome, problems), findings, chainRefusals, platform, asOf);
    }

    private PathOutcome Build(MtlsCertificate certificate, DateTimeOffset asOf)
    {
        revocation ??= options.Crls is { } crls ? new RevocationChecker(crls, options.CrlScope) : null;
        var settings = new PathSettings { AsOf = asOf, Purpose = options.Purpose, Revocation = revocation };
        var known = pool.With(certificate.Chain);
        return new PathBuilder(known, settings).Build(known.Enter(certificate));
    }

    private static List<ChainLink> Links(PathOutcome outcome, List<PathProblem> problems) =>
        outcome.Path.Select((one, level) =>
        {
            var ids = problems.Where(problem => problem.Level == level).Select(problem => problem.Finding.Id).Distinct().ToList();
            return new ChainLink(level, one.Certificate, ids.Count == 0 ? "Ok" : string.Join(", ", ids));
        }).ToList();

    /// <summary>The platform is asked about the chain alone, so revocation is no difference between the two.</summary>
    private static bool IsAboutRevocation(FindingId id) => id is FindingId.CertificateRevoked or FindingId.CrlMissing or FindingId.CrlNotFresh or FindingId.CrlNotUsable;
}
