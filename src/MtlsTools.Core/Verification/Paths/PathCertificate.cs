using System.Formats.Asn1;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Verification.Paths;

/// <summary>A certificate as path building sees it; it remembers which issuers signed it, so that a signature is checked once.</summary>
internal sealed class PathCertificate
{
    private readonly Dictionary<PathCertificate, SignatureVerdict> verdicts = [];
    private readonly Lazy<SignatureChecker> checker;

    internal PathCertificate(MtlsCertificate certificate, bool isTrusted = false)
    {
        Certificate = certificate;
        IsTrusted = isTrusted;
        SubjectName = CanonicalName.Of(certificate.Subject);
        IssuerName = CanonicalName.Of(certificate.Issuer);
        checker = new Lazy<SignatureChecker>(() => new SignatureChecker(Certificate.PublicKey));
        try
        {
            Content = PathContent.Of(certificate);
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            Defect = damaged.Message;
        }
    }

    internal MtlsCertificate Certificate { get; }

    /// <summary>Whether it is a trust anchor.</summary>
    internal bool IsTrusted { get; }

    /// <summary>Null when <see cref="Defect"/> says why.</summary>
    internal PathContent? Content { get; }

    /// <summary>Why it can not be read as RFC 5280 has it.</summary>
    internal string? Defect { get; }

    internal string SubjectName { get; }

    internal string IssuerName { get; }

    /// <summary>RFC 5280, 6.1: subject and issuer are the same name. Not the same as self-signed.</summary>
    internal bool IsSelfIssued => SubjectName == IssuerName;

    internal SignatureChecker Checker => checker.Value;

    /// <summary>Whether its signature was looked at with that issuer already.</summary>
    internal bool KnowsVerdict(PathCertificate issuer) => verdicts.ContainsKey(issuer);

    /// <summary>Whether that issuer signed it.</summary>
    internal SignatureVerdict SignedBy(PathCertificate issuer)
    {
        if (!verdicts.TryGetValue(issuer, out var verdict))
            verdicts[issuer] = verdict = Content is null ? SignatureVerdict.Invalid : issuer.Checker.Check(Content.Signature);
        return verdict;
    }

    /// <summary>RFC 5280, 4.2.1.1: key identifiers help to choose among issuers and decide nothing. Null when one is missing.</summary>
    internal bool? KeyIdMatches(PathCertificate issuer) => Content?.AuthorityKeyId is { } wanted && issuer.Content?.SubjectKeyId is { } had ? wanted.AsSpan().SequenceEqual(had.Span) : null;

    /// <summary>Whether it is the same CA: going through it twice would be a loop.</summary>
    internal bool IsSameEntity(PathCertificate other) => SubjectName == other.SubjectName && Certificate.PublicKey.Equals(other.Certificate.PublicKey);

    public override string ToString() => Certificate.Name;
}
