using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Requests;
using MtlsTools.Revocation;
using MtlsTools.Verification;

namespace MtlsTools.Renewal;

/// <summary>Renews certificates where they lie: a new certificate from the CA, verified before anybody sees it, and put in place together with its key and chain in one step.</summary>
public sealed class CertificateRenewal
{
    private readonly ICertificateIssuer issuer;
    private readonly CertificateRenewalOptions options;
    private readonly TimeProvider clock;
    private readonly RenewalJudge judge;

    /// <summary>Prepares renewals by one CA.</summary>
    /// <param name="issuer">The CA.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">What "now" is.</param>
    public CertificateRenewal(ICertificateIssuer issuer, CertificateRenewalOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        this.issuer = issuer;
        this.options = options ?? new CertificateRenewalOptions();
        this.clock = clock ?? TimeProvider.System;
        judge = new RenewalJudge(issuer, new IssuerRecords(issuer), this.options);
    }

    /// <summary>Looks at a certificate and says what would be done. Changes nothing.</summary>
    /// <exception cref="MtlsException">It can not be read or renewed, and why.</exception>
    public RenewalPlan Plan(RenewalTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var place = target.Open(options);
        var current = place.Read();
        return new RenewalPlan(target, place, current, judge.Judge(current, clock.GetUtcNow()), Describe(current, place));
    }

    /// <summary>Renews a certificate if it is due.</summary>
    /// <param name="target">The certificate.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for others.</param>
    /// <exception cref="MtlsException">It can not be renewed; what was there is still there.</exception>
    public RenewalResult Renew(RenewalTarget target, Action<string>? warn = null, CancellationToken cancellation = default) => Renew(Plan(target), warn, cancellation);

    /// <summary>Carries out a plan.</summary>
    /// <param name="plan">The plan; what it found is looked at again once nobody else can change it.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for others.</param>
    /// <exception cref="MtlsException">It can not be renewed; what was there is still there.</exception>
    public RenewalResult Renew(RenewalPlan plan, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!plan.IsDue && !plan.IsUnfinished)
            return plan.ToResult();
        using var work = plan.Place.Begin(cancellation);
        var current = plan.Place.Read();
        var verdict = judge.Judge(current, clock.GetUtcNow());
        if (!verdict.IsDue)
            return plan.Result(RenewalState.NotDue, current, null, $"{(plan.IsUnfinished ? "an interrupted renewal was finished" : "renewed by another process meanwhile")}; {verdict.Reason}");
        var issued = Issue(current, warn, cancellation);
        if (issued.NotAfter < current.NotAfter)
            warn?.Invoke($"The new certificate of '{issued.Name}' ends on {issued.NotAfter:u}, before the old one ({current.NotAfter:u}).");
        return plan.Result(RenewalState.Renewed, work.Replace(current, issued), current, verdict.Reason);
    }

    /// <summary>Records that the certificates that were replaced are revoked as superseded. Nobody learns of it before the CA's next revocation list. Do it once the programs use the new ones.</summary>
    /// <param name="results">What was renewed; those of another CA are left out.</param>
    /// <param name="cancellation">Ends the wait for the CA's lock.</param>
    /// <exception cref="MtlsException">The CA's folder can not be written, or does not know one of them.</exception>
    public void RevokeFormer(IEnumerable<RenewalResult> results, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(results);
        var records = new IssuerRecords(issuer);
        var former = results.Select(result => result.Former).OfType<MtlsCertificate>()
            .Where(one => records.RelationTo(one) != IssuerRelation.Stranger && !records.IsRevoked(one)).ToList();
        if (former.Count > 0 && issuer is CertificateAuthority authority)
            authority.Revoke(former, RevocationReason.Superseded, cancellation);
    }

    private MtlsCertificate Issue(MtlsCertificate current, Action<string>? warn, CancellationToken cancellation)
    {
        var key = options.KeepKey ? current.PrivateKey ?? throw NoKey(current) : PrivateKey.Generate(KindOf(current));
        var request = CertificateSigningRequest.Create(current.Subject, options.San ?? current.San, RenewedProfile.RequestedBy(current), key);
        var issued = issuer.Issue(request, ToIssuance(current), warn, cancellation);
        Verify(issued, key);
        return issued;
    }

    private IssuanceOptions ToIssuance(MtlsCertificate current)
    {
        var profile = ProfileFor(current);
        var life = current.NotAfter - current.NotBefore;
        var isDays = options.Days is not null || life >= TimeSpan.FromDays(1);
        return new IssuanceOptions
        {
            Profile = profile,
            Subject = current.Subject,
            San = profile.IsBare ? null : options.San ?? current.San,
            Days = options.Days ?? (isDays ? (int)Math.Round(life.TotalDays) : null),
            NotAfter = isDays ? null : clock.GetUtcNow() + life,
            AllowClamp = options.AllowClamp,
            CopyExtensions = ExtensionCopying.All,
        };
    }

    /// <summary>What relying parties would refuse must not take the place of what they accept.</summary>
    private void Verify(MtlsCertificate issued, PrivateKey key)
    {
        var chain = issuer.Certificate.Chain.Prepend(issuer.Certificate).ToList();
        var roots = chain.FindAll(one => one.IsSelfSigned);
        var report = CertificateVerifier.Verify(issued, new VerificationOptions
        {
            TrustedCas = roots.Count > 0 ? roots : [issuer.Certificate],
            Intermediates = chain,
            Purpose = issued.Role switch { CertificateRole.Server => CertificatePurpose.Server, CertificateRole.Client => CertificatePurpose.Client, _ => CertificatePurpose.Any },
            Key = key.PublicKey,
            AsOf = clock.GetUtcNow(),
        });
        if (!report.Success)
            throw new IssuanceException(ErrorCode.RenewalNotVerified, $"The new certificate of '{issued.Name}' (serial number {issued.SerialNumber}) would be refused: {string.Join(" ", report.Findings.Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => $"{finding.Id}: {finding.Cause}"))} The old one stays in place. Mend the CA first.", issued.Path);
    }

    private IssuanceProfile ProfileFor(MtlsCertificate current) => options.Profile ?? RenewedProfile.Of(current);

    private KeyAlgorithm KindOf(MtlsCertificate current) => options.KeyAlgorithm ?? current.PublicKey.Kind;

    private string Describe(MtlsCertificate current, IRenewalPlace place)
    {
        var key = options.KeepKey ? "its key" : $"a new key ({KindOf(current)})";
        var names = options.San is { } san ? $", with the names {string.Join(", ", san)}" : "";
        return $"Have the CA '{issuer.Certificate.Name}' issue a {ProfileFor(current)} certificate for '{current.Name}' with {key}{names}; {place.Describe()}";
    }

    private static KeyException NoKey(MtlsCertificate current) =>
        new(ErrorCode.KeyNotExportable, $"The key of '{current.Name}' is where it can not be used from here, so it can not sign a request. Leave out -KeepKey for a new key.", current.Path);
}
