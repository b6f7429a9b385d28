using System.Formats.Asn1;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>A question about certificates (RFC 6960, 4.1).</summary>
/// <param name="Ids">The certificates.</param>
/// <param name="Nonce">What the answer has to repeat, so that it is no old one; or null.</param>
internal sealed record OcspRequest(IReadOnlyList<OcspCertId> Ids, byte[]? Nonce)
{
    /// <summary>More than anybody asks about at once.</summary>
    private const int MostIds = 100;

    /// <exception cref="AsnContentException">It is damaged, asks about nothing, or has a critical extension that is not known.</exception>
    internal static OcspRequest Read(ReadOnlyMemory<byte> der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        var outer = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var request = outer.ReadSequence();

        // A signature says who asks; the answer is the same for everybody.
        if (outer.HasData)
            outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        outer.ThrowIfNotEmpty();
        SkipVersionAndName(request);
        var ids = new List<OcspCertId>();
        for (var list = request.ReadSequence(); list.HasData;)
        {
            var one = list.ReadSequence();
            ids.Add(OcspCertId.Read(one));
            RefuseCritical(OcspExtensions.Read(one, 0));
            one.ThrowIfNotEmpty();
        }

        var extensions = OcspExtensions.Read(request, 2);
        request.ThrowIfNotEmpty();
        RefuseCritical(extensions);
        return ids.Count is > 0 and <= MostIds ? new OcspRequest(ids, OcspExtensions.Nonce(extensions)) : throw new AsnContentException($"A request asks about 1 to {MostIds} certificates.");
    }

    internal byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                foreach (var id in Ids)
                {
                    using (writer.PushSequence())
                        writer.WriteEncodedValue(id.Encoded.Span);
                }
            }

            if (Nonce is { } nonce)
                OcspExtensions.WriteNonce(writer, 2, nonce);
        }

        return writer.Encode();
    }

    private static void SkipVersionAndName(AsnReader request)
    {
        var version = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (request.PeekTag() == version && request.ReadSequence(version).ReadInteger() != 0)
            throw new AsnContentException("The version is not 1.");
        var name = new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true);
        if (request.PeekTag() == name)
            request.ReadSequence(name);
    }

    private static void RefuseCritical(IReadOnlyList<Certificates.CertificateExtension> extensions)
    {
        if (extensions.FirstOrDefault(one => one.IsCritical && one.Oid != OcspOids.Nonce) is { } strange)
            throw new AsnContentException($"The critical extension {strange.Oid} is not known.");
    }
}
