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
    /// <summary>What is to be known of this server beside the usual remedy.</summary>
    internal string? Hint { get; init; }

    internal bool Fits(int status, string start) => Status.Contains('.', StringComparison.Ordinal)
        ? status == 403 && start.Contains(Text, StringComparison.Ordinal) && Regex.IsMatch(start, $@"\b{Regex.Escape(Status)}\b", RegexOptions.CultureInvariant)
        : Status == status.ToString(System.Globalization.CultureInfo.InvariantCulture) && start.Contains(Text, StringComparison.Ordinal);
}

/// <summary>The answers by which web servers refuse a certificate after a handshake that looked good.</summary>
internal static class HttpRefusals
{
    /// <summary>What any application may answer, whatever it thinks of the certificate.</summary>
    internal const string Application = "any application";

    internal const string HintForNone = "IIS asks for a certificate at the start of the connection only where the binding says so (netsh http add sslcert … clientcertnegotiation=enable), and under TLS 1.3 it can not ask later.";

    internal const string HintForRevoked = "IIS says the same where it can not fetch the revocation list: publish it where the server can reach it.";

    internal const string HintForUntrusted = @"On IIS the root belongs in LocalMachine\Root and intermediates in LocalMachine\CA; a certificate in LocalMachine\Root that is not self-signed makes it refuse every client.";

    internal static IReadOnlyList<HttpRefusal> All { get; } =
    [
        new("nginx", "400", "No required SSL certificate was sent", FindingId.NoClientCertificateSent),
        new("nginx", "400", "The SSL certificate error", null),
        new("nginx", "496", "", FindingId.NoClientCertificateSent),
        new("nginx", "495", "", null),
        new("Apache", "403", "Cannot perform Post-Handshake Authentication", FindingId.NoClientCertificateSent),
        new("IIS", "403.7", "IIS", FindingId.NoClientCertificateSent) { Hint = HintForNone },
        new("IIS", "403.13", "IIS", FindingId.ClientCertificateRevoked) { Hint = HintForRevoked },
        new("IIS", "403.16", "IIS", FindingId.ClientCertificateUntrusted) { Hint = HintForUntrusted },
        new("IIS", "403.17", "IIS", FindingId.ClientCertificateExpired),
        new(Application, "401", "", null),
        new(Application, "403", "", null),
    ];

    /// <summary>The refusal that an answer is, or null when it is another answer.</summary>
    internal static HttpRefusal? Find(ApplicationAnswer? answer) =>
        answer is { Status: { } status } ? All.FirstOrDefault(refusal => refusal.Fits(status, answer.Start)) : null;
}
