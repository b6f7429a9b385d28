using MtlsTools.Keys;

namespace MtlsTools.Verification.Paths;

/// <summary>Finds a valid path from a certificate to a trust anchor, trying every issuer of the right name (RFC 4158), the most promising first. Work is bounded, whatever the bundle holds.</summary>
internal sealed class PathBuilder(CertificatePool pool, PathSettings settings)
{
    /// <summary>Longer paths do not exist in practice.</summary>
    internal const int LongestPath = 32;

    /// <summary>Signatures are what costs; each is checked once.</summary>
    internal const int MostSignatures = 256;

    /// <summary>Steps through the mesh of certificates.</summary>
    internal const int MostSteps = 4096;

    private readonly List<PathCertificate> path = [];
    private PathOutcome? best;
    private int signatures;
    private int steps;

    /// <summary>The valid path, or the one that comes nearest and what is wrong with it.</summary>
    internal PathOutcome Build(PathCertificate leaf)
    {
        path.Add(leaf);
        var found = Search();
        return found ?? best! with { IsExhausted = IsExhausted };
    }

    private bool IsExhausted => signatures > MostSignatures || steps > MostSteps;

    private PathOutcome? Search()
    {
        var top = path[^1];
        if (++steps > MostSteps)
            return null;
        var deadEnds = new List<(PathCertificate Issuer, SignatureVerdict Verdict)>();
        var climbed = false;

        // A trusted root ends the path; a trusted intermediate does where nothing trusted is reached above it.
        if (!(top.IsTrusted && top.IsSelfIssued) && path.Count < LongestPath)
        {
            foreach (var issuer in IssuersOf(top))
            {
                if (!top.KnowsVerdict(issuer) && ++signatures > MostSignatures)
                    break;
                var verdict = top.SignedBy(issuer);
                if (verdict != SignatureVerdict.Valid)
                {
                    deadEnds.Add((issuer, verdict));
                    continue;
                }

                climbed = true;
                path.Add(issuer);
                var found = Search();
                path.RemoveAt(path.Count - 1);
                if (found is not null)
                    return found;
                if (IsExhausted)
                    break;
            }
        }

        if (top.IsTrusted)
            return Judge(deadEnds, isAnchored: true);
        return climbed ? null : Judge(deadEnds, isAnchored: false);
    }

    private PathOutcome? Judge(List<(PathCertificate, SignatureVerdict)> deadEnds, bool isAnchored)
    {
        // Where one path has failed for want of an anchor, another such tells little more.
        if (best is not null && !isAnchored && (best.IsAnchored || best.Path.Count >= path.Count))
            return null;
        var problems = PathValidator.Validate(path, settings);
        var outcome = new PathOutcome([.. path], problems, isAnchored, deadEnds);
        if (outcome.IsValid)
            return outcome;
        if (best is null || (isAnchored && !best.IsAnchored) || (isAnchored == best.IsAnchored && (!isAnchored || problems.Count < best.Problems.Count)))
            best = outcome;
        return null;
    }

    private List<PathCertificate> IssuersOf(PathCertificate top)
    {
        var issuers = pool.Named(top.IssuerName).Where(issuer => !path.Exists(issuer.IsSameEntity)).ToList();
        if (issuers.Count > 1)
            issuers = issuers.OrderByDescending(issuer => Promise(top, issuer)).ThenByDescending(issuer => issuer.Certificate.NotAfter).ToList();
        return issuers;
    }

    /// <summary>What makes an issuer likely to be the right one.</summary>
    private int Promise(PathCertificate top, PathCertificate issuer) =>
        (top.KeyIdMatches(issuer) switch { true => 8, null => 4, false => 0 })
        + (issuer.IsTrusted ? 2 : 0)
        + (settings.AsOf >= issuer.Certificate.NotBefore && settings.AsOf <= issuer.Certificate.NotAfter ? 1 : 0);
}

/// <summary>A path, leaf first, and what is wrong with it.</summary>
/// <param name="Path">The certificates, leaf first.</param>
/// <param name="Problems">What is wrong.</param>
/// <param name="IsAnchored">Whether it ends at a trust anchor.</param>
/// <param name="DeadEnds">Certificates of the last one's issuer's name that can not be shown to have signed it.</param>
internal sealed record PathOutcome(IReadOnlyList<PathCertificate> Path, IReadOnlyList<PathProblem> Problems, bool IsAnchored, IReadOnlyList<(PathCertificate Issuer, SignatureVerdict Verdict)> DeadEnds)
{
    /// <summary>Whether the search ended because it had grown too large, not because there was nothing more.</summary>
    internal bool IsExhausted { get; init; }

    internal bool IsValid => IsAnchored && Problems.Count == 0;
}

/// <summary>Something wrong with one certificate of a path; the leaf is level 0.</summary>
internal sealed record PathProblem(int Level, Finding Finding);
