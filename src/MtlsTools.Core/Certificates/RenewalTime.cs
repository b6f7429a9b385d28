namespace MtlsTools.Certificates;

/// <summary>When a certificate is to be replaced: a share of its life, because days that suit 90 do not suit 7 or 3650.</summary>
public static class RenewalTime
{
    /// <summary>The share of its life after which a server's or client's certificate is renewed: two thirds.</summary>
    public const double DefaultShare = 2.0 / 3;

    /// <summary>CAs are replaced six months ahead, because everything below them has to follow.</summary>
    private static readonly TimeSpan CaNotice = TimeSpan.FromDays(183);

    /// <summary>The time from which on a certificate is due for renewal.</summary>
    /// <param name="notBefore">The beginning of its life.</param>
    /// <param name="notAfter">Its end.</param>
    /// <param name="isCa">CAs are due 183 days before their end, those that live less than a year at half of their life.</param>
    public static DateTimeOffset Of(DateTimeOffset notBefore, DateTimeOffset notAfter, bool isCa)
    {
        if (!isCa)
            return AtShare(notBefore, notAfter, DefaultShare);
        var half = AtShare(notBefore, notAfter, 0.5);
        return notAfter - CaNotice is var notice && notice > half ? notice : half;
    }

    /// <summary>The time at which a share of a life is over.</summary>
    /// <param name="notBefore">The beginning of the life.</param>
    /// <param name="notAfter">Its end.</param>
    /// <param name="share">From 0 to 1.</param>
    public static DateTimeOffset AtShare(DateTimeOffset notBefore, DateTimeOffset notAfter, double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return notBefore + ((notAfter - notBefore) * share);
    }
}
