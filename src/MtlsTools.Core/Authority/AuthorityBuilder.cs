using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Authority;

/// <summary>Makes a CA folder: built beside its place under another name, then moved there in one step.</summary>
internal static class AuthorityBuilder
{
    internal static CertificateAuthority Create(string path, AuthorityOptions options, TimeProvider clock, Action<string>? warn, CancellationToken cancellation)
    {
        Check(options);
        var profile = ProfileOf(options.Issuer is null ? CertificateProfile.Root : CertificateProfile.Intermediate, options);
        var key = PrivateKey.Generate(options.KeyAlgorithm ?? profile.KeyAlgorithm);
        return Build(path, options, key, clock, (layout, draft) =>
        {
            var certificate = Certify(options, profile, key, clock, warn, cancellation);
            return Complete(layout, draft, certificate, options, key, clock);
        });
    }

    internal static CertificateSigningRequest CreateRequest(string path, AuthorityOptions options, TimeProvider clock)
    {
        Check(options);
        var profile = ProfileOf(CertificateProfile.Intermediate, options);
        var key = PrivateKey.Generate(options.KeyAlgorithm ?? profile.KeyAlgorithm);
        var place = Build(path, options, key, clock, (layout, draft) =>
        {
            var request = CertificateSigningRequest.Create(options.Subject, [], ExtensionBuilder.BuildRequest(profile, options.PathLength ?? profile.PathLength), key);
            Write(draft.Request, System.Text.Encoding.ASCII.GetBytes(request.ToPem()));
            Write(draft, options, null);
            return layout.Request;
        });
        return CertificateSigningRequest.Open(place);
    }

    internal static CertificateAuthority Adopt(string path, MtlsCertificate certificate, AuthorityOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var whole = AuthorityChain.Complete(certificate);
        var key = certificate.PrivateKey ?? throw new KeyException(ErrorCode.KeyRequired, $"The CA '{certificate.Name}' can not issue without its private key. Give the key file with -Key.", certificate.Path);
        return Build(path, options, key, clock, (layout, draft) => Complete(layout, draft, whole, options, key, clock));
    }

    /// <summary>Makes the folder: first its place and the key, because an issuer must not record a CA that can not be written.</summary>
    private static T Build<T>(string path, AuthorityOptions options, PrivateKey key, TimeProvider clock, Func<AuthorityLayout, AuthorityLayout, T> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var layout = new AuthorityLayout(Path.GetFullPath(path));
        CheckTarget(layout.Folder, options.Overwrite);
        var draft = new AuthorityLayout(Path.Combine(Path.GetDirectoryName(layout.Folder)!, $".{Path.GetFileName(layout.Folder)}.{Guid.NewGuid():N}.tmp"));
        var made = new Stack<string>();
        try
        {
            MakeFolders(draft, made);
            WriteKey(draft.Key, key, options.Password);
            var result = fill(layout, draft);
            MoveAside(layout.Folder, clock);
            Directory.Move(draft.Folder, layout.Folder);
            return result;
        }
        catch (Exception failed)
        {
            Remove(draft, made);
            if (failed is IOException or UnauthorizedAccessException)
                throw AtomicFile.NotWritable(layout.Folder, failed);
            throw;
        }
    }

    private static void Check(AuthorityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.DefaultProfile == CertificateProfile.Root)
            throw new IssuanceException(ErrorCode.ProfileNotIssuable, "A root signs itself, so it can not be what a CA issues when nothing is said. Give another -DefaultProfile: Server, Client or Peer.");
        if (options.Subject.IsEmpty)
            throw new IssuanceException(ErrorCode.SubjectMissing, "A CA needs a name of its own, different from every other CA's. Give -Name or -Subject.");
    }

    /// <summary>The built-in profile, with the limits that the CA is to have.</summary>
    private static IssuanceProfile ProfileOf(CertificateProfile kind, AuthorityOptions options) => IssuanceProfile.Of(kind) with
    {
        NameConstraints = options.PermittedNames.Count + options.ExcludedNames.Count == 0 ? null : NameConstraints.Create(options.PermittedNames, options.ExcludedNames),
        ExtendedKeyUsage = options.ExtendedKeyUsage.Select(usage => usage.ToOid()).ToList(),
    };

    private static MtlsCertificate Certify(AuthorityOptions options, IssuanceProfile profile, PrivateKey key, TimeProvider clock, Action<string>? warn, CancellationToken cancellation)
    {
        var wanted = new IssuanceOptions
        {
            Profile = profile,
            Days = options.Days,
            NotBefore = options.NotBefore,
            NotAfter = options.NotAfter,
            PathLength = options.PathLength,
            AllowClamp = options.AllowClamp,
        };
        return options.Issuer is { } issuer
            ? issuer.Issue(CertificateSigningRequest.Create(options.Subject, [], key), wanted, warn, cancellation)
            : SelfSign(options.Subject, wanted, key, clock, warn);
    }

    private static MtlsCertificate SelfSign(DistinguishedName subject, IssuanceOptions wanted, PrivateKey key, TimeProvider clock, Action<string>? warn)
    {
        var (notBefore, notAfter) = IssuancePolicy.DecideLifetime(wanted, wanted.Profile.Days, null, clock.GetUtcNow());
        var pathLength = IssuancePolicy.DecidePathLength(wanted, null);
        var plan = new CertificatePlan(subject, [], key.PublicKey, wanted.Profile, pathLength, notBefore, notAfter, SerialNumbers.Create());
        foreach (var advice in IssuanceAdvice.Of(plan, wanted))
            warn?.Invoke(advice);
        return MtlsCertificate.Decode(CertificateSigner.SelfSign(plan, key), clock: clock);
    }

    internal static void CheckTarget(string folder, bool overwrite)
    {
        if (File.Exists(folder))
            throw new OutputException(ErrorCode.FileExists, $"'{folder}' is a file, but a CA is a folder. Choose another name.", folder);
        if (!overwrite && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new OutputException(ErrorCode.FileExists, $"The folder '{folder}' exists already and has content, which is left as it is. Choose another folder, or use -Force (in code: Overwrite) to move the old one aside and start anew.", folder);
    }

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

    private static void WriteKey(string path, PrivateKey key, SecureString? password)
    {
        var pem = key.ExportPem(password);
        try
        {
            AtomicFile.Write(path, pem, FileAudience.OwnerOnly, overwrite: false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    private static CertificateAuthority Complete(AuthorityLayout layout, AuthorityLayout draft, MtlsCertificate certificate, AuthorityOptions options, PrivateKey key, TimeProvider clock)
    {
        var settings = Write(draft, certificate, options);
        Write(draft.Audit, AuditLog.Begin(AuditEntry.About(AuditEvent.Created, certificate), key, clock.GetUtcNow()));
        return new CertificateAuthority(layout, settings, MtlsCertificate.Decode(certificate.RawData, null, certificate.Chain, layout.Certificate, clock), key, clock);
    }

    private static AuthoritySettings Write(AuthorityLayout draft, MtlsCertificate certificate, AuthorityOptions options)
    {
        Write(draft.Certificate, System.Text.Encoding.ASCII.GetBytes(certificate.ToPem()));
        Write(draft.Chain, System.Text.Encoding.ASCII.GetBytes(AuthorityChain.ToPem(certificate.Chain.Prepend(certificate))));
        return Write(draft, options, certificate.Name);
    }

    private static AuthoritySettings Write(AuthorityLayout draft, AuthorityOptions options, string? name)
    {
        var settings = new AuthoritySettings
        {
            Name = name,
            DefaultProfile = options.DefaultProfile,
            CrlUrls = options.CrlUrls,
            OcspUrls = options.OcspUrls,
            IssuerUrls = options.IssuerUrls,
        };
        Write(draft.Index, ""u8);
        Write(draft.IndexAttributes, "unique_subject = no\n"u8);
        Write(draft.Serial, System.Text.Encoding.ASCII.GetBytes(SerialFile.Create()));
        Write(draft.CrlNumber, "01\n"u8);
        Write(draft.Settings, settings.ToJson());
        return settings;
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
    internal static void MoveAside(string folder, TimeProvider clock)
    {
        if (!Directory.Exists(folder))
            return;
        if (Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Move(folder, $"{folder}.replaced-{clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}");
        else
            Directory.Delete(folder);
    }

    private static void Write(string path, ReadOnlySpan<byte> content) => AtomicFile.Write(path, content, FileAudience.Everyone, overwrite: false);
}
