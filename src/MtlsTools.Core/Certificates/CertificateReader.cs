using System.Formats.Asn1;
using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Keys.Platform;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>Reads certificates, with their keys and chains, from PEM, DER, PFX and PKCS#7.</summary>
public static class CertificateReader
{
    private const string TrustedLabel = "TRUSTED CERTIFICATE";

    /// <summary>File name endings that are looked at in a folder.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".pem", ".crt", ".cer", ".der", ".pfx", ".p12", ".p7b", ".p7c"];

    /// <summary>Reads every certificate of a file. Private keys in the file itself go to their certificates; <see cref="ReadIdentity"/> also looks beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Opens a PFX, or an encrypted key.</param>
    /// <param name="clock">What days left are counted from.</param>
    /// <exception cref="MtlsException">The file is missing, damaged, holds no certificate, or its password is missing or wrong.</exception>
    public static IReadOnlyList<MtlsCertificate> ReadFile(string path, SecureString? password = null, TimeProvider? clock = null) =>
        Read(InputFile.Read(path), password, path, clock);

    /// <summary>Reads the one certificate that a file is about, with its chain and its key: the certificate that the key belongs to, or the first.</summary>
    /// <param name="path">The certificate file.</param>
    /// <param name="keyPath">The key file; when null, the key is looked for in the file and beside it.</param>
    /// <param name="password">Opens a PFX or an encrypted key.</param>
    /// <exception cref="MtlsException">A file is unusable, no key is found, or key and certificate do not match.</exception>
    public static MtlsCertificate ReadIdentity(string path, string? keyPath = null, SecureString? password = null)
    {
        var certificates = Read(InputFile.Read(path), password, path, null, keyWanted: keyPath is null);
        var certificate = certificates[0];
        if (keyPath is not null)
        {
            var key = PrivateKey.Open(keyPath, password);
            return (certificates.Find(one => key.Matches(one.PublicKey)) ?? certificate).WithKey(key);
        }

        var identities = certificates.FindAll(one => one.HasPrivateKey);
        if (identities.DistinctBy(one => one.SpkiSha256).Skip(1).Any())
            throw new InputException(ErrorCode.SeveralCertificates, $"'{path}' holds {identities.Count} certificates with private keys ({string.Join(", ", identities.Select(one => $"'{one.Name}'"))}), and one is wanted. Choose with Get-MtlsCertificate and Where-Object, and pipe it on.", path);
        return certificate.HasPrivateKey ? certificate : FindKeyBeside(certificate, path, password);
    }

    /// <summary>Reads every certificate of a content; see <see cref="ReadFile"/>.</summary>
    public static IReadOnlyList<MtlsCertificate> Read(ReadOnlyMemory<byte> content, SecureString? password = null, string? path = null, TimeProvider? clock = null) =>
        Read(content, password, path, clock, keyWanted: false);

    private static List<MtlsCertificate> Read(ReadOnlyMemory<byte> content, SecureString? password, string? path, TimeProvider? clock, bool keyWanted)
    {
        var (certificates, keys) = PemBlock.LooksLikePem(content.Span) ? ReadPem(content, password, path, clock, keyWanted) : ReadDer(content, password, path, clock);
        if (certificates.Count == 0)
            throw new InputException(ErrorCode.WrongContent, $"{InputFile.Describe(path)} holds {(keys.Count > 0 ? "a private key" : "no certificate")}, but a certificate is wanted. Name the certificate file.", path);
        return Assemble(certificates, keys);
    }

    private static MtlsCertificate FindKeyBeside(MtlsCertificate certificate, string path, SecureString? password)
    {
        var candidate = System.IO.Path.ChangeExtension(path, ".key");
        if (candidate != path && File.Exists(candidate))
            return certificate.WithKey(PrivateKey.Open(candidate, password));
        if (PlatformKeys.Find(certificate.PublicKey) is { } waiting)
            return certificate.WithKey(waiting);
        throw new KeyException(ErrorCode.KeyRequired, $"No private key for '{certificate.Name}': '{path}' holds none and '{candidate}' does not exist. Give the key file with -Key, or use a PFX.", path);
    }

    private static (List<MtlsCertificate> Certificates, List<PrivateKey> Keys) ReadPem(ReadOnlyMemory<byte> content, SecureString? password, string? path, TimeProvider? clock, bool keyWanted)
    {
        var certificates = new List<MtlsCertificate>();
        var keys = new List<PrivateKey>();
        var blocks = PemBlock.ReadAll(content.Span, path);
        var hasCertificate = blocks.Any(block => IsCertificate(block.Label));
        foreach (var block in blocks)
        {
            if (block.Label is "PKCS7" or "PKCS #7 SIGNED DATA" or "CMS")
                certificates.AddRange(ReadPkcs7(block.Data, $"{InputFile.Describe(path)}: block {block.Number} at line {block.Line}", path, clock));
            else if (IsCertificate(block.Label))
                certificates.Add(Load(block.Label == TrustedLabel ? WithoutTrust(block.Data) : block.Data, $"{InputFile.Describe(path)}: block {block.Number} at line {block.Line}", path, clock));
            else if (block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) && hasCertificate && (keyWanted || CanRead(block, password)))
                keys.Add(KeyReader.ReadBlock(block, password, path)!);
        }

        return certificates.Count > 0
            ? (certificates, keys)
            : throw new InputException(ErrorCode.WrongContent, $"{InputFile.Describe(path)} holds {string.Join(" and ", blocks.Select(block => $"a {block.Label} block").Distinct())}, but a certificate is wanted. Name the certificate file.", path);

        // A certificate is public: looking at it must not need the password of the key beside it.
        static bool CanRead(PemBlock block, SecureString? password) => password is not null || (block.Label != "ENCRYPTED PRIVATE KEY" && !block.IsLegacyEncrypted);
        static bool IsCertificate(string label) => label is "CERTIFICATE" or "X509 CERTIFICATE" or TrustedLabel;
    }

    private static (List<MtlsCertificate> Certificates, List<PrivateKey> Keys) ReadDer(ReadOnlyMemory<byte> content, SecureString? password, string? path, TimeProvider? clock)
    {
        switch (DerContent.Detect(content))
        {
            case DerKind.Certificate:
                return ([Load(content, InputFile.Describe(path), path, clock)], []);
            case DerKind.Pfx:
                var pfx = PfxFile.Read(content, password, path);
                return (pfx.Certificates.Select(certificate => Load(certificate.RawData, InputFile.Describe(path), path, clock)).ToList(), pfx.Keys.Select(key => KeyReader.FromPfx(key, path)).ToList());
            case DerKind.Pkcs7:
                return (ReadPkcs7(content, InputFile.Describe(path), path, clock), []);
            case DerKind.Unknown:
                throw new InputException(ErrorCode.ContentNotRecognized, $"{InputFile.Describe(path)} is neither PEM, nor a DER certificate, nor a PFX or PKCS#7 file. Name the certificate file.", path);
            case var other:
                throw new InputException(ErrorCode.WrongContent, $"{InputFile.Describe(path)} is {DerContent.Describe(other)}, but a certificate is wanted. Name the certificate file.", path);
        }
    }

    private static List<MtlsCertificate> ReadPkcs7(ReadOnlyMemory<byte> content, string where, string? path, TimeProvider? clock)
    {
        try
        {
            return Pkcs7.ReadCertificates(content).Select(certificate => Load(certificate, where, path, clock)).ToList();
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} is a damaged PKCS#7 bundle. Get a fresh copy of it.", path, damaged);
        }
    }

    private static MtlsCertificate Load(ReadOnlyMemory<byte> der, string where, string? path, TimeProvider? clock)
    {
        try
        {
            return MtlsCertificate.Decode(der, path: path, clock: clock);
        }
        catch (MtlsException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{where} is a damaged certificate. Get a fresh copy of it.", path, damaged);
        }
    }

    /// <summary>OpenSSL's own form appends its trust settings to the certificate.</summary>
    private static ReadOnlyMemory<byte> WithoutTrust(ReadOnlyMemory<byte> content)
    {
        try
        {
            return new AsnReader(content, AsnEncodingRules.BER).ReadEncodedValue();
        }
        catch (AsnContentException)
        {
            return content;
        }
    }

    /// <summary>Gives each certificate its key and its issuers out of the same file.</summary>
    private static List<MtlsCertificate> Assemble(List<MtlsCertificate> certificates, List<PrivateKey> keys)
    {
        var issuers = IssuersByName(certificates);
        var assembled = certificates.Select(certificate =>
        {
            var whole = certificate.WithChain(BuildChain(certificate, issuers));
            return keys.Find(key => key.Matches(certificate.PublicKey)) is { } key ? whole.WithKey(key) : whole;
        }).ToList();

        // A PFX lists its certificates in any order: whoever has the key is what the file is about.
        var leaf = assembled.FindIndex(certificate => certificate.HasPrivateKey);
        if (leaf > 0)
        {
            var first = assembled[leaf];
            assembled.RemoveAt(leaf);
            assembled.Insert(0, first);
        }

        return assembled;
    }

    /// <summary>The issuers of a certificate out of a pool, nearest first, as far as they are there; each link's signature is checked.</summary>
    public static IReadOnlyList<MtlsCertificate> BuildChain(MtlsCertificate certificate, IReadOnlyList<MtlsCertificate> pool)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(pool);
        return BuildChain(certificate, IssuersByName(pool));
    }

    private static ILookup<DistinguishedName, MtlsCertificate> IssuersByName(IEnumerable<MtlsCertificate> pool) =>
        pool.Where(candidate => candidate.IsCa).ToLookup(candidate => candidate.Subject);

    private static List<MtlsCertificate> BuildChain(MtlsCertificate certificate, ILookup<DistinguishedName, MtlsCertificate> issuers)
    {
        var chain = new List<MtlsCertificate>();
        for (var at = certificate; !at.IsSelfSigned;)
        {
            var issuer = issuers[at.Issuer].FirstOrDefault(candidate => !candidate.Equals(at) && Signature.IsValid(at.RawData, candidate.PublicKey));
            if (issuer is null || chain.Contains(issuer))
                break;
            chain.Add(issuer);
            at = issuer;
        }

        return chain;
    }
}
