using System.Security;
using System.Text.Json;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Requests;

namespace MtlsTools.Authority;

/// <summary>A certificate authority that is a folder of plain files, with OpenSSL's own index. Any number of processes may issue from it at once.</summary>
/// <remarks>It may hold the CA's private key in memory; the garbage collector releases it with the object.</remarks>
public sealed class CertificateAuthority : ICertificateIssuer
{
    private readonly AuthorityLayout layout;
    private readonly AuthoritySettings settings;
    private readonly AuthorityIndex index;
    private readonly CertifiedKeys keys;
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
        index = new AuthorityIndex(layout, clock);
        keys = new CertifiedKeys(layout, index, clock);
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
    public static void CheckFolder(string path, bool overwrite) => AuthorityBuilder.CheckTarget(new AuthorityLayout(System.IO.Path.GetFullPath(path)), overwrite);

    /// <summary>Opens a CA folder. Without the password of an encrypted key it can be read, but not issue.</summary>
    /// <exception cref="AuthorityException">The folder holds no CA.</exception>
    /// <exception cref="PasswordException">The password is wrong.</exception>
    public static CertificateAuthority Open(string path, SecureString? password = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var layout = new AuthorityLayout(System.IO.Path.GetFullPath(path));
        if (!File.Exists(layout.Certificate) || !File.Exists(layout.Index))
            throw new AuthorityException(ErrorCode.NotAnAuthority, $"'{path}' is no CA folder: {(Directory.Exists(path) ? $"it lacks {(File.Exists(layout.Certificate) ? "index.txt" : "ca.crt")}" : File.Exists(path) ? "it is a file" : "it does not exist")}. Name a folder made by New-MtlsCa.", path);
        var certificate = CertificateReader.ReadFile(layout.Certificate, clock: clock)[0];
        if (!certificate.IsSelfSigned && File.Exists(layout.Chain))
            certificate = certificate.WithChain(CertificateReader.ReadFile(layout.Chain, clock: clock)[0].Chain);
        var opened = new CertificateAuthority(layout, ReadSettings(layout), certificate, null, clock ?? TimeProvider.System);
        if (password is not null)
            opened.Unlock(password);
        return opened;
    }

    /// <summary>Loads the private key.</summary>
    /// <exception cref="MtlsException">The key is missing, damaged, another CA's, or the password is missing or wrong.</exception>
    public void Unlock(SecureString? password)
    {
        if (key is not null)
            return;
        if (!File.Exists(layout.Key))
            throw new KeyException(ErrorCode.KeyRequired, $"The CA '{Name}' has no private key at '{layout.Key}', so it can not sign. Put the key file back.", layout.Key);
        var loaded = OpenKey(password);
        if (!loaded.Matches(Certificate.PublicKey))
            throw new KeyException(ErrorCode.KeyMismatch, $"The key '{layout.Key}' does not belong to '{layout.Certificate}'. Put the right key file back.", layout.Key);
        key = loaded;
    }

    /// <summary>What this CA has issued, oldest first, read as it is asked for.</summary>
    public IEnumerable<IssuedEntry> GetIssued() => index.Read();

    /// <inheritdoc/>
    public MtlsCertificate Issue(CertificateSigningRequest request, IssuanceOptions options, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        var plan = Plan(request, options);
        Unlock(null);
        var signed = CertificateSigner.Sign(plan, planner.Value.Identity, key!);
        var issued = MtlsCertificate.Decode(signed, request.PrivateKey, [Certificate, .. Certificate.Chain], null, clock);
        issued = issued.At(layout.IssuedCertificate(issued.SerialNumber));
        string? reuse;
        using (AuthorityLock.Take(layout, cancellation))
        {
            reuse = keys.Judge(plan, request.Path);
            if (options.SerialNumber is not null)
                CheckSerialNumber(issued.SerialNumber);
            index.Append(IssuedEntry.Format(issued.SerialNumber, plan.NotAfter, plan.Subject), warn);
            AtomicFile.Write(issued.Path!, System.Text.Encoding.ASCII.GetBytes(issued.ToPem()), FileAudience.Everyone, overwrite: false);
            keys.Append(plan.PublicKey, issued.SerialNumber);
        }

        foreach (var advice in reuse is null ? plan.Advice : [.. plan.Advice, reuse])
            warn?.Invoke(advice);
        return issued;
    }

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
        return denied.Add(request, reason);
    }

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

    /// <summary>Issuer and serial number together name a certificate: revocation lists know no other way.</summary>
    private void CheckSerialNumber(string serialNumber)
    {
        if ((Certificate.IsSelfSigned && Certificate.SerialNumber == serialNumber) || index.Read().Any(entry => entry.SerialNumber == serialNumber))
            throw new IssuanceException(ErrorCode.SerialNumberUsed, $"The CA '{Name}' has used the serial number {serialNumber} already; two certificates with one number can not be told apart, and revoking one revokes both. Choose another, or leave it out for a random one.", Path);
    }

    private PrivateKey OpenKey(SecureString? password)
    {
        try
        {
            return PrivateKey.Open(layout.Key, password);
        }
        catch (PasswordException missing) when (missing.Code == ErrorCode.PasswordRequired)
        {
            throw new PasswordException(ErrorCode.PasswordRequired, $"The key of the CA '{Name}' is encrypted, and signing needs it. Give its password: -CaPassword when issuing, -IssuerPassword when making a CA below it, -Password for Get-MtlsCa.", layout.Key, missing);
        }
    }

    private static AuthoritySettings ReadSettings(AuthorityLayout layout)
    {
        if (!File.Exists(layout.Settings))
            return new AuthoritySettings();
        try
        {
            return JsonSerializer.Deserialize(InputFile.Read(layout.Settings), AuthorityJson.Default.AuthoritySettings)
                ?? throw new JsonException("The document is null.");
        }
        catch (JsonException damaged)
        {
            throw new AuthorityException(ErrorCode.NotAnAuthority, $"'{layout.Settings}' is not the JSON of a CA folder (line {damaged.LineNumber + 1}). Mend it, or delete it to go on with defaults.", layout.Settings, damaged);
        }
    }
}
