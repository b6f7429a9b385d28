using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>Where revocation is published, and the lists themselves.</summary>
internal static class RevocationRules
{
    private const string CrlDistributionPoints = "2.5.29.31";
    private const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    private const string OcspMethod = "1.3.6.1.5.5.7.48.1";
    private const string CrlNumber = "2.5.29.20";
    private const double RenewalShare = 1.0 / 4;

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("RevocationMissing", Information, "RFC 5280, 4.2.1.13 and 4.2.2.1", "A certificate says where its revocation is published", "Give the CA its URLs (New-MtlsCa -CrlUrl or -OcspUrl), or hand revocation lists to the servers by file.")
        {
            Certificate = c => !c.IsSelfSigned && !c.IsBare && !c.Extensions.Has(CrlDistributionPoints) && !HasOcsp(c.Extensions) ? $"'{c.Name}' names neither a revocation list nor an OCSP responder." : null,
        },
        new("CrlExpired", Error, "RFC 5280, 5.1.2.5", "A revocation list is current", "Publish a new list (Publish-MtlsCrl): servers that check it refuse everybody from now on.")
        {
            Crl = l => l.NextUpdate is { } next && next < l.AsOf ? $"The list of '{l.Issuer}' should have been replaced on {Words.Date(next)}." : null,
        },
        new("CrlExpiresSoon", Warning, "RFC 5280, 5.1.2.5", "A revocation list is replaced before its time runs out", "Publish a new list now, and by a schedule (Publish-MtlsCrl -IfNeeded).")
        {
            Crl = l => l.NextUpdate is { } next && next >= l.AsOf && next - l.AsOf < (next - l.ThisUpdate) * RenewalShare ? $"The list of '{l.Issuer}' has to be replaced by {Words.Date(next)}." : null,
        },
        new("CrlNotYetValid", Error, "RFC 5280, 5.1.2.4", "A revocation list has begun", "Check the clocks of the CA and of this machine.")
        {
            Crl = l => l.ThisUpdate > l.AsOf ? $"The list of '{l.Issuer}' begins on {Words.Date(l.ThisUpdate)}." : null,
        },
        new("CrlNextUpdateMissing", Error, "RFC 5280, 5.1.2.5", "A revocation list says when the next one comes", "Publish it again with nextUpdate (Publish-MtlsCrl, or openssl ca -gencrl -crldays): without it an old list is good for ever.")
        {
            Crl = l => l.NextUpdate is null ? $"The list of '{l.Issuer}' has no nextUpdate." : null,
        },
        new("CrlNumberMissing", Warning, "RFC 5280, 5.2.3", "A revocation list has a number", "Publish it again as version 2 with a CRL number (Publish-MtlsCrl; in openssl.cnf: crlnumber and crl_extensions), so that an older list can be told from a newer.")
        {
            Crl = l => !l.Extensions.Has(CrlNumber) ? $"The list of '{l.Issuer}' (version {l.Version}) has no CRL number." : null,
        },
        new("CrlAuthorityKeyIdMissing", Warning, "RFC 5280, 5.2.1", "A revocation list names its issuer's key", "Publish it again with Publish-MtlsCrl, or with authorityKeyIdentifier=keyid:always in crl_extensions.")
        {
            Crl = l => !l.Extensions.Has(ExtensionFacts.AuthorityKeyIdOid) ? $"The list of '{l.Issuer}' has no authorityKeyIdentifier." : null,
        },
    ];

    private static bool HasOcsp(ExtensionFacts extensions)
    {
        var methods = extensions.Read(AuthorityInformationAccess)?.ReadSequence();
        while (methods is { HasData: true })
        {
            if (methods.ReadSequence().ReadObjectIdentifier() == OcspMethod)
                return true;
        }

        return false;
    }
}
