using System.Formats.Asn1;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>How a responder took a request (RFC 6960, 4.2.1).</summary>
internal enum OcspResponseStatus
{
    /// <summary>It answers.</summary>
    Successful = 0,

    /// <summary>It can not read the request.</summary>
    MalformedRequest = 1,

    /// <summary>Something is wrong with it.</summary>
    InternalError = 2,

    /// <summary>It can not answer now.</summary>
    TryLater = 3,

    /// <summary>It answers signed requests alone.</summary>
    SigRequired = 5,

    /// <summary>It does not answer this client, or for this CA.</summary>
    Unauthorized = 6,
}

/// <summary>A responder's answer, taken apart; nothing in it has been verified (RFC 6960, 4.2).</summary>
internal sealed class OcspResponse
{
    private OcspResponse(OcspResponseStatus status) => Status = status;

    internal OcspResponseStatus Status { get; }

    /// <summary>The signed part with its signature; null unless it was successful.</summary>
    internal SignedStructure? Signature { get; private set; }

    /// <summary>The responder by its name, encoded; or null.</summary>
    internal ReadOnlyMemory<byte>? ResponderName { get; private set; }

    /// <summary>The responder by the SHA-1 of its key; or null.</summary>
    internal ReadOnlyMemory<byte>? ResponderKeyHash { get; private set; }

    internal DateTimeOffset ProducedAt { get; private set; }

    internal IReadOnlyList<OcspAnswer> Answers { get; private set; } = [];

    internal byte[]? Nonce { get; private set; }

    /// <summary>A critical extension that is not known here, or null.</summary>
    internal string? CriticalStranger { get; private set; }

    /// <summary>The certificates that came along.</summary>
    internal IReadOnlyList<MtlsCertificate> Certificates { get; private set; } = [];

    /// <summary>Reads a file that holds a response, DER or PEM.</summary>
    /// <exception cref="InputException">It is missing, or holds something else.</exception>
    internal static ReadOnlyMemory<byte> ReadFile(string path)
    {
        ReadOnlyMemory<byte> content = InputFile.Read(path);
        if (PemBlock.LooksLikePem(content.Span))
            content = PemBlock.ReadAll(content.Span, path)[0].Data;
        try
        {
            Read(content);
            return content;
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"'{path}' holds no OCSP response, or a damaged one. Save one with Get-MtlsRevocation -OutFile or openssl ocsp -respout.", path, damaged);
        }
    }

    /// <exception cref="AsnContentException">It is damaged.</exception>
    /// <exception cref="MtlsException">A certificate in it is damaged.</exception>
    internal static OcspResponse Read(ReadOnlyMemory<byte> der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        var outer = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var response = new OcspResponse(outer.ReadEnumeratedValue<OcspResponseStatus>());
        if (response.Status != OcspResponseStatus.Successful)
            return response;
        var bytes = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadSequence();
        outer.ThrowIfNotEmpty();
        if (bytes.ReadObjectIdentifier() is var type and not OcspOids.BasicResponse)
            throw new AsnContentException($"The type of the response ({type}) is not known.");
        response.ReadBasic(bytes.ReadOctetString());
        return response;
    }

    private void ReadBasic(ReadOnlyMemory<byte> der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        var basic = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var signed = basic.ReadEncodedValue();
        var algorithm = basic.ReadEncodedValue();
        var signature = basic.ReadBitString(out var unused);
        Signature = new SignedStructure(signed, algorithm, unused == 0 ? signature : []);
        var certificates = new List<MtlsCertificate>();
        if (basic.HasData)
        {
            for (var list = basic.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadSequence(); list.HasData;)
                certificates.Add(MtlsCertificate.Decode(list.ReadEncodedValue()));
        }

        basic.ThrowIfNotEmpty();
        Certificates = certificates;
        ReadData(new AsnReader(signed, AsnEncodingRules.DER).ReadSequence());
    }

    private void ReadData(AsnReader data)
    {
        var version = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (data.PeekTag() == version && data.ReadSequence(version).ReadInteger() != 0)
            throw new AsnContentException("The version is not 1.");
        var responder = data.PeekTag();
        if (responder.TagClass != TagClass.ContextSpecific || responder.TagValue is not (1 or 2))
            throw new AsnContentException("The responder is named neither by name nor by key.");
        var id = data.ReadSequence(responder);
        if (responder.TagValue == 1)
            ResponderName = id.ReadEncodedValue();
        else
            ResponderKeyHash = id.ReadOctetString();
        ProducedAt = data.ReadGeneralizedTime();
        var answers = new List<OcspAnswer>();
        for (var list = data.ReadSequence(); list.HasData;)
            answers.Add(OcspAnswer.Read(list.ReadSequence()));
        Answers = answers;
        var extensions = OcspExtensions.Read(data, 1);
        data.ThrowIfNotEmpty();
        Nonce = OcspExtensions.Nonce(extensions);
        CriticalStranger = extensions.FirstOrDefault(one => one.IsCritical && one.Oid != OcspOids.Nonce)?.Oid;
    }
}
