using System.Formats.Asn1;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>Which key signed (RFC 5280, 4.2.1.1): by its identifier, by the issuer's own issuer and serial number, or both.</summary>
/// <param name="KeyIdentifier">The issuer's subjectKeyIdentifier, upper-case hex, or null.</param>
/// <param name="Issuer">Who issued the issuer's certificate, or null.</param>
/// <param name="SerialNumber">The issuer's certificate's serial number, upper-case hex, or null.</param>
public sealed record AuthorityKeyId(string? KeyIdentifier, DistinguishedName? Issuer, string? SerialNumber)
{
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    /// <exception cref="NameException">The issuer is no name.</exception>
    internal static AuthorityKeyId Decode(ReadOnlyMemory<byte> content)
    {
        var sequence = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        string? key = null, serial = null;
        DistinguishedName? issuer = null;
        if (Take(sequence, 0) is { } keyTag)
            key = Convert.ToHexString(sequence.ReadOctetString(keyTag));
        if (Take(sequence, 1) is { } issuerTag)
        {
            var names = sequence.ReadSequence(issuerTag);
            while (names.HasData)
            {
                var name = EncodedName.Read(names);
                if (name.Tag == EncodedName.Directory)
                    issuer ??= name.DirectoryName;
            }
        }

        if (Take(sequence, 2) is { } serialTag)
            serial = Convert.ToHexString(MtlsCertificate.WithoutSignOctet(sequence.ReadIntegerBytes(serialTag).Span));
        return new AuthorityKeyId(key, issuer, serial);
    }

    /// <summary>The parts that are there.</summary>
    public override string ToString() => string.Join(", ", new[] { KeyIdentifier, Issuer?.ToString(), SerialNumber }.Where(part => part is not null));

    private static Asn1Tag? Take(AsnReader sequence, int tag)
    {
        var wanted = new Asn1Tag(TagClass.ContextSpecific, tag);
        return sequence.HasData && sequence.PeekTag().HasSameClassAndValue(wanted) ? wanted : null;
    }
}
