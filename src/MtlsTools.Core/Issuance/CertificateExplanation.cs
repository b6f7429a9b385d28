using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Issuance;

/// <summary>What each extension of a certificate says, for people who want to know.</summary>
public static class CertificateExplanation
{
    /// <summary>One line for each extension: its content, what that means, and where it is defined.</summary>
    public static IEnumerable<string> Of(MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (certificate.X509.Extensions.Count == 0)
            yield return "no extensions – X.509 version 1: nothing says what the certificate may be used for (RFC 5280 4.1.2.1)";
        foreach (var extension in certificate.X509.Extensions)
            yield return Explain(extension, certificate);
    }

    /// <summary>What a request asks for and does not get, with the reasons.</summary>
    public static IReadOnlyList<string> OfDropped(CertificateSigningRequest request, IssuanceOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        return GrantedExtensions.Decide(request, options.Profile, options.CopyExtensions).Dropped;
    }

    private static string Explain(X509Extension extension, MtlsCertificate certificate)
    {
        var head = ExtensionNames.Of(extension.Oid!.Value!) + (extension.Critical ? " (critical)" : "");
        return extension switch
        {
            X509BasicConstraintsExtension { CertificateAuthority: false } => $"{head}: CA:FALSE – this certificate may not issue others (RFC 5280 4.2.1.9)",
            X509BasicConstraintsExtension basic => $"{head}: CA:TRUE{(basic.HasPathLengthConstraint ? $", pathlen:{basic.PathLengthConstraint}" : "")} – this certificate may issue others{(basic.HasPathLengthConstraint ? $", with at most {basic.PathLengthConstraint} CAs below it" : "")} (RFC 5280 4.2.1.9)",
            X509KeyUsageExtension usage => $"{head}: {string.Join(", ", UsageNames.ToNames(usage.KeyUsages))} – what the key itself may do: {string.Join(", ", MeaningsOf(usage.KeyUsages))} (RFC 5280 4.2.1.3)",
            X509EnhancedKeyUsageExtension usage => ExplainUsage(head, usage.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value!).ToList()),
            X509SubjectKeyIdentifierExtension id => $"{head}: {id.SubjectKeyIdentifier} – names this certificate's key (RFC 5280 4.2.1.2)",
            X509AuthorityKeyIdentifierExtension id => $"{head}: {(id.KeyIdentifier is { } key ? Convert.ToHexString(key.Span) : "")}{(id.SerialNumber is { } serial ? $" and the issuer's serial number {Convert.ToHexString(serial.Span)}" : "")} – names the key that signed it, to find the issuer (RFC 5280 4.2.1.1)",
            X509AuthorityInformationAccessExtension access => $"{head}: {string.Join(", ", access.EnumerateOcspUris().Select(uri => $"OCSP {uri}").Concat(access.EnumerateCAIssuersUris().Select(uri => $"issuer {uri}")))} – where to ask for revocation and fetch the issuer (RFC 5280 4.2.2.1)",
            _ => extension.Oid.Value switch
            {
                AlternativeNames.Oid => $"{head}: {string.Join(", ", certificate.San)} – whom it certifies; clients compare host names with these alone (RFC 5280 4.2.1.6)",
                NameConstraints.Oid => $"{head}: {NameConstraints.Decode(extension.RawData)} – which names may stand in certificates below this CA (RFC 5280 4.2.1.10)",
                ExtensionNames.CrlDistributionPoints => $"{head}: {string.Join(", ", UrisIn(extension.RawData))} – where the list of revoked certificates lies (RFC 5280 4.2.1.13)",
                ExtensionBuilder.CertificatePoliciesOid => $"{head} – under which policy it was issued (RFC 5280 4.2.1.4)",
                ExtensionNames.TlsFeature => $"{head} – what its server has to offer in the handshake, such as a stapled OCSP answer (RFC 7633)",
                NetscapeExtensions.CertTypeOid or NetscapeExtensions.CommentOid => $"{head} – from Netscape's time; no program of today looks at it",
                _ => head,
            },
        };
    }

    private static string ExplainUsage(string head, List<string> usages)
    {
        var meanings = usages.Select(usage => UsageNames.ExtendedKeyUsages.FirstOrDefault(one => one.Oid == usage).Meaning ?? $"be used for {usage}");
        return $"{head}: {string.Join(", ", usages.Select(UsageNames.ToName))} – this certificate may only {string.Join(" and ", meanings)} (RFC 5280 4.2.1.12)";
    }

    private static IEnumerable<string> MeaningsOf(X509KeyUsageFlags usage) => new (X509KeyUsageFlags Flag, string Meaning)[]
    {
        (X509KeyUsageFlags.DigitalSignature, "sign handshakes"),
        (X509KeyUsageFlags.NonRepudiation, "sign documents"),
        (X509KeyUsageFlags.KeyEncipherment, "receive keys in the RSA key exchange of TLS 1.2"),
        (X509KeyUsageFlags.DataEncipherment, "receive data"),
        (X509KeyUsageFlags.KeyAgreement, "agree on keys"),
        (X509KeyUsageFlags.KeyCertSign, "sign certificates"),
        (X509KeyUsageFlags.CrlSign, "sign revocation lists"),
    }.Where(one => usage.HasFlag(one.Flag)).Select(one => one.Meaning);

    /// <summary>The URIs of full distribution points, wherever in the structure they stand.</summary>
    private static List<string> UrisIn(ReadOnlyMemory<byte> content)
    {
        var found = new List<string>();
        var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6);
        Walk(new AsnReader(content, AsnEncodingRules.DER));
        return found;

        void Walk(AsnReader reader)
        {
            while (reader.HasData)
            {
                var tag = reader.PeekTag();
                if (tag.HasSameClassAndValue(uriTag))
                    found.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, uriTag));
                else if (tag.IsConstructed)
                    Walk(tag.TagClass == TagClass.Universal ? reader.ReadSequence() : reader.ReadSequence(tag));
                else
                    reader.ReadEncodedValue();
            }
        }
    }
}
