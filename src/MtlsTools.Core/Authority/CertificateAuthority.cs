using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Requests;
using MtlsTools.Verification;

namespace MtlsTools.Authority;

/// <summary>A certificate authority that is a folder of plain files, with OpenSSL's own index. Any number of processes may issue from it at once.</summary>
/// <remarks>It may hold the CA's private key in memory; the garbage collector releases it with the object.</remarks>
public sealed partial class CertificateAuthority : ICertificateIssuer
{
    private readonly AuthorityLayout layout;
    private readonly AuthoritySettings settings;
    private readonly AuthorityLedger ledger;
    private readonly DeniedRequests denied;
    private readonly TimeProvider clock;
    private readonly Lazy<IssuancePlanner> planner;
    private PrivateKey? key;

    internal CertificateAuthority(AuthorityLayout layout, AuthoritySettings settings, MtlsCertificate certificate, PrivateKey? key, TimeProvider clock)
    {
        this.layout = layout;
        this.settings = settings;
        this.key = key;
        this.clock = clock;
        ledger = new AuthorityLedger(layout, clock);
        denied = new DeniedRequests(layout, clock);
        Certificate = certificate;
        planner = new Lazy<IssuancePlanner>(() => new IssuancePlanner(certificate, new IssuerUrls(settings.CrlUrls ?? [], settings.OcspUrls ?? [], settings.IssuerUrls ?? []), settings.LifetimeDays));
    }

    /// <summary>What people call it.</summary>
    public string Name => settings.Name ?? Certificate.Name;

    /// <summary>Root or intermediate.</summary>
    public CertificateRole Role => Certificate.Role;

    /// <summary>The CA's certificate; its chain goes up to the root.</summary>
    public MtlsCertificate Certificate { get; }

    /// <summary>The end of the CA's validity (UTC).</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    /// <summary>Whole days until <see cref="NotAfter"/>.</summary>
    public int DaysLeft => Certificate.DaysLeft;

    /// <summary>The folder.</summary>
    public string Path => layout.Folder;

    /// <summary>The file with the CA's own certificate.</summary>
    public string CertificatePath => layout.Certificate;

    /// <summary>The file with this CA's certificate and all above it up to the root.</summary>
    public string ChainPath => layout.Chain;

    /// <summary>The private key's file; it may be missing.</summary>
    public string KeyPath => layout.Key;

    /// <summary>Where its files lie.</summary>
    internal AuthorityLayout Layout => layout;

    /// <summary>The private key, opened where that was not done before; it stays this object's.</summary>
    /// <exception cref="MtlsException">The key is missing, damaged, another CA's, or encrypted.</exception>
    internal PrivateKey SigningKey
    {
        get
        {
            Unlock(null);
            return key!;
        }
    }

    /// <summary>The time that lifetimes are counted from.</summary>
    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Whether the private key is at hand, so that this object can issue.</summary>
    public bool IsUnlocked => key is not null;

    /// <summary>The profile of certificates when the caller names none, or null.</summary>
    public CertificateProfile? DefaultProfile => settings.DefaultProfile;

    /// <summary>Makes a new CA. The folder appears whole or not at all.</summary>
    /// <param name="path">The folder to make.</param>
    /// <param name="options">How the CA is to be.</param>
    /// <param name="clock">What validity is counted from.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for an issuer that another process is using.</param>
    /// <exception cref="OutputException">The folder exists and has content, or can not be made.</exception>
    /// <exception cref="IssuanceException">The issuer may not certify this CA.</exception>
    public static CertificateAuthority Create(string path, AuthorityOptions options, TimeProvider? clock = null, Action<string>? warn = null, CancellationToken cancellation = default) =>
        AuthorityBuilder.Create(path, options, clock ?? TimeProvider.System, warn, cancellation);

    /// <summary>Refuses a place where no CA can be made, before any work is done for it.</summary>
    /// <exception cref="OutputException">There is a file, or a folder with content that is not to be moved aside.</exception>
    public static void CheckFolder(string path, bool overwrite) => AuthorityBuilder.CheckTarget(System.IO.Path.GetFullPath(path), overwrite);

    /// <summary>Makes the key and the request of a CA that another organisation's CA is to sign. The folder waits until <see cref="Install"/> gives it the certificate.</summary>
    /// <param name="path">The folder to make.</param>
    /// <param name="options">How the CA is to be; the lifetime is decided by who signs.</param>
    /// <param name="clock">What a folder that is moved aside is named by.</param>
    /// <exception cref="OutputException">The folder exists and has content, or can not be made.</exception>
    public static CertificateSigningRequest CreateRequest(string path, AuthorityOptions options, TimeProvider? clock = null) =>
        AuthorityBuilder.CreateRequest(path, options, clock ?? TimeProvider.System);

    /// <summary>Makes a CA folder for a CA that exists as a certificate and a key, whoever made them. What it issued before is in no index.</summary>
    /// <param name="path">The folder to make.</param>
    /// <param name="certificate">The CA's certificate, with its private key and its chain up to the root.</param>
    /// <param name="options">The password of the key's copy, the defaults and URLs; what the certificate says already is not looked at.</param>
    /// <param name="clock">What days left are counted from.</param>
    /// <exception cref="MtlsException">The folder exists and has content, or the certificate is no CA's, or its issuers are not known.</exception>
    public static CertificateAuthority Adopt(string path, MtlsCertificate certificate, AuthorityOptions options, TimeProvider? clock = null) =>
        AuthorityBuilder.Adopt(path, certificate, options, clock ?? TimeProvider.System);

    /// <summary>Gives a CA the certificate that another CA has signed: the first one of a folder that waits for it, or one that follows on the last.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="certificate">The signed certificate, with its chain up to the root.</param>
    /// <param name="clock">What days left are counted from.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    /// <exception cref="MtlsException">The certificate is another key's or another CA's, or is no CA's, or its issuers are not known.</exception>
    public static CertificateAuthority Install(string path, MtlsCertificate certificate, TimeProvider? clock = null, Action<string>? warn = null, CancellationToken cancellation = default) =>
        AuthorityRenewal.Install(AuthorityFinder.FindIncomplete(path), certificate, clock ?? TimeProvider.System, warn, cancellation);

    /// <summary>Opens a CA folder: one of this tool, of <c>openssl ca</c> (or its configuration file), or of easy-rsa. Without the password of an encrypted key it can be read, but not issue.</summary>
    /// <exception cref="AuthorityException">The folder holds no CA.</exception>
    /// <exception cref="PasswordException">The password is wrong.</exception>
    public static CertificateAuthority Open(string path, SecureString? password = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var opened = Open(AuthorityFinder.Find(path), clock ?? TimeProvider.System);
        if (password is not null)
            opened.Unlock(password);
        return opened;
    }

    internal static CertificateAuthority Open(AuthorityLayout layout, TimeProvider clock) =>
        new(layout, AuthoritySettings.Read(layout), AuthorityChain.Read(layout, clock), null, clock);

    /// <summary>Loads the private key.</summary>
    /// <exception cref="MtlsException">The key is missing, damaged, another CA's, or the password is missing or wrong.</exception>
    public void Unlock(SecureString? password) => key ??= AuthorityKey.Open(layout, Certificate, Name, password);

    /// <summary>Renews the CA: a new certificate for its key, or with a new key. The folder can be used at every moment of it; this object goes on with the former certificate.</summary>
    /// <param name="options">How.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    /// <returns>The CA as it is now.</returns>
    /// <exception cref="MtlsException">The key can not be opened, the issuer refuses, or the folder can not be written.</exception>
    public CertificateAuthority Renew(RenewalOptions options, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Unlock(options.Password);
        return new AuthorityRenewal(this, layout, key!, clock, warn).Renew(options, cancellation);
    }

    /// <summary>A request for a new certificate of this CA and its key, for a CA above that is not here; what it signs goes to <see cref="Install"/>.</summary>
    /// <exception cref="MtlsException">The key can not be opened.</exception>
    public CertificateSigningRequest CreateRenewalRequest()
    {
        Unlock(null);
        return AuthorityRenewal.CreateRequest(Certificate, key!);
    }

    /// <summary>What this CA has issued, oldest first, read as it is asked for.</summary>
    public IEnumerable<IssuedEntry> GetIssued() => ledger.Index.Read();

    /// <inheritdoc/>
    public MtlsCertificate Issue(CertificateSigningRequest request, IssuanceOptions options, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        return IssuePlanned(Plan(request, options), request, warn, cancellation);
    }

    /// <summary>Signs and records what has been decided.</summary>
    internal MtlsCertificate IssuePlanned(CertificatePlan plan, CertificateSigningRequest request, Action<string>? warn, CancellationToken cancellation)
    {
        Unlock(null);
        var signed = CertificateSigner.Sign(plan, planner.Value.Identity, key!);
        var issued = MtlsCertificate.Decode(signed, request.PrivateKey, [Certificate, .. Certificate.Chain], null, clock);
        issued = issued.At(layout.IssuedCertificate(IssuedEntry.Normalize(issued.SerialNumber)));
        var reuse = ledger.Record(issued, plan, request.Path, null, warn, cancellation);
        if (warn is null)
            return issued;
        foreach (var advice in plan.Advice.Append(reuse).Concat(plan.Profile.IsBare ? [] : BrokenRules(issued)).OfType<string>())
            warn(advice);
        return issued;
    }

    /// <summary>What strict verifiers refuse; a profile of one's own may ask for it all the same.</summary>
    private IEnumerable<string> BrokenRules(MtlsCertificate issued) =>
        PolicyChecker.Check(issued, Certificate, new PolicyOptions { MinimumSeverity = FindingSeverity.Error, AsOf = issued.NotBefore })
            .Select(finding => $"{finding.Cause} {finding.Remedy} (Rule {finding.Id}, {finding.Source}.)");

    /// <summary>Vouches for another CA with a certificate for its name and key, so that those who trust this one find the way to what it signed.</summary>
    internal MtlsCertificate Vouch(MtlsCertificate other, Action<string>? warn, CancellationToken cancellation)
    {
        Unlock(null);
        var plan = AuthorityRenewal.CrossPlan(other, Certificate);
        var signed = MtlsCertificate.Decode(CertificateSigner.Sign(plan, IssuerIdentity.Of(Certificate), key!), clock: clock);
        ledger.Record(signed, plan, null, null, warn, cancellation);
        return signed;
    }

    internal void Record(MtlsCertificate issued, CertificatePlan plan, AuthorityLock held, Action<string>? warn) => ledger.Record(issued, plan, null, held, warn, default);

    /// <summary>What a request would get, without signing or recording anything.</summary>
    internal CertificatePlan Plan(CertificateSigningRequest request, IssuanceOptions options)
    {
        var plan = planner.Value.Plan(request, options, clock.GetUtcNow());
        if (denied.Find(request) is not { } refusal)
            return plan;
        var told = $"The request of '{request}' was denied on {refusal.DeniedAt:u} by {refusal.DeniedBy}: '{refusal.Reason}'.";
        return options.OverrideDenial
            ? plan with { Advice = [.. plan.Advice, $"{told} It is approved all the same."] }
            : throw new IssuanceException(ErrorCode.RequestDenied, $"{told} Ask for a new request, or approve it all the same with -Force.", request.Path);
    }

    /// <summary>Records that a request is not approved; <see cref="Issue"/> refuses it from then on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reason">Why, for those who ask later.</param>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    public DeniedRequest Deny(CertificateSigningRequest request, string reason)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return ledger.Deny(denied.Add(request, reason));
    }

    /// <summary>What this CA did, oldest first, read as it is asked for: the entries of its <c>audit.jsonl</c>. Lines that are no entries are left out; <see cref="VerifyAudit"/> tells of them.</summary>
    public IEnumerable<AuditEntry> GetAudit() => ledger.Audit.Read().Select(line => line.Entry).OfType<AuditEntry>();

    /// <summary>Checks that no entry of the audit log was edited, removed or moved, and compares it with the index.</summary>
    /// <param name="knownHead">The <see cref="AuditReport.Head"/> of an earlier check, which must still be in the log; or null.</param>
    public AuditReport VerifyAudit(string? knownHead = null) => new AuditVerifier(layout, AuthorityKeys().Select(one => new SignatureChecker(one)).ToList()).Run(ledger.Audit, GetIssued(), knownHead);

    /// <summary>Does something while nobody else writes in the folder.</summary>
    internal T WhileLocked<T>(Func<AuthorityLayout, AuditLog, T> act, CancellationToken cancellation)
    {
        using var held = AuthorityLock.Take(layout, cancellation);
        return act(layout, ledger.Audit);
    }

    /// <summary>The keys that this CA has and had.</summary>
    private IEnumerable<PublicKeyInfo> AuthorityKeys() => FormerCertificates.Read(layout, clock).Prepend(Certificate).Select(one => one.PublicKey).Distinct();

    /// <summary>The requests that were denied, oldest first.</summary>
    /// <exception cref="InputException">One of the files that record them is damaged.</exception>
    public IEnumerable<DeniedRequest> GetDenied() => denied.ReadAll();
    /// <summary>A profile of this CA's own: a file of that name in its folder <c>profiles</c>; null when there is none.</summary>
    /// <exception cref="InputException">The file is no profile.</exception>
    public IssuanceProfile? FindProfile(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var path = System.IO.Path.Combine(layout.ProfilesFolder, System.IO.Path.GetFileName(name) + ".json");
        return File.Exists(path) ? IssuanceProfile.Open(path) : null;
    }

    /// <summary>Name and role.</summary>
    public override string ToString() => $"{Name} ({Role})";
}
