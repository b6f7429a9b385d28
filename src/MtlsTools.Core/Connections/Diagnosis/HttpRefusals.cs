using System.Text.RegularExpressions;
using MtlsTools.Connections.Application;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>An HTTP answer by which a server refuses a client over its certificate.</summary>
/// <param name="Server">Whose habit it is.</param>
/// <param name="Status">The status, with IIS' substatus after a dot.</param>
/// <param name="Text">What the answer holds; empty where the status says it all.</param>
/// <param name="Id">What the server means; null when it says no more than that it refuses.</param>
internal sealed record HttpRefusal(string Server, string Status, string Text, FindingId? Id)
{
    internal bool Fits(int status, string start) => Status.Contains('.', StringComparison.Ordinal)
        ? status == 403 && start.Contains(Text, StringComparison.Ordinal) && Regex.IsMatch(start, $@"\b{Regex.Escape(Status)}\b", RegexOptions.CultureInvariant)
        : Status == status.ToString(System.Globalization.CultureInfo.InvariantCulture) && start.Contains(Text, StringComparison.Ordinal);
}

/// <summary>The answers by which web servers refuse a certificate after a handshake that looked good.</summary>
internal static class HttpRefusals
{
    internal static IReadOnlyList<HttpRefusal> All { get; } =
    [
        new("nginx", "400", "No required SSL certificate was sent", FindingId.NoClientCertificateSent),
        new("nginx", "400", "The SSL certificate error", null),
        new("nginx", "496", "", FindingId.NoClientCertificateSent),
        new("nginx", "495", "", null),
        new("Apache", "403", "Cannot perform Post-Handshake Authentication", FindingId.NoClientCertificateSent),
        new("IIS", "403.7", "IIS", FindingId.NoClientCertificateSent),
        new("IIS", "403.13", "IIS", FindingId.ClientCertificateRevoked),
        new("IIS", "403.16", "IIS", FindingId.ClientCertificateUntrusted),
        new("IIS", "403.17", "IIS", FindingId.ClientCertificateExpired),
        new("any", "401", "", null),
        new("any", "403", "", null),
    ];

    /// <summary>The refusal that an answer is, or null when it is another answer.</summary>
    internal static HttpRefusal? Find(ApplicationAnswer? answer) =>
        answer is { Status: { } status } ? All.FirstOrDefault(refusal => refusal.Fits(status, answer.Start)) : null;
}
