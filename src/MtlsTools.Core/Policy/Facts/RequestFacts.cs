using System.Formats.Asn1;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Policy;

/// <summary>What the rules want to know of a request.</summary>
internal sealed class RequestFacts
{
    private const string ExtensionRequest = "1.2.840.113549.1.9.14";

    private RequestFacts(CertificateSigningRequest request, ExtensionFacts extensions)
    {
        Request = request;
        Extensions = extensions;
        Names = new NameFacts(request.Subject, request.San, extensions.IsCritical(AlternativeNames.Oid), IsServer: false, IsCa: false);
    }

    internal CertificateSigningRequest Request { get; }

    internal NameFacts Names { get; }

    internal ExtensionFacts Extensions { get; }

    /// <exception cref="InputException">The request's structure is damaged.</exception>
    internal static RequestFacts Read(CertificateSigningRequest request)
    {
        try
        {
            return new RequestFacts(request, new ExtensionFacts(FindExtensions(request.Der)));
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"The extensions that the request '{request}' asks for are damaged. Ask for a new request.", request.Path, damaged);
        }
    }

    private static AsnReader? FindExtensions(ReadOnlyMemory<byte> der)
    {
        var attributesTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        info.ReadInteger();
        info.ReadEncodedValue();
        info.ReadEncodedValue();
        if (!info.HasData || info.PeekTag() != attributesTag)
            return null;
        var attributes = info.ReadSetOf(skipSortOrderValidation: true, attributesTag);
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            if (attribute.ReadObjectIdentifier() == ExtensionRequest)
                return attribute.ReadSetOf(skipSortOrderValidation: true).ReadSequence();
        }

        return null;
    }
}
