using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using MtlsTools.Certificates;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>How certificates hang together, and how they stand in files.</summary>
internal static class ChainRules
{
    private static readonly Asn1Tag KeyIdTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag IssuerTag = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>An issuer is looked at again for each certificate that it has issued.</summary>
    private static readonly ConditionalWeakTable<MtlsCertificate, byte[]> KeyIds = new();

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("SubjectEqualsIssuer", Warning, "RFC 5280, 3.2", "A certificate that is not self-signed has another name than its issuer", "Give the CA and what it issues different names: scripts that compare issuer and subject call this one self-signed. OpenSSL's default prompts make such pairs.")
        {
            Certificate = c => c.HasEqualNames && !c.IsSelfSigned ? $"'{c.Names.Subject}' is both the subject and the issuer, and yet another key has signed." : null,
        },
        new("SubjectKeyIdMissing", Error, "RFC 5280, 4.2.1.2", "A CA has a subjectKeyIdentifier", "Issue the CA again with subjectKeyIdentifier=hash: strict verifiers (OpenSSL -x509_strict, Python 3.13) refuse it, and others can not tell it from its successor.")
        {
            Certificate = c => c.IsCa && !c.IsBare && c.Extensions.SubjectKeyId is null ? $"The CA '{c.Name}' has no subjectKeyIdentifier." : null,
        },
        new("AuthorityKeyIdMissing", Error, "RFC 5280, 4.2.1.1", "A certificate names its issuer's key", "Issue it again with authorityKeyIdentifier=keyid: strict verifiers (OpenSSL -x509_strict, Python 3.13) refuse it.")
        {
            Certificate = c => !c.IsSelfSigned && !c.IsBare && !c.Extensions.Has(ExtensionFacts.AuthorityKeyIdOid) ? $"'{c.Name}' has no authorityKeyIdentifier." : null,
        },
        new("AuthorityKeyIdMismatch", Error, "RFC 5280, 4.2.1.1", "The authorityKeyIdentifier is the issuer's subjectKeyIdentifier", "Issue it again, or find the CA that really signed it: programs that search by key identifier do not find this one.")
        {
            Certificate = DescribeMismatch,
        },
        new("AuthorityKeyIdNamesSerial", Warning, "RFC 5280, 4.2.1.1", "The authorityKeyIdentifier names the issuer's key, not one certificate of it", "Use authorityKeyIdentifier=keyid, without issuer:always: once the CA is renewed with the same key, OpenSSL does not find it any more.")
        {
            Certificate = c => !c.IsSelfSigned && c.Extensions.Read(ExtensionFacts.AuthorityKeyIdOid)?.ReadSequence() is { } id && HasIssuer(id) ? $"The authorityKeyIdentifier of '{c.Name}' names its issuer's serial number." : null,
        },
        new("CaNameReused", Warning, "RFC 5280, 4.1.2.6", "Each CA has a name of its own", "Give a new CA a new name, with a number or year: verifiers that find two keys under one name try the wrong one.")
        {
            Set = new SetRule(entry => entry.Facts is { IsCa: true } c ? (c.SubjectDer, entry.Key) : null, labels => $"{labels.Count} CAs have one name and different keys: {string.Join(", ", labels)}."),
        },
        new("LeafNotFirst", Error, "RFC 5246, 7.4.2", "In a chain file the server's or client's own certificate stands first", "Put it first, its issuer next, and so on (Export-MtlsCertificate -Format FullChain): nginx says 'key values mismatch' otherwise.")
        {
            ChainFile = f => f.IsSent && f.Certificates[0].IsCa ? $"'{f.Certificates[0].Name}', a CA, stands before '{f.Chain[0].Name}'." : null,
        },
        new("ChainOrder", Warning, "RFC 5246, 7.4.2", "In a chain file each certificate certifies the one before it", "Put them into order (Export-MtlsCertificate -Format FullChain): clients before TLS 1.3 need not sort them.")
        {
            ChainFile = f => f.IsSent && !f.Certificates[0].IsCa && !f.Certificates.Where(f.Chain.Contains).SequenceEqual(f.Chain) ? $"The issuers of '{f.Chain[0].Name}' stand in the order {Words.Quote(f.Certificates.Skip(1).Select(one => one.Name))}; the right one is {Words.Quote(f.Chain.Skip(1).Select(one => one.Name))}." : null,
        },
        new("ChainForeign", Warning, "RFC 5246, 7.4.2", "A chain file holds one chain and nothing else", "Take the others out: each is sent in every handshake, and some clients refuse the chain.")
        {
            ChainFile = f => f.IsSent ? Words.About(f.Foreign.Select(one => one.Name), list => $"{list} does not belong to the chain of '{f.Chain[0].Name}'.") : null,
        },
        new("ChainContainsRoot", Information, "RFC 5246, 7.4.2", "The root is not sent: the other side has it, or does not trust it", "Keep two files: the full chain without the root to send, and the trust bundle with it (Export-MtlsCertificate -Format FullChain and Bundle).")
        {
            ChainFile = f => f.Chain.Count > 1 ? Words.About(f.Chain.Where(one => one.IsSelfSigned).Select(one => one.Name), list => $"The file holds the root {list} with the chain of '{f.Chain[0].Name}'.") : null,
        },
    ];

    private static bool HasIssuer(AsnReader id)
    {
        while (id.HasData)
        {
            if (id.PeekTag() == IssuerTag)
                return true;
            id.ReadEncodedValue();
        }

        return false;
    }

    private static string? DescribeMismatch(CertificateFacts c)
    {
        if (c.Issuer is not { } issuer || c.Extensions.Read(ExtensionFacts.AuthorityKeyIdOid)?.ReadSequence() is not { HasData: true } id || id.PeekTag() != KeyIdTag)
            return null;
        var named = id.ReadOctetString(KeyIdTag);
        var own = KeyIds.GetValue(issuer, static ca => CertificateFacts.Read(ca, null, default).Extensions.SubjectKeyId ?? []);
        return own.Length == 0 || own.AsSpan().SequenceEqual(named)
            ? null
            : $"'{c.Name}' names the key {Convert.ToHexString(named)}; the subjectKeyIdentifier of '{issuer.Name}' is {Convert.ToHexString(own)}.";
    }
}
