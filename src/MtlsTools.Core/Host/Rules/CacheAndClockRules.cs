using System.Globalization;
using MtlsTools.Policy;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Host;

/// <summary>What is fetched and kept, and the clock that everything is judged by.</summary>
internal static class CacheAndClockRules
{
    private static readonly TimeSpan Grave = TimeSpan.FromMinutes(5), Small = TimeSpan.FromSeconds(30);

    internal static IReadOnlyList<HostCheck> All { get; } =
    [
        new("CrlCacheStale", Warning, [HostArea.CrlCache], "RFC 5280, 6.3.3", "Revocation lists that were kept are in date", "Delete the file, so that the list is fetched anew, and look whether the CA publishes at that place and whether it can be reached from here: checks of revocation fail until then.")
        {
            Repair = "Deletes the file; the platform fetches the list anew when it needs it.",
            Examine = facts => facts.CachedCrls.Where(crl => crl.NextUpdate < facts.Now).Select(crl => new HostSymptom(
                crl.State.Path,
                $"The revocation list of '{crl.Issuer}' was to be replaced by {Words.Date(crl.NextUpdate!.Value)}.",
                $"Made on {Words.Date(crl.ThisUpdate)}; it is {Words.Date(facts.Now)}.",
                new DeleteCachedCrl(crl.State))),
        },
        new("ClockWrong", Error, [HostArea.Clock], "RFC 5280, 4.1.2.5; certificates begin five minutes back", "The clock is right to five minutes", "Set the clock and keep it so: a time service (w32tm /resync, timedatectl set-ntp true, sntp). Fresh certificates and revocation lists are not valid yet on a slow clock, and end early on a fast one.")
        {
            Examine = facts => Off(facts, ahead => ahead > Grave),
        },
        new("ClockDrifts", Warning, [HostArea.Clock], "RFC 6066, 8; Kerberos and TOTP have limits as well", "The clock is right to half a minute", "Look whether the time service runs (w32tm /query /status, timedatectl, chronyc tracking): a clock that is left alone goes on drifting.")
        {
            Examine = facts => Off(facts, ahead => ahead > Small && ahead <= Grave),
        },
    ];

    private static IEnumerable<HostSymptom> Off(HostFacts facts, Func<TimeSpan, bool> wrong) => facts.Clocks.Where(clock => wrong(clock.Ahead.Duration())).Select(clock => new HostSymptom(
        clock.Host,
        $"This machine's clock is {Length(clock.Ahead.Duration())} {(clock.Ahead > TimeSpan.Zero ? "ahead of" : "behind")} {clock.Host}.",
        $"Measured by {clock.Means}: {clock.Ahead.TotalSeconds.ToString("+0.000;-0.000", CultureInfo.InvariantCulture)} seconds."));

    private static string Length(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : time.TotalHours < 2 ? $"{time.TotalMinutes:0} minutes" : time.TotalDays < 2 ? $"{time.TotalHours:0} hours" : $"{time.TotalDays:0} days";
}
