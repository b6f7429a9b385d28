using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Authority;

/// <summary>Renews a CA. The new certificate appears in one step, and a new key lies ready before it: whatever dies when, the folder opens and issues, as it was or as it is to be.</summary>
internal sealed class AuthorityRenewal(CertificateAuthority authority, AuthorityLayout layout, PrivateKey key, TimeProvider clock, Action<string>? warn)
{
    /// <summary>What <see cref="ProfileOf"/> and the issuer decide anew; everything else is carried over.</summary>
    private static readonly HashSet<string> Decided = ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", NameConstraints.Oid, "2.5.29.31", "2.5.29.35", "2.5.29.37", "1.3.6.1.5.5.7.1.1"];

    private MtlsCertificate Old => authority.Certificate;

    internal CertificateAuthority Renew(RenewalOptions options, CancellationToken cancellation)
    {
        CheckIssuer(options.Issuer);
        var secret = options.NewPassword ?? options.Password;
        if (options.NewKey && secret is null && AuthorityKey.IsEncrypted(layout.Key))
            throw new PasswordException(ErrorCode.PasswordRequired, $"The key of the CA '{authority.Name}' is encrypted, and its new key must not lie open. Give -NewPassword.", layout.Key);
        var newKey = options.NewKey ? PrivateKey.Generate(options.KeyAlgorithm ?? Old.PublicKey.Kind) : key;
        using var held = AuthorityLock.Take(layout, cancellation);
        CheckUnchanged();
        FinishFormerSwitch(options.Password);
        if (options.NewKey)
            newKey.Save(layout.NextKey, secret, overwrite: true);
        var renewed = options.Issuer is null ? SelfSign(options, newKey) : IssueBelow(options.Issuer, options, newKey, cancellation);
        if (options.NewKey)
            renewed = KeepOldKey(renewed, newKey, held);
        Switch(layout, Old, renewed);
        if (options.NewKey)
            File.Move(layout.NextKey, layout.Key, overwrite: true);
        new AuditLog(layout, clock).Write(AuditEntry.About(AuditEvent.Renewed, renewed), newKey, warn);
        return new CertificateAuthority(layout, AuthoritySettings.Read(layout), AuthorityChain.Read(layout, clock), newKey.At(layout.Key), clock);
    }

    /// <summary>Puts a certificate that another CA signed into the folder.</summary>
    internal static CertificateAuthority Install(AuthorityLayout layout, MtlsCertificate certificate, TimeProvider clock, Action<string>? warn, CancellationToken cancellation)
    {
        var whole = AuthorityChain.Complete(certificate);
        using (AuthorityLock.Take(layout, cancellation))
        {
            var old = File.Exists(layout.Certificate) ? AuthorityChain.Read(layout, clock) : null;
            var expected = old?.PublicKey ?? CertificateSigningRequest.Open(layout.Request).PublicKey;
            if (!expected.Equals(whole.PublicKey))
                throw new KeyException(ErrorCode.KeyMismatch, $"The certificate '{certificate.Name}' is for another key than the CA in '{layout.Folder}' has. Give the certificate that was made from its request.", certificate.Path);
            if (old is not null && !old.Subject.Equals(whole.Subject))
                throw new AuthorityException(ErrorCode.AuthorityMismatch, $"The certificate is for '{whole.Subject}', but the CA in '{layout.Folder}' is '{old.Subject}', and what it issued names it so. Have its request signed with the name unchanged.", certificate.Path);
            if (whole.NotAfter < clock.GetUtcNow())
                warn?.Invoke($"The certificate of '{whole.Name}' ended on {whole.NotAfter:u}. Nothing that it signs is valid; have the request signed anew.");
            if (old is not null && !IssuerIdentity.Of(old).KeyId.Span.SequenceEqual(IssuerIdentity.Of(whole).KeyId.Span))
                warn?.Invoke($"The certificate of '{whole.Name}' names its key by another identifier than the former one did, and strict programs will not find it for what was issued before. Have it signed with the same subjectKeyIdentifier.");
            Switch(layout, old, whole);
            new AuditLog(layout, clock).Write(AuditEntry.About(old is null ? AuditEvent.Created : AuditEvent.Renewed, whole), null, warn);
        }

        return CertificateAuthority.Open(layout, clock);
    }

    /// <summary>A request for a CA above that is not here.</summary>
    internal static CertificateSigningRequest CreateRequest(MtlsCertificate certificate, PrivateKey key) =>
        CertificateSigningRequest.Create(certificate.Subject, certificate.San, ExtensionBuilder.BuildRequest(ProfileOf(certificate, key.PublicKey), PathLengthOf(certificate)), key);

    private void CheckIssuer(CertificateAuthority? issuer)
    {
        if (issuer is null && !Old.IsSelfSigned)
            throw new IssuanceException(ErrorCode.IssuerRequired, $"'{authority.Name}' is an intermediate, and '{Old.Issuer}' signs it. Give that CA with -Issuer; when it is not here, write a request with -OutCsr, and give what it signs with -Certificate.", layout.Folder);
        if (issuer is not null && (Old.IsSelfSigned || issuer.Path == authority.Path))
            throw new IssuanceException(ErrorCode.ProfileNotIssuable, $"'{authority.Name}' {(Old.IsSelfSigned ? "is a root, which signs itself. Leave out -Issuer" : "can not sign itself. Give the CA above with -Issuer")}.", layout.Folder);
    }

    private void CheckUnchanged()
    {
        if (!CertificateReader.ReadFile(layout.Certificate)[0].Equals(Old))
            throw new AuthorityException(ErrorCode.AuthorityChanged, $"The CA in '{layout.Folder}' has been renewed by another process since it was opened. Open it again with Get-MtlsCa, and look whether anything is left to do.", layout.Folder);
    }

    /// <summary>A process that died in the last step has left the right key beside its place; one that died earlier a key that nothing belongs to.</summary>
    private void FinishFormerSwitch(SecureString? password)
    {
        if (key.Path != layout.NextKey)
            return;
        using var next = PrivateKey.Open(layout.NextKey, password);
        if (next.Matches(Old.PublicKey))
            File.Move(layout.NextKey, layout.Key, overwrite: true);
    }

    private IssuanceOptions ToIssuance(RenewalOptions options, PrivateKey newKey) => new()
    {
        Profile = ProfileOf(Old, newKey.PublicKey),
        San = Old.San,
        PathLength = PathLengthOf(Old),
        Days = options.Days ?? (int)Math.Max(1, Math.Round((Old.NotAfter - Old.NotBefore).TotalDays)),
        NotAfter = options.NotAfter,
        AllowClamp = options.AllowClamp,
    };

    private MtlsCertificate IssueBelow(CertificateAuthority issuer, RenewalOptions options, PrivateKey newKey, CancellationToken cancellation)
    {
        var request = CertificateSigningRequest.Create(Old.Subject, Old.San, newKey);
        var plan = issuer.Plan(request, ToIssuance(options, newKey));
        return issuer.IssuePlanned(plan with { Copied = [.. plan.Copied, .. Carried(Old, newKey.PublicKey)] }, request, warn, cancellation);
    }

    private MtlsCertificate SelfSign(RenewalOptions options, PrivateKey newKey)
    {
        var wanted = ToIssuance(options, newKey);
        var plan = PlanOf(Old, newKey.PublicKey, IssuancePolicy.DecideLifetime(wanted, wanted.Days!.Value, null, clock.GetUtcNow()));
        foreach (var advice in IssuanceAdvice.Of(plan, wanted))
            warn?.Invoke(advice);
        var identity = IssuerIdentity.OfRoot(plan);
        if (newKey.Matches(Old.PublicKey))
            identity = identity with { KeyId = IssuerIdentity.Of(Old).KeyId };
        var renewed = MtlsCertificate.Decode(CertificateSigner.Sign(plan, identity, newKey), clock: clock);
        return renewed.WithChain(Old.Chain.Where(IsInForce).ToList());
    }

    /// <summary>Keeps the old key, for revocation lists of what it signed. The two keys of a root vouch for each other, so that either root is enough to verify what both have signed.</summary>
    private MtlsCertificate KeepOldKey(MtlsCertificate renewed, PrivateKey newKey, AuthorityLock held)
    {
        AtomicFile.Write(layout.FormerKey(IssuedEntry.Normalize(Old.SerialNumber)), InputFile.Read(layout.Key), FileAudience.OwnerOnly, overwrite: true);
        if (!renewed.IsSelfSigned || !IsInForce(Old))
            return renewed;
        var newByOld = Vouch(renewed, Old, key, held);
        var oldByNew = Vouch(Old, renewed, newKey, held);
        WriteCertificate(Path.Combine(layout.CrossFolder, "new-by-old.crt"), newByOld);
        WriteCertificate(Path.Combine(layout.CrossFolder, "old-by-new.crt"), oldByNew);
        return renewed.WithChain([newByOld, Old, .. renewed.Chain]);
    }

    private MtlsCertificate Vouch(MtlsCertificate subject, MtlsCertificate by, PrivateKey byKey, AuthorityLock held)
    {
        var plan = CrossPlan(subject, by);
        var signed = MtlsCertificate.Decode(CertificateSigner.Sign(plan, IssuerIdentity.Of(by), byKey), clock: clock);
        authority.Record(signed, plan, held, warn);
        return signed;
    }

    /// <summary>A certificate by which one CA vouches for another, for as long as both are valid.</summary>
    internal static CertificatePlan CrossPlan(MtlsCertificate subject, MtlsCertificate by)
    {
        var end = subject.NotAfter < by.NotAfter ? subject.NotAfter : by.NotAfter;
        var begin = subject.NotBefore > by.NotBefore ? subject.NotBefore : by.NotBefore;
        return PlanOf(subject, subject.PublicKey, (begin, end));
    }

    private bool IsInForce(MtlsCertificate certificate) => certificate.NotAfter > clock.GetUtcNow();

    /// <summary>The former certificate is kept; the chain goes first, because the certificate decides and must not appear without it.</summary>
    private static void Switch(AuthorityLayout layout, MtlsCertificate? old, MtlsCertificate renewed)
    {
        if (old is not null)
            WriteCertificate(Path.Combine(layout.ArchiveFolder, IssuedEntry.Normalize(old.SerialNumber) + ".crt"), old);
        var roots = renewed.Chain.Prepend(renewed).Where(one => one.IsSelfSigned).ToList();
        if (renewed.IsSelfSigned && roots.Count > 1)
            WriteCertificate(layout.Trust, [.. roots]);
        WriteCertificate(layout.Chain, [renewed, .. renewed.Chain]);
        WriteCertificate(layout.Certificate, renewed);
    }

    private static void WriteCertificate(string path, params MtlsCertificate[] certificates)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, denied);
        }

        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(AuthorityChain.ToPem(certificates)), FileAudience.Everyone, overwrite: true);
    }

    private static CertificatePlan PlanOf(MtlsCertificate certificate, PublicKeyInfo publicKey, (DateTimeOffset NotBefore, DateTimeOffset NotAfter) lifetime) =>
        new(certificate.Subject, certificate.San, publicKey, ProfileOf(certificate, publicKey), PathLengthOf(certificate), lifetime.NotBefore, lifetime.NotAfter, SerialNumbers.Create()) { Copied = Carried(certificate, publicKey) };

    private static int? PathLengthOf(MtlsCertificate certificate) => certificate.Content.BasicConstraints?.PathLength;

    /// <summary>What the CA was made for; keyUsage, which roots made by <c>openssl req -x509</c> lack, is added.</summary>
    private static IssuanceProfile ProfileOf(MtlsCertificate certificate, PublicKeyInfo publicKey)
    {
        var builtIn = IssuanceProfile.Of(certificate.IsSelfSigned ? CertificateProfile.Root : CertificateProfile.Intermediate);
        return builtIn with
        {
            KeyUsage = certificate.Content.KeyUsage ?? builtIn.KeyUsage,
            ExtendedKeyUsage = certificate.Content.ExtendedKeyUsage ?? [],
            NameConstraints = certificate.Content.FindExtension(NameConstraints.Oid) is { } constraints ? NameConstraints.Decode(constraints.Value) : null,
            PathLength = PathLengthOf(certificate),
            HasSubjectKeyIdentifier = !publicKey.Equals(certificate.PublicKey),
        };
    }

    /// <summary>Extensions that stay as they are. So does the identifier of a key that stays, whoever computed it how: everything that was issued names it.</summary>
    private static List<X509Extension> Carried(MtlsCertificate certificate, PublicKeyInfo publicKey)
    {
        var others = certificate.Extensions.Where(extension => !Decided.Contains(extension.Oid)).Select(extension => new X509Extension(extension.Oid, extension.Value.Span, extension.IsCritical));
        return publicKey.Equals(certificate.PublicKey)
            ? [new X509SubjectKeyIdentifierExtension(IssuerIdentity.Of(certificate).KeyId.Span, critical: false), .. others]
            : others.ToList();
    }
}
