using System.Globalization;
using System.Text.RegularExpressions;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>The numbers in a text that mean the same in every language: alerts, OpenSSL errors, HRESULTs, OSStatus, verify errors, curl's exit codes.</summary>
internal static partial class NumberClues
{
    /// <summary>curl's exit codes (libcurl-errors); some say little.</summary>
    private static readonly Dictionary<int, (FindingId[] Ids, bool IsGeneral)> Curl = new()
    {
        [6] = ([FindingId.NameNotResolved], false),
        [7] = ([FindingId.ConnectionRefused], false),
        [28] = ([FindingId.TimedOut], false),
        [35] = ([FindingId.HandshakeFailed], true),
        [51] = ([FindingId.HostNameMismatch], true),
        [52] = ([FindingId.ClosedWithoutAnswer], true),
        [56] = ([FindingId.NetworkFailed], true),
        [58] = ([FindingId.KeyMismatch, FindingId.KeyNotOpened, FindingId.KeyNotUsable], true),
        [60] = ([FindingId.RootNotTrusted, FindingId.IssuerNotFound, FindingId.HostNameMismatch, FindingId.CertificateExpired], true),
        [77] = ([FindingId.ChainInvalid], true),
    };

    internal static IEnumerable<Clue> In(string text, bool inServerLog)
    {
        // An alert in a server's log is what the client said, and the other way round.
        var sender = inServerLog ? FindingSide.Client : FindingSide.Server;
        foreach (var number in Numbers(Alert(), text))
        {
            if (AlertClues.Find(number, sender) is { } alert)
                yield return alert;
        }

        foreach (var number in Numbers(Verify(), text))
        {
            if (VerifyCodes.Find(number, inServerLog) is { } verify)
                yield return verify;
        }

        foreach (Match hex in Hex().Matches(text))
        {
            if (OfCode(unchecked((int)uint.Parse(hex.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)), sender) is { } clue)
                yield return clue;
        }

        foreach (var number in Numbers(Status(), text))
        {
            if (OfCode(number, sender) is { } clue)
                yield return clue;
        }

        foreach (var number in Numbers(CurlCode(), text))
        {
            if (Curl.TryGetValue(number, out var meaning))
                yield return new Clue($"curl exit code {number}", FindingCatalog.Of(meaning.Ids), meaning.IsGeneral);
        }
    }

    /// <summary>What a platform's number means: an alert that it received, or its own error.</summary>
    internal static Clue? OfCode(int code, FindingSide sender)
    {
        if (PlatformErrors.Find(code) is { } known)
            return new Clue(PlatformErrors.Describe(code), FindingCatalog.Of(known.Ids));
        return TlsAlerts.FromCode(code) is { } alert ? AlertClues.Find(alert, sender) : null;
    }

    private static IEnumerable<int> Numbers(Regex pattern, string text)
    {
        foreach (Match match in pattern.Matches(text))
        {
            if (int.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                yield return number;
        }
    }

    /// <summary>OpenSSL's "SSL alert number 48", GnuTLS' "Received alert [42]", curl's and s_client's "alert number 48".</summary>
    [GeneratedRegex(@"alert(?: number|:)? \[?(\d{1,3})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Alert();

    /// <summary>"verify error:num=20", "Verify return code: 20", "error 20 at 0 depth", nginx' "verify error: (20:", Apache's "Verification: Error (20)".</summary>
    [GeneratedRegex(@"(?:verify error:num=|verify return code: |verification: error \(|verify error: \(|\berror (?=\d{1,3} at \d+ depth))(\d{1,3})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Verify();

    /// <summary>0x8009030E and OpenSSL's error:0A000418:.</summary>
    [GeneratedRegex(@"(?:\b0x|\berror:)([0-9A-F]{8})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    /// <summary>HRESULT and OSStatus in decimal.</summary>
    [GeneratedRegex(@"(?<![\w.-])(-\d{4,10})\b", RegexOptions.CultureInvariant)]
    private static partial Regex Status();

    [GeneratedRegex(@"\bcurl: \((\d{1,2})\)", RegexOptions.CultureInvariant)]
    private static partial Regex CurlCode();
}
