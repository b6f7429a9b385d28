using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Tests.Verification.Differential;

/// <summary>What a certificate is to be like, right or wrong; its DER is written field by field (RFC 5280, 4.1).</summary>
internal sealed class Blueprint
{
    private static readonly ECDsa[] Keys = Enumerable.Range(0, 16).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256)).ToArray();
    private static int lastSerial;

    internal required string Subject { get; set; }

    internal required int Key { get; set; }

    internal string Issuer { get; set; } = "";

    internal int IssuerKey { get; set; }

    internal int From { get; set; } = -10;

    internal int To { get; set; } = 300;

    internal bool IsVersionOne { get; set; }

    internal bool IsDamaged { get; set; }

    internal bool IsSha1 { get; set; }

    internal List<X509Extension> Extensions { get; } = [];

    internal int Serial { get; } = Interlocked.Increment(ref lastSerial);

    internal void Set(X509Extension extension)
    {
        Extensions.RemoveAll(one => one.Oid!.Value == extension.Oid!.Value);
        Extensions.Add(extension);
    }

    internal void Remove(string oid) => Extensions.RemoveAll(one => one.Oid!.Value == oid);

    /// <summary>The same again, for an alternative issuer.</summary>
    internal Blueprint Copy(string issuer, int issuerKey)
    {
        var copy = new Blueprint { Subject = Subject, Key = Key, Issuer = issuer, IssuerKey = issuerKey, From = From, To = To };
        copy.Extensions.AddRange(Extensions);
        return copy;
    }

    internal byte[] Encode()
    {
        var signed = EncodeSigned();
        var signature = Keys[IssuerKey].SignData(signed, IsSha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (IsDamaged)
            signature[^1] ^= 1;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            WriteAlgorithm(writer);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    private byte[] EncodeSigned()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (!IsVersionOne)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    writer.WriteInteger(2);
            }

            writer.WriteInteger(Serial + 0x10000000L);
            WriteAlgorithm(writer);
            writer.WriteEncodedValue(new X500DistinguishedName(Issuer).RawData);
            using (writer.PushSequence())
            {
                writer.WriteUtcTime(DateTimeOffset.UtcNow.AddDays(From));
                writer.WriteUtcTime(DateTimeOffset.UtcNow.AddDays(To));
            }

            writer.WriteEncodedValue(new X500DistinguishedName(Subject).RawData);
            writer.WriteEncodedValue(Keys[Key].ExportSubjectPublicKeyInfo());
            if (!IsVersionOne)
                WriteExtensions(writer);
        }

        return writer.Encode();
    }

    private void WriteExtensions(AsnWriter writer)
    {
        var ids = new X509Extension[] { KeyId(Key), X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyId(IssuerKey)) };
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
        using (writer.PushSequence())
        {
            foreach (var extension in Extensions.Concat(ids))
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(extension.Oid!.Value!);
                    if (extension.Critical)
                        writer.WriteBoolean(true);
                    writer.WriteOctetString(extension.RawData);
                }
            }
        }
    }

    private void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(IsSha1 ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3.2");
    }

    private static X509SubjectKeyIdentifierExtension KeyId(int key) => new(new PublicKey(Keys[key]), critical: false);
}
