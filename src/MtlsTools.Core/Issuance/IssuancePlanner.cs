using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Issuance;

/// <summary>Decides about requests for one issuer: everything that can be refused before anything is signed.</summary>
/// <param name="issuer">The CA's certificate, with its chain.</param>
/// <param name="urls">Where its revocation data lies.</param>
/// <param name="lifetimes">Lifetimes that differ from the built-in profiles' own.</param>
internal sealed class IssuancePlanner(MtlsCertificate issuer, IssuerUrls urls, IReadOnlyDictionary<CertificateProfile, int>? lifetimes)
{
    private readonly IReadOnlyList<(MtlsCertificate Ca, NameConstraints Constraints)> constraints = issuer.Chain.Prepend(issuer)
        .Where(ca => ca.Content.FindExtension(NameConstraints.Oid) is not null)
        .Select(ca => (ca, NameConstraints.Decode(ca.Content.FindExtension(NameConstraints.Oid)!.Value)))
        .ToList();

    private readonly IReadOnlyList<(MtlsCertificate Ca, IReadOnlyList<string> Usages)> usages = issuer.Chain.Prepend(issuer)
        .Where(ca => ca.Content.ExtendedKeyUsage is { } allowed && !allowed.Contains(UsageNames.AnyExtendedKeyUsageOid))
        .Select(ca => (ca, ca.Content.ExtendedKeyUsage!))
        .ToList();

    /// <summary>How certificates name this issuer.</summary>
    internal IssuerIdentity Identity { get; } = IssuerIdentity.Of(issuer);

    /// <summary>The certificate that a request gets.</summary>
    /// <exception cref="IssuanceException">A rule forbids it; the message names the rule.</exception>
    internal CertificatePlan Plan(CertificateSigningRequest request, IssuanceOptions options, DateTimeOffset now)
    {
        var profile = options.Profile;
        if (profile.BasedOn == CertificateProfile.Root)
            throw new IssuanceException(ErrorCode.ProfileNotIssuable, "A root signs itself; no CA can issue one. Make it with New-MtlsCa, or use the profile Intermediate.", request.Path);
        var serial = options.SerialNumber is { } chosen ? SerialNumbers.Parse(chosen) : SerialNumbers.Create();
        var pathLength = IssuancePolicy.DecidePathLength(options, issuer);
        IssuancePolicy.CheckRequest(request);
        IssuancePolicy.CheckKeyRules(request, profile);
        var subject = options.Subject ?? request.Subject;
        var names = IssuancePolicy.DecideNames(subject, WantedNames(request, options), profile);
        var (notBefore, notAfter) = IssuancePolicy.DecideLifetime(options, DaysOf(profile), issuer, now);
        var granted = GrantedExtensions.Decide(request, profile, options.CopyExtensions);
        var plan = new CertificatePlan(subject, names, request.PublicKey, profile, pathLength, notBefore, notAfter, serial) { Urls = UrlsOf(profile), Copied = granted.Copied, HasChosenSerial = options.SerialNumber is not null };
        plan = plan with { KeyUsage = granted.KeyUsage ?? plan.KeyUsage, ExtendedKeyUsage = granted.ExtendedKeyUsage ?? plan.ExtendedKeyUsage };
        CheckIssuerLimits(plan);
        return plan with { Advice = [.. IssuanceAdvice.Of(plan, options, request), .. options.CopyExtensions == ExtensionCopying.All ? granted.Dropped : []] };
    }

    private static IReadOnlyList<AlternativeName> WantedNames(CertificateSigningRequest request, IssuanceOptions options)
    {
        if (options.Profile.IsBare && options.San is { Count: > 0 })
            throw new IssuanceException(ErrorCode.NameNotAllowed, $"The profile Bare writes no extensions, so '{options.San[0]}' has no place in it. Leave the name out, or use another profile.", request.Path);
        return options.Profile.IsBare ? [] : options.San ?? (options.CopyExtensions == ExtensionCopying.None ? [] : IssuancePolicy.NamesOf(request));
    }

    private int DaysOf(IssuanceProfile profile) =>
        profile.IsBuiltIn && lifetimes is not null && lifetimes.TryGetValue(profile.BasedOn, out var configured) ? configured : profile.Days;

    private IssuerUrls UrlsOf(IssuanceProfile profile) => profile.TakesAuthorityUrls
        ? new IssuerUrls(profile.CrlUrls ?? urls.Crl, profile.OcspUrls ?? urls.Ocsp, profile.IssuerUrls ?? urls.Issuer)
        : new IssuerUrls(profile.CrlUrls ?? [], profile.OcspUrls ?? [], profile.IssuerUrls ?? []);

    /// <summary>What verifiers would refuse because of the CAs above is refused here, where it can still be mended.</summary>
    private void CheckIssuerLimits(CertificatePlan plan)
    {
        foreach (var (ca, names) in constraints)
        {
            if (names.FindViolation(plan.Subject, plan.San) is { } violation)
                throw new IssuanceException(ErrorCode.NameConstraintViolated, $"The name constraints of the CA '{ca.Name}' forbid this certificate: {violation}. Leave the name out, or use a CA that may certify it.", ca.Path);
        }

        foreach (var (ca, allowed) in usages)
        {
            if (plan.ExtendedKeyUsage.FirstOrDefault(usage => !allowed.Contains(usage)) is { } missing)
                throw new IssuanceException(ErrorCode.UsageNotPermitted, $"The CA '{ca.Name}' is limited to {string.Join(", ", allowed.Select(UsageNames.ToName))}, and verifiers refuse {UsageNames.ToName(missing)} below it. Use another profile, or a CA for that usage.", ca.Path);
        }
    }
}
