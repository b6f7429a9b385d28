using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Requests;

/// <summary>A PKCS#10 certification request (RFC 2986): a name, a public key, and the proof that its maker holds the private key.</summary>
public sealed class CertificateSigningRequest
{
    private const string PemLabel = "CERTIFICATE REQUEST";
    private const string ExtensionRequest = "1.2.840.113549.1.9.14";

    private CertificateSigningRequest(byte[] der, DistinguishedName subject, PublicKeyInfo publicKey, IReadOnlyList<AlternativeName> san, IReadOnlyList<X509Extension> extensions, string? path, PrivateKey? key)
    {
        Der = der;
        Subject = subject;
        PublicKey = publicKey;
        San = san;
        Extensions = extensions;
        Path = path;
        PrivateKey = key;
        SignatureValid = key is not null || Signature.IsValid(der, publicKey);
    }

    /// <summary>The name that is asked for.</summary>
    public DistinguishedName Subject { get; }

    /// <summary>The subject alternative names that are asked for.</summary>
    public IReadOnlyList<AlternativeName> San { get; }

    /// <summary>The key to be certified.</summary>
    public PublicKeyInfo PublicKey { get; }

    /// <summary>Whether the request is signed with the private half of <see cref="PublicKey"/> (proof of possession).</summary>
    public bool SignatureValid { get; }

    /// <summary>The object identifiers of all extensions asked for; the issuer decides which are granted.</summary>
    public IReadOnlyList<string> RequestedExtensions => Extensions.Select(extension => extension.Oid!.Value!).ToList();

    /// <summary>All extensions asked for, as they stand in the request.</summary>
    internal IReadOnlyList<X509Extension> Extensions { get; }

    /// <summary>The DER encoding.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>The file it was read from or written to, or null.</summary>
    public string? Path { get; private set; }

    /// <summary>The private key's file, when the request was made here and the key saved.</summary>
    public string? KeyPath => PrivateKey?.Path;

    /// <summary>The private key, when the request was made here; never read from a request.</summary>
    public PrivateKey? PrivateKey { get; }

    /// <summary>Makes and signs a request.</summary>
    /// <param name="subject">The name; it may be empty when <paramref name="san"/> is not.</param>
    /// <param name="san">The subject alternative names.</param>
    /// <param name="key">The key; the request keeps a reference to it.</param>
    /// <exception cref="NameException">There is neither a subject nor an alternative name.</exception>
    public static CertificateSigningRequest Create(DistinguishedName subject, IReadOnlyList<AlternativeName> san, PrivateKey key) => Create(subject, san, [], key);

    /// <summary>The same with further extensions.</summary>
    internal static CertificateSigningRequest Create(DistinguishedName subject, IReadOnlyList<AlternativeName> san, IEnumerable<X509Extension> extensions, PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(san);
        ArgumentNullException.ThrowIfNull(key);
        if (subject.IsEmpty && san.Count == 0)
            throw new NameException(ErrorCode.SubjectMissing, "The request names nobody: its subject is empty and it has no subject alternative name. Give -Subject, -DnsName or -IPAddress.");
        var request = new CertificateRequest(subject.ToX500(), key.PublicKey.ToPublicKey(), key.SignatureHash);
        if (san.Count > 0)
            request.CertificateExtensions.Add(AlternativeNames.ToExtension(san, subject.IsEmpty));
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        return new CertificateSigningRequest(request.CreateSigningRequest(key.CreateSignatureGenerator()), subject, key.PublicKey, san, request.CertificateExtensions.ToList(), null, key);
    }

    /// <summary>Reads a request file, PEM or DER.</summary>
    /// <exception cref="InputException">It is missing, damaged, or no request.</exception>
    public static CertificateSigningRequest Open(string path) => Parse(InputFile.Read(path), path);

    /// <summary>Reads a request, PEM or DER. A wrong signature is no error here: see <see cref="SignatureValid"/>.</summary>
    /// <exception cref="InputException">The content is damaged, or no request.</exception>
    public static CertificateSigningRequest Parse(ReadOnlyMemory<byte> content, string? path = null)
    {
        var where = InputFile.Describe(path);
        var der = content;
        if (PemBlock.LooksLikePem(content.Span))
        {
            var blocks = PemBlock.ReadAll(content.Span, path);
            der = (blocks.FirstOrDefault(block => block.Label is PemLabel or "NEW CERTIFICATE REQUEST")
                ?? throw new InputException(ErrorCode.WrongContent, $"{where} holds {string.Join(" and ", blocks.Select(block => $"a {block.Label} block").Distinct())}, but a certificate request is wanted. Name the request file (.csr, .req).", path)).Data;
        }
        else if (DerContent.Detect(content) is var kind and not DerKind.Request)
        {
            throw kind == DerKind.Unknown
                ? new InputException(ErrorCode.ContentNotRecognized, $"{where} is neither PEM nor a DER certificate request. Name the request file (.csr, .req).", path)
                : new InputException(ErrorCode.WrongContent, $"{where} is {DerContent.Describe(kind)}, but a certificate request is wanted. Name the request file (.csr, .req).", path);
        }

        try
        {
            return Decode(der, path);
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} is a damaged certificate request. Get a fresh copy of it.", path, damaged);
        }
    }

    /// <summary>The request as PEM text.</summary>
    public string ToPem() => PemBlock.Write(PemLabel, Der.Span);

    /// <summary>All that it holds, as <c>openssl req -text -verify</c> shows it.</summary>
    public string ToText() => RequestText.Write(this);

    /// <summary>Writes the request as PEM and remembers the path.</summary>
    /// <exception cref="OutputException">The file exists, or can not be written.</exception>
    public void Save(string path, bool overwrite = false)
    {
        using var file = PendingFile.Create(path, FileAudience.Everyone, overwrite);
        Save(file);
        file.Commit();
    }

    /// <summary>Writes the request into a pending file; the caller commits it.</summary>
    public void Save(PendingFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Write(System.Text.Encoding.ASCII.GetBytes(ToPem()));
        Path = file.Path;
    }

    /// <summary>The subject, or the first alternative name.</summary>
    public override string ToString() => !Subject.IsEmpty ? Subject.ToString() : San.Count > 0 ? San[0].ToString() : "(no name)";

    private static CertificateSigningRequest Decode(ReadOnlyMemory<byte> der, string? path)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        var info = whole.ReadSequence().ReadSequence();
        whole.ThrowIfNotEmpty();
        info.ReadInteger();
        var subject = DistinguishedName.Decode(info.ReadEncodedValue());
        var key = PublicKeyInfo.Decode(info.ReadEncodedValue());
        IReadOnlyList<AlternativeName> san = [];
        var extensions = new List<X509Extension>();
        var attributesTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (info.HasData && info.PeekTag() == attributesTag)
        {
            var attributes = info.ReadSetOf(skipSortOrderValidation: true, attributesTag);
            while (attributes.HasData)
            {
                var attribute = attributes.ReadSequence();
                if (attribute.ReadObjectIdentifier() != ExtensionRequest)
                    continue;
                var list = attribute.ReadSetOf().ReadSequence();
                while (list.HasData)
                {
                    var extension = list.ReadSequence();
                    var oid = extension.ReadObjectIdentifier();
                    if (extensions.Exists(one => one.Oid!.Value == oid))
                        throw new AsnContentException($"The extension {oid} is asked for twice (RFC 5280, 4.2).");
                    var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
                    var content = extension.ReadOctetString();
                    extensions.Add(new X509Extension(oid, content, critical));
                    if (oid == AlternativeNames.Oid)
                        san = AlternativeNames.Decode(content);
                }
            }
        }

        return new CertificateSigningRequest(der.ToArray(), subject, key, san, extensions, path, null);
    }
}
