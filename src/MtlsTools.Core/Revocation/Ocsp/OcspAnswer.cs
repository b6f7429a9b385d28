using System.Formats.Asn1;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>What a responder says of one certificate.</summary>
internal enum OcspCertStatus
{
    /// <summary>Not revoked.</summary>
    Good = 0,

    /// <summary>Revoked.</summary>
    Revoked = 1,

    /// <summary>The responder does not know it.</summary>
    Unknown = 2,
}

/// <summary>The answer about one certificate (RFC 6960, 4.2.1, SingleResponse).</summary>
internal sealed record OcspAnswer(OcspCertId Id, OcspCertStatus Status, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate)
{
    private static readonly Asn1Tag Explicit0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    internal DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why; null while it is not revoked.</summary>
    internal RevocationReason? Reason { get; init; }

    /// <summary>A critical extension that is not known here, or null.</summary>
    internal string? CriticalStranger { get; init; }

    /// <exception cref="AsnContentException">It is damaged.</exception>
    internal static OcspAnswer Read(AsnReader reader)
    {
        var id = OcspCertId.Read(reader);
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > (int)OcspCertStatus.Unknown)
            throw new AsnContentException("The state is none of good, revoked and unknown.");
        var status = (OcspCertStatus)tag.TagValue;
        DateTimeOffset? revokedAt = null;
        RevocationReason? reason = null;
        if (status == OcspCertStatus.Revoked)
        {
            var info = reader.ReadSequence(tag);
            revokedAt = info.ReadGeneralizedTime();
            reason = info.HasData ? info.ReadSequence(Explicit0).ReadEnumeratedValue<RevocationReason>() : RevocationReason.Unspecified;
            info.ThrowIfNotEmpty();
        }
        else
        {
            reader.ReadNull(tag);
        }

        var thisUpdate = reader.ReadGeneralizedTime();
        DateTimeOffset? nextUpdate = reader.HasData && reader.PeekTag() == Explicit0 ? reader.ReadSequence(Explicit0).ReadGeneralizedTime() : null;
        var extensions = OcspExtensions.Read(reader, 1);
        reader.ThrowIfNotEmpty();
        return new OcspAnswer(id, status, thisUpdate, nextUpdate) { RevokedAt = revokedAt, Reason = reason, CriticalStranger = extensions.FirstOrDefault(one => one.IsCritical)?.Oid };
    }

    internal void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(Id.Encoded.Span);
            var tag = new Asn1Tag(TagClass.ContextSpecific, (int)Status);
            if (Status == OcspCertStatus.Revoked)
                WriteRevocation(writer, tag);
            else
                writer.WriteNull(tag);
            writer.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
            if (NextUpdate is { } next)
            {
                using (writer.PushSequence(Explicit0))
                    writer.WriteGeneralizedTime(next, omitFractionalSeconds: true);
            }
        }
    }

    private void WriteRevocation(AsnWriter writer, Asn1Tag tag)
    {
        using (writer.PushSequence(tag))
        {
            writer.WriteGeneralizedTime(RevokedAt ?? ThisUpdate, omitFractionalSeconds: true);
            if (Reason is { } reason and not RevocationReason.Unspecified)
            {
                using (writer.PushSequence(Explicit0))
                    writer.WriteEnumeratedValue(reason);
            }
        }
    }
}
