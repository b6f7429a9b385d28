using System.Security.Cryptography.X509Certificates;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>What requests alone can show. A request is a wish: what it asks for too much is refused at approval in any case.</summary>
internal static class RequestRules
{
    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("RequestSignatureInvalid", Error, "RFC 2986, 4.2", "A request is signed with the key that it names", "Ask for a new request: it was changed on the way, or its maker does not hold the key.")
        {
            Request = r => !r.Request.SignatureValid ? $"The signature of the request '{r.Request}' is wrong." : null,
        },
        new("RequestAsksForCa", Warning, "RFC 5280, 4.2.1.9", "A request does not ask to become a CA", "Approve it as Intermediate only when a CA is really meant; every other profile leaves it out.")
        {
            Request = r => r.Extensions.IsCa || r.Extensions.HasUsage(X509KeyUsageFlags.KeyCertSign) ? $"The request '{r.Request}' asks for {(r.Extensions.IsCa ? "CA:TRUE" : "keyCertSign")}." : null,
        },
        new("RequestAsksForUnknownCritical", Warning, "RFC 5280, 4.2", "A request asks for no critical extension outside of the standard", "Ask its maker what it is for; it is not copied into the certificate.")
        {
            Request = r => Words.About(r.Extensions.UnknownCritical, list => $"The request '{r.Request}' asks for the critical extension {list}."),
        },
    ];
}
