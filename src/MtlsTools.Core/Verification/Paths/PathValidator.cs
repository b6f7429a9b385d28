using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Verification.Paths;

/// <summary>RFC 5280, section 6.1, step by step. The trust anchor's own constraints count as those of any other CA (as RFC 5937 allows and OpenSSL and Go do), and so do its dates.</summary>
internal sealed class PathValidator
{
    /// <summary>Comparisons of names with constraints in one path; more are an attempt to keep this machine busy.</summary>
    private const int MostNameChecks = 250_000;

    private readonly IReadOnlyList<PathCertificate> path;
    private readonly PathSettings settings;
    private readonly List<PathProblem> problems = [];
    private readonly List<(NameConstraints Constraints, PathCertificate Of)> nameConstraints = [];
    private readonly PolicyProcessor policies;
    private int maxPathLength;
    private int nameChecks;

    /// <summary>6.1.2: initialization.</summary>
    private PathValidator(IReadOnlyList<PathCertificate> path, PathSettings settings)
    {
        this.path = path;
        this.settings = settings;
        maxPathLength = path.Count;
        policies = new PolicyProcessor(path.Count - 1, settings);
    }

    /// <summary>Everything that is wrong with a path, leaf first in it and the trust anchor last; nothing when it is valid. The builder has found the signatures good and the names chained.</summary>
    internal static IReadOnlyList<PathProblem> Validate(IReadOnlyList<PathCertificate> path, PathSettings settings)
    {
        var validator = new PathValidator(path, settings);
        validator.Anchor(path.Count - 1);
        for (var level = path.Count - 2; level >= 0; level--)
        {
            validator.Guarded(level, validator.Basic);
            if (level > 0)
                validator.Guarded(level, validator.PrepareForNext);
        }

        validator.Guarded(0, validator.WrapUp);
        return validator.problems;
    }

    /// <summary>The trust anchor is no certificate of the path in the RFC's sense; it has no issuer to be judged by, all else is looked at.</summary>
    private void Anchor(int level)
    {
        Guarded(level, _ => WellFormed(level));
        Validity(level);
        if (level == 0)
            return;
        Guarded(level, _ =>
        {
            MaySign(level);
            policies.Constrain(Content(level));
            Constrain(level);
        });
    }

    /// <summary>6.1.3: basic certificate processing.</summary>
    private void Basic(int level)
    {
        WellFormed(level);

        // (a)(1): the signature. It verified with the issuer's key when the path was built; what remains is whether to believe it.
        if (Signature.WeakHash(Content(level).Signature.Algorithm) is { } weak)
            Add(level, FindingId.AlgorithmTooWeak, $"'{Name(level)}' is signed with {weak}, which can be forged.", "Issue it again with SHA-256 or better.");

        Validity(level);

        // (a)(3): revocation.
        problems.AddRange(settings.Revocation?.Check(path, level, settings.AsOf).Select(finding => new PathProblem(level, finding)) ?? []);

        // (a)(4): the issuer's name is the name above; the builder chains by it.
        if (path[level].IssuerName != path[level + 1].SubjectName || path[level].IssuerName.Length == 0)
            Add(level, FindingId.ChainInvalid, $"'{Name(level)}' does not name its issuer.", "Issue it again by a CA that has a name.");
        NamesAllowed(level);

        // (d), (e), (f): the policies.
        if (policies.Process(Content(level), path[level].IsSelfIssued, isLast: level == 0) is { } unmet)
            Add(level, FindingId.PolicyNotSatisfied, $"'{Name(level)}' {unmet}.", "Issue it with a certificate policy that its CAs allow, or use a CA that does not demand one.");
    }

    /// <summary>(a)(2): the validity, both ends included.</summary>
    private void Validity(int level)
    {
        var certificate = path[level].Certificate;
        if (settings.AsOf < certificate.NotBefore)
            Add(level, FindingId.CertificateNotYetValid, $"'{certificate.Name}' is valid only from {certificate.NotBefore:u} on; the verdict is for {settings.AsOf:u}.", "Check the clock, or wait.");
        else if (settings.AsOf > certificate.NotAfter)
            Add(level, FindingId.CertificateExpired, $"'{certificate.Name}' ended on {certificate.NotAfter:u}; the verdict is for {settings.AsOf:u}.", level == 0 ? "Issue a new certificate: Update-MtlsCertificate." : "Renew that CA and issue its certificates again.");
    }

    /// <summary>(b), (c): the names against the subtrees that the CAs above permit and exclude; self-issued CAs are exempt.</summary>
    private void NamesAllowed(int level)
    {
        if (nameConstraints.Count == 0 || (level > 0 && path[level].IsSelfIssued))
            return;
        var san = Content(level).Find(AlternativeNames.Oid);
        var names = 1 + path[level].Certificate.San.Count;
        foreach (var (constraints, of) in nameConstraints)
        {
            nameChecks += names * (constraints.Permitted.Count + constraints.Excluded.Count);
            if (nameChecks > MostNameChecks)
            {
                Add(level, FindingId.ChainTooComplex, $"'{Name(level)}' and the CAs above it have too many names and name constraints to be compared.", "Issue it with fewer names.");
                return;
            }

            if (constraints.FindViolation(path[level].Certificate.Subject, san) is { } violation)
                Add(level, FindingId.NameNotPermitted, $"'{Name(level)}' has a name that '{of.Certificate.Name}' may not certify: {violation}.", "Issue it with permitted names alone, or by a CA that may certify this one.");
        }
    }

    /// <summary>6.1.4: preparation for the next certificate.</summary>
    private void PrepareForNext(int level)
    {
        // (a), (b): the policy mappings.
        if (policies.Map(Content(level), path[level].IsSelfIssued) is { } forbidden)
            Add(level, FindingId.PolicyNotSatisfied, $"'{Name(level)}' {forbidden}.", "Use a CA whose policy mappings follow RFC 5280, 4.2.1.5.");

        // (l): one step less remains, unless the CA only renews itself.
        if (!path[level].IsSelfIssued && maxPathLength-- == 0)
            Add(level, FindingId.IssuerMayNotSign, $"'{Name(level)}' stands one CA too deep: the path length of a CA above it is exceeded.", "Use a CA that may sign at this depth.");
        MaySign(level);
        Constrain(level);
    }

    /// <summary>(k), (n): whether it may issue certificates at all.</summary>
    private void MaySign(int level)
    {
        var content = Content(level);
        if (content.Version != 3)
            Add(level, FindingId.IssuerMayNotSign, $"'{Name(level)}' stands above another certificate in the chain, but is an X.509 version {content.Version} certificate, which can not say that it is a CA's.", "Issue the CA a version 3 certificate with basicConstraints CA:TRUE.");
        else if (content.BasicConstraints is not { IsCa: true })
            Add(level, FindingId.IssuerMayNotSign, $"'{Name(level)}' stands above another certificate in the chain, but it is no CA (basicConstraints do not say CA:TRUE).", "Use a CA that may sign at this depth.");
        else if (content.Forbids(X509KeyUsageFlags.KeyCertSign))
            Add(level, FindingId.IssuerMayNotSign, $"'{Name(level)}' stands above another certificate in the chain, but may not sign any (keyUsage lacks keyCertSign).", "Issue the CA a certificate with keyCertSign.");
    }

    /// <summary>(g), (m): what it demands of the certificates below it.</summary>
    private void Constrain(int level)
    {
        if (Content(level).Find(NameConstraints.Oid) is { } constraints)
            nameConstraints.Add((NameConstraints.Decode(constraints), path[level]));
        if (Content(level).BasicConstraints?.PathLength is { } length)
            maxPathLength = Math.Min(maxPathLength, length);
    }

    /// <summary>6.1.5: the wrap-up, and what TLS asks of the certificate.</summary>
    private void WrapUp(int level)
    {
        if (policies.Finish(path.Count > 1 ? Content(level) : null) is { } unmet)
            Add(level, FindingId.PolicyNotSatisfied, $"'{Name(level)}' {unmet}.", "Issue it with a certificate policy that its CAs allow, or use a CA that does not demand one.");
        problems.AddRange(PurposeRules.Check(path, settings.Purpose));
    }

    /// <summary>4.1, 4.2 and (o): a well-formed certificate without critical extensions that mean nothing here, and a key worth the name.</summary>
    private void WellFormed(int level)
    {
        var content = Content(level);
        foreach (var extension in content.Extensions)
        {
            if (extension.IsCritical && !CriticalExtensions.IsUnderstood(extension))
                Add(level, FindingId.ChainInvalid, $"'{Name(level)}' has a critical extension that is not understood here ({extension.Oid}); RFC 5280, 4.2 demands to refuse it.", "Issue it without that extension, or with it not critical.");
        }

        if (WeakKeys.FaultOf(path[level].Certificate.PublicKey) is { } weak)
            Add(level, FindingId.AlgorithmTooWeak, $"'{Name(level)}' has {weak}.", "Issue it for a new key: RSA of 2048 bits or more, or ECDSA on P-256 or better.");
    }

    /// <summary>Runs a step; what is damaged ends it with a finding and never with a yes.</summary>
    private void Guarded(int level, Action<int> step)
    {
        if (path[level].Defect is { } defect)
        {
            if (!problems.Exists(problem => problem.Level == level && problem.Finding.Id == FindingId.ChainInvalid))
                Add(level, FindingId.ChainInvalid, $"'{Name(level)}' is not encoded as RFC 5280 has it: {defect}", "Issue it again.");
            return;
        }

        try
        {
            step(level);
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            Add(level, FindingId.ChainInvalid, $"'{Name(level)}' has a damaged extension: {damaged.Message}", "Issue it again.");
        }
    }

    private PathContent Content(int level) => path[level].Content!;

    private string Name(int level) => path[level].Certificate.Name;

    private void Add(int level, FindingId id, string cause, string remedy) =>
        problems.Add(new PathProblem(level, new Finding(id, FindingSide.Unknown, FindingSeverity.Error, cause, remedy)));
}
