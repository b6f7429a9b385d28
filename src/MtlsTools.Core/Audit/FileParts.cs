using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Audit;

/// <summary>What a file holds, by its PEM labels or the shape of its DER.</summary>
internal sealed class FileParts
{
    private readonly List<ReadOnlyMemory<byte>> certificates = [];

    /// <summary>Whether the order of the certificates means anything: in PEM it does, in PFX and PKCS#7 they are a set.</summary>
    internal bool IsOrdered => certificates.Count > 0;

    internal bool HasCertificates { get; private set; }

    /// <summary>Each as a content of its own, PEM or DER.</summary>
    internal List<ReadOnlyMemory<byte>> Requests { get; } = [];

    internal List<ReadOnlyMemory<byte>> RevocationLists { get; } = [];

    internal bool IsEmpty => !HasCertificates && Requests.Count == 0 && RevocationLists.Count == 0;

    /// <exception cref="InputException">It is nothing known, or a PEM block is cut off.</exception>
    internal static FileParts Read(byte[] content, string path)
    {
        var parts = new FileParts();
        if (PemBlock.LooksLikePem(content))
        {
            foreach (var block in PemBlock.ReadAll(content, path))
                parts.Add(block);
        }
        else if (DerContent.Detect(content) is var kind and not DerKind.Unknown)
        {
            parts.Add(kind, content);
        }
        else
        {
            throw new InputException(ErrorCode.ContentNotRecognized, $"'{path}' is neither PEM nor DER of a kind that is known. Name a certificate, request, key or revocation list.", path);
        }

        return parts;
    }

    /// <summary>Certificates in the order in which the file has them; a reader may have put the one with the key first.</summary>
    internal IReadOnlyList<MtlsCertificate> InOrder(IReadOnlyList<MtlsCertificate> read) => IsOrdered
        ? [.. read.OrderBy(certificate => certificates.FindIndex(der => der.Span.SequenceEqual(certificate.X509.RawDataMemory.Span)))]
        : read;

    private void Add(PemBlock block)
    {
        switch (block.Label)
        {
            case "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE":
                certificates.Add(block.Data);
                HasCertificates = true;
                break;
            case "PKCS7" or "CMS":
                HasCertificates = true;
                break;
            case "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST":
                Requests.Add(System.Text.Encoding.ASCII.GetBytes(PemBlock.Write(block.Label, block.Data.Span)));
                break;
            case "X509 CRL":
                RevocationLists.Add(block.Data);
                break;
        }
    }

    private void Add(DerKind kind, byte[] content)
    {
        HasCertificates = kind is DerKind.Certificate or DerKind.Pfx or DerKind.Pkcs7;
        if (kind == DerKind.Request)
            Requests.Add(content);
        if (kind == DerKind.Crl)
            RevocationLists.Add(content);
    }
}
