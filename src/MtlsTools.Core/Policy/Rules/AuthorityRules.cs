using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>CA folders.</summary>
internal static class AuthorityRules
{
    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("NextSerialUsed", Error, "RFC 5280, 4.1.2.2", "The serial file names a number that is still free", "Write a number that is not in index.txt into the file 'serial', or a random one of 32 hexadecimal digits.")
        {
            Authority = a => a.NextSerialIsUsed ? $"The file 'serial' says '{a.NextSerial}', which is no number or was given already." : null,
        },
        new("IssuedOutlivesCa", Warning, "RFC 5280, 6.1.3", "What a CA has issued ends before the CA does", "Renew the CA, or issue what outlives it again from the next one.")
        {
            Authority = a => a.LastToEnd is { } last && last.NotAfter > a.Certificate.NotAfter ? $"'{last.Subject}' ends on {Words.Date(last.NotAfter)}, the CA on {Words.Date(a.Certificate.NotAfter)}." : null,
        },
        new("RevokedButNoCrl", Warning, "RFC 5280, 3.3", "A CA that has revoked publishes a list", "Publish a revocation list (Publish-MtlsCrl) and hand it to the servers: without it the revoked certificates go on working.")
        {
            Authority = a => a is { Revoked: > 0, HasCrl: false } ? $"{a.Revoked} certificates are revoked in the index, and the folder holds no revocation list." : null,
        },
        new("CrlNotPublished", Information, "RFC 5280, 3.3", "A CA publishes a revocation list, even an empty one", "Publish a list (Publish-MtlsCrl) before it is needed, so that servers can be set up to check it.")
        {
            Authority = a => a is { Revoked: 0, HasCrl: false } ? "The folder holds no revocation list." : null,
        },
        new("RootIssuesLeaves", Information, "NIST SP 1800-16; offline roots", "A root certifies CAs, and those certify servers and clients", "Make an intermediate CA for daily work (New-MtlsCa -Issuer) and take the root offline: an intermediate can be replaced, a root is trusted everywhere.")
        {
            Authority = a => a.Certificate.IsSelfSigned && a.Servers + a.Clients > 0 ? $"The root '{a.Certificate.Name}' has issued certificates of servers or clients." : null,
        },
        new("CaServesBothRoles", Information, "RFC 5280, 4.2.1.12; least privilege", "Servers and clients have CAs of their own", "Make one CA for each, or be sure that every server checks for clientAuth: where only the CA is checked, each server's certificate passes for a client.")
        {
            Authority = a => a is { Servers: > 0, Clients: > 0 } ? $"'{a.Certificate.Name}' issues for servers and for clients." : null,
        },
    ];
}
