using System.Globalization;
using System.Text.Json;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Requests;

namespace MtlsTools.Authority;

/// <summary>Makes a CA folder: built beside its place under another name, then moved there in one step.</summary>
internal static class AuthorityBuilder
{
    internal static CertificateAuthority Create(string path, AuthorityOptions options, TimeProvider clock, Action<string>? warn, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        var layout = new AuthorityLayout(Path.GetFullPath(path));
        CheckTarget(layout, options.Overwrite);
        var profile = options.Issuer is null ? CertificateProfile.Root : CertificateProfile.Intermediate;
        if (options.DefaultProfile == CertificateProfile.Root)
            throw new IssuanceException(ErrorCode.ProfileNotIssuable, "A root signs itself, so it can not be what a CA issues when nothing is said. Give another -DefaultProfile: Server, Client or Peer.");
        if (options.Subject.IsEmpty)
            throw new IssuanceException(ErrorCode.SubjectMissing, "A CA needs a name of its own, different from every other CA's. Give -Name or -Subject.");
        var key = PrivateKey.Generate(options.KeyAlgorithm ?? IssuanceProfile.Of(profile).KeyAlgorithm);
        var draft = new AuthorityLayout(Path.Combine(Path.GetDirectoryName(layout.Folder)!, $".{Path.GetFileName(layout.Folder)}.{Guid.NewGuid():N}.tmp"));
        var made = new Stack<string>();
        try
        {
            // The folder and the key first: an issuer must not record a CA that can not be written.
            MakeFolders(draft, made);
            key.Save(draft.Key, options.Password);
            var certificate = Certify(options, profile, key, clock, warn, cancellation).At(layout.Certificate);
            var settings = ToSettings(options, certificate);
            WriteFiles(draft, certificate, settings);
            MoveAside(layout.Folder, clock);
            Directory.Move(draft.Folder, layout.Folder);
            return new CertificateAuthority(layout, settings, MtlsCertificate.Create(certificate.X509, null, certificate.Chain, layout.Certificate, clock), key, clock);
        }
        catch (Exception failed)
        {
            Remove(draft, made);
            if (failed is IOException or UnauthorizedAccessException)
                throw AtomicFile.NotWritable(layout.Folder, failed);
            throw;
        }
    }

    private static MtlsCertificate Certify(AuthorityOptions options, CertificateProfile profile, PrivateKey key, TimeProvider clock, Action<string>? warn, CancellationToken cancellation) => options.Issuer is { } issuer
        ? issuer.Issue(CertificateSigningRequest.Create(options.Subject, [], key), ToIssuance(options, profile), warn, cancellation)
        : SelfSign(options, key, clock, warn);

    private static IssuanceOptions ToIssuance(AuthorityOptions options, CertificateProfile profile) => new()
    {
        Profile = profile,
        Days = options.Days,
        NotBefore = options.NotBefore,
        NotAfter = options.NotAfter,
        PathLength = options.PathLength,
        AllowClamp = options.AllowClamp,
    };

    private static MtlsCertificate SelfSign(AuthorityOptions options, PrivateKey key, TimeProvider clock, Action<string>? warn)
    {
        var wanted = ToIssuance(options, CertificateProfile.Root);
        var (notBefore, notAfter) = IssuancePolicy.DecideLifetime(wanted, wanted.Profile.Days, null, clock.GetUtcNow());
        var pathLength = IssuancePolicy.DecidePathLength(wanted, null);
        var plan = new CertificatePlan(options.Subject, [], key.PublicKey, wanted.Profile, pathLength, notBefore, notAfter, SerialNumbers.Create());
        foreach (var advice in IssuanceAdvice.Of(plan, wanted))
            warn?.Invoke(advice);
        return MtlsCertificate.Create(CertificateSigner.SelfSign(plan, key), clock: clock);
    }

    internal static void CheckTarget(AuthorityLayout layout, bool overwrite)
    {
        if (File.Exists(layout.Folder))
            throw new OutputException(ErrorCode.FileExists, $"'{layout.Folder}' is a file, but a CA is a folder. Choose another name.", layout.Folder);
        if (!overwrite && Directory.Exists(layout.Folder) && Directory.EnumerateFileSystemEntries(layout.Folder).Any())
            throw new OutputException(ErrorCode.FileExists, $"The folder '{layout.Folder}' exists already and has content, which is left as it is. Choose another folder, or use -Force (in code: Overwrite) to move the old one aside and start anew.", layout.Folder);
    }

    private static AuthoritySettings ToSettings(AuthorityOptions options, MtlsCertificate certificate) => new()
    {
        Name = certificate.Name,
        DefaultProfile = options.DefaultProfile,
        CrlUrls = options.CrlUrls,
        OcspUrls = options.OcspUrls,
        IssuerUrls = options.IssuerUrls,
    };

    /// <summary>Makes the folders of the draft, and remembers which ones above it had to be made.</summary>
    private static void MakeFolders(AuthorityLayout draft, Stack<string> made)
    {
        var missing = new Stack<string>();
        for (var above = Path.GetDirectoryName(draft.Folder); above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
            missing.Push(above);
        foreach (var folder in missing)
        {
            Directory.CreateDirectory(folder);
            made.Push(folder);
        }

        Directory.CreateDirectory(draft.Folder);
        AtomicFile.CreatePrivateDirectory(draft.PrivateFolder);
        Directory.CreateDirectory(draft.IssuedFolder);
        Directory.CreateDirectory(draft.CrlFolder);
    }

    private static void WriteFiles(AuthorityLayout draft, MtlsCertificate certificate, AuthoritySettings settings)
    {
        Write(draft.Certificate, certificate.ToPem());
        Write(draft.Chain, string.Concat(certificate.Chain.Prepend(certificate).Select(one => one.ToPem())));
        Write(draft.Index, "");
        Write(draft.IndexAttributes, "unique_subject = no\n");
        Write(draft.CrlNumber, "01\n");
        Write(draft.Settings, JsonSerializer.Serialize(settings, AuthorityJson.Default.AuthoritySettings) + "\n");
    }

    private static void Remove(AuthorityLayout draft, Stack<string> made)
    {
        try
        {
            if (Directory.Exists(draft.Folder))
                Directory.Delete(draft.Folder, recursive: true);
            foreach (var folder in made)
                Directory.Delete(folder);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // What others have put there meanwhile stays; the first failure is the one worth telling.
        }
    }

    /// <summary>A CA that is replaced may still be the only one that can revoke what it signed: it is renamed, never deleted.</summary>
    private static void MoveAside(string folder, TimeProvider clock)
    {
        if (!Directory.Exists(folder))
            return;
        if (Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Move(folder, $"{folder}.replaced-{clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}");
        else
            Directory.Delete(folder);
    }

    private static void Write(string path, string text) =>
        AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text), FileAudience.Everyone, overwrite: false);
}
