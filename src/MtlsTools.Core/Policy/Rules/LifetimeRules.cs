using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>From when until when.</summary>
internal static class LifetimeRules
{
    private const int ClientDays = 90;
    private const int PublicServerDays = 398;
    private const int ServerDays = 825;
    private const double CaYears = 20;

    /// <summary>Certificates begin some minutes before they are issued, and that is no longer life.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(2);

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("Expired", Error, "RFC 5280, 6.1.3", "A certificate has not ended", "Issue a new one; a CA's end takes along all it has issued.")
        {
            Certificate = c => c.AsOf > c.Certificate.NotAfter && !IsEmpty(c) ? $"'{c.Name}' ended on {Words.Date(c.Certificate.NotAfter)}." : null,
        },
        new("NotYetValid", Warning, "RFC 5280, 6.1.3", "A certificate has begun", "Wait, or check the clock.")
        {
            Certificate = c => c.AsOf < c.Certificate.NotBefore && !IsEmpty(c) ? $"'{c.Name}' begins on {Words.Date(c.Certificate.NotBefore)}." : null,
        },
        new("ExpiresSoon", Warning, "Renewal at two thirds of life", "A server's or client's certificate has more than a third of its life left", "Renew it now: Update-MtlsCertificate.")
        {
            Certificate = c => !c.IsCa && Remaining(c) is { Ticks: >= 0 } left && c.AsOf > c.Certificate.RenewAfter ? $"'{c.Name}' ends on {Words.Date(c.Certificate.NotAfter)}: {left.TotalDays:F0} of {c.Lifetime.TotalDays:F0} days are left." : null,
        },
        new("CaExpiresSoon", Warning, "CA rotation is planned six months ahead", "A CA has more than six months left", "Begin to replace the CA now: make the new one, trust both everywhere, issue from the new one, and only then drop the old one.")
        {
            Certificate = c => c.IsCa && Remaining(c) is { Ticks: >= 0 } left && c.AsOf > c.Certificate.RenewAfter ? $"The CA '{c.Name}' ends on {Words.Date(c.Certificate.NotAfter)}, in {left.TotalDays:F0} days." : null,
        },
        new("ValidityEmpty", Error, "RFC 5280, 4.1.2.5", "A certificate ends after it begins", "Issue it again.")
        {
            Certificate = c => IsEmpty(c) ? $"'{c.Name}' begins on {Words.Date(c.Certificate.NotBefore)} and ends on {Words.Date(c.Certificate.NotAfter)}." : null,
        },
        new("ClientLifetimeLong", Warning, "Clients live 90 days or less", "A client's certificate lives 90 days at most", "Issue it again with -Days 90 or less, and renew by a schedule: a stolen key is useful as long as its certificate lives.")
        {
            Certificate = c => c.IsClient && c.Lifetime > TimeSpan.FromDays(ClientDays) + Slack ? $"'{c.Name}' is a client's certificate and lives {c.Lifetime.TotalDays:F0} days." : null,
        },
        new("ServerLifetimeAbove398", Information, "Apple HT211025; CA/Browser Forum BR, 6.3.2", "A server's certificate lives 398 days at most", "Issue it with -Days 398 or less when browsers on Apple's systems are to take it from a CA that came with the system.")
        {
            Certificate = c => c.IsServer && c.Lifetime > TimeSpan.FromDays(PublicServerDays) + Slack && c.Lifetime <= TimeSpan.FromDays(ServerDays) + Slack ? $"'{c.Name}' is a server's certificate and lives {c.Lifetime.TotalDays:F0} days." : null,
        },
        new("ServerLifetimeAbove825", Warning, "Apple HT210176", "A server's certificate lives 825 days at most", "Issue it again with -Days 825 or less: macOS and iOS refuse it from any CA.")
        {
            Certificate = c => c.IsServer && c.Lifetime > TimeSpan.FromDays(ServerDays) + Slack ? $"'{c.Name}' is a server's certificate and lives {c.Lifetime.TotalDays:F0} days." : null,
        },
        new("CaLifetimeLong", Warning, "NIST SP 800-57 part 1, 5.3", "A CA lives 20 years at most", "Make a CA that lives 10 years, and replace it in time: no algorithm of today is sure to hold that long.")
        {
            Certificate = c => c.IsCa && c.Lifetime.TotalDays > CaYears * 365.25 + 1 ? $"The CA '{c.Name}' lives {c.Lifetime.TotalDays / 365.25:F0} years." : null,
        },
        new("OutlivesIssuer", Warning, "RFC 5280, 6.1.3", "A certificate ends no later than its issuer", "Issue it again with fewer -Days, or renew the CA: after the CA's end nothing it signed is valid.")
        {
            Certificate = c => c.Issuer is { } issuer && c.Certificate.NotAfter > issuer.NotAfter ? $"'{c.Name}' ends on {Words.Date(c.Certificate.NotAfter)}, after its issuer '{issuer.Name}', which ends on {Words.Date(issuer.NotAfter)}." : null,
        },
        new("DateEncoding", Warning, "RFC 5280, 4.1.2.5", "Dates are UTCTime until 2049 and GeneralizedTime from 2050 on, in whole seconds of UTC", "Issue it again with a program that keeps to it: strict readers refuse the certificate.")
        {
            Certificate = c => Words.About(new[] { c.NotBeforeText, c.NotAfterText }.Where(time => !IsProper(time)).Select(time => $"{(time.IsUtcTime ? "UTCTime" : "GeneralizedTime")} {time.Text}"), list => $"'{c.Name}' has the date {list}."),
        },
    ];

    private static bool IsEmpty(CertificateFacts certificate) => certificate.Lifetime <= TimeSpan.Zero;

    private static TimeSpan Remaining(CertificateFacts certificate) => certificate.Certificate.NotAfter - certificate.AsOf;

    private static bool IsProper((bool IsUtcTime, string Text) time)
    {
        const int utcLength = 13, generalizedLength = 15;
        return time.Text.EndsWith('Z') && time.Text.AsSpan(0, time.Text.Length - 1).IndexOfAnyExceptInRange('0', '9') < 0 && (time.IsUtcTime
            ? time.Text.Length == utcLength
            : time.Text.Length == generalizedLength && string.CompareOrdinal(time.Text, "2050") >= 0);
    }
}
