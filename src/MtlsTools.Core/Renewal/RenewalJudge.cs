using System.Globalization;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Names;

namespace MtlsTools.Renewal;

/// <summary>Whether a certificate is renewed, and why.</summary>
/// <param name="IsDue">Whether it is.</param>
/// <param name="Reason">Why, or why not, as the end of a sentence.</param>
internal sealed record RenewalVerdict(bool IsDue, string Reason);

/// <summary>Decides whether a certificate is due.</summary>
internal sealed class RenewalJudge(ICertificateIssuer issuer, IssuerRecords records, CertificateRenewalOptions options)
{
    /// <exception cref="MtlsException">It can not be renewed here, and why.</exception>
    internal RenewalVerdict Judge(MtlsCertificate current, DateTimeOffset now)
    {
        if (current.IsCa)
            throw new IssuanceException(ErrorCode.RenewalOfCa, $"'{current.Name}' is a CA, and all that it issued depends on it. Renew it with Update-MtlsCa.", current.Path);
        var relation = records.RelationTo(current);
        if (relation == IssuerRelation.Stranger && !options.ChangeIssuer)
            throw new IssuanceException(ErrorCode.CertificateOfAnotherAuthority, $"'{current.Name}' was issued by '{current.Issuer}', and '{issuer.Certificate.Subject}' is another CA: who trusts the one need not trust the other. Name the CA that issued it, or move it to this one with -ChangeIssuer.", current.Path);
        if (now < current.NotBefore)
            throw new IssuanceException(ErrorCode.ClockBehindCertificate, $"By this machine's clock it is {now:u}, and '{current.Name}' is valid from {current.NotBefore:u} on. A new certificate would end too early. Set the clock.", current.Path);
        if (!options.IfNeeded)
            return new RenewalVerdict(true, "asked for");
        var due = DueAfter(current);
        return FindReason(current, relation, due, now) is { } reason
            ? new RenewalVerdict(true, reason)
            : new RenewalVerdict(false, $"due after {Date(due)}");
    }

    private string? FindReason(MtlsCertificate current, IssuerRelation relation, DateTimeOffset due, DateTimeOffset now)
    {
        if (relation == IssuerRelation.Stranger)
            return $"of another CA: {current.Issuer}";
        if (now > current.NotAfter)
            return $"ended on {Date(current.NotAfter)}";
        if (records.IsRevoked(current))
            return "revoked";
        if (now > due)
            return $"due since {Date(due)}, ends on {Date(current.NotAfter)}";
        if (relation == IssuerRelation.FormerKey)
            return "its CA has a new key";
        if (OldIssuerIn(current, now) is { } old)
            return $"the CA certificate in its chain ends on {Date(old.NotAfter)}, and there is a newer one";
        return options.San is { } wanted ? DifferenceOf(current, wanted) : null;
    }

    private DateTimeOffset DueAfter(MtlsCertificate current)
    {
        var byShare = options.RenewAfterShare is { } share ? RenewalTime.AtShare(current.NotBefore, current.NotAfter, share) : (DateTimeOffset?)null;
        var byEnd = options.RenewBefore is { } before ? current.NotAfter - before : (DateTimeOffset?)null;
        return (byShare, byEnd) switch
        {
            ({ } one, { } other) => one < other ? one : other,
            _ => byShare ?? byEnd ?? current.RenewAfter,
        };
    }

    /// <summary>A CA that was renewed with its key: its former certificate goes along with what it issued before, and ends.</summary>
    private MtlsCertificate? OldIssuerIn(MtlsCertificate current, DateTimeOffset now) => current.Chain.FirstOrDefault(one =>
        now > one.RenewAfter && issuer.Certificate.Chain.Prepend(issuer.Certificate).Any(newer => newer.Subject.Equals(one.Subject) && newer.PublicKey.Equals(one.PublicKey) && newer.NotAfter > one.NotAfter));

    /// <summary>The common name of a server may be there without having been asked for.</summary>
    private static string? DifferenceOf(MtlsCertificate current, IReadOnlyList<AlternativeName> wanted)
    {
        var missing = wanted.Except(current.San).ToList();
        var extra = current.San.Except(wanted).Where(name => !name.Value.Equals(current.Subject.CommonName, StringComparison.OrdinalIgnoreCase)).ToList();
        return missing.Count > 0 ? $"lacks the name {string.Join(", ", missing)}"
            : extra.Count > 0 ? $"has the name {string.Join(", ", extra)}, which is not asked for"
            : null;
    }

    private static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
