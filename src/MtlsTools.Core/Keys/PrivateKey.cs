using System.Formats.Asn1;
using System.Runtime.Versioning;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>A private key in memory. Owns the platform's key handle: dispose it, or leave it to the garbage collector when it travels with a certificate.</summary>
public sealed class PrivateKey : IDisposable
{
    private readonly AsymmetricAlgorithm algorithm;

    private PrivateKey(AsymmetricAlgorithm algorithm, string? path)
    {
        this.algorithm = algorithm;
        Path = path;
        PublicKey = PublicKeyInfo.Decode(algorithm.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The public half.</summary>
    public PublicKeyInfo PublicKey { get; }

    /// <summary>The file it was read from or written to, or null.</summary>
    public string? Path { get; private set; }

    /// <summary>The hash that fits the key's strength.</summary>
    internal HashAlgorithmName SignatureHash => PublicKey.SignatureHash;

    /// <summary>The platform's object.</summary>
    internal AsymmetricAlgorithm Algorithm => algorithm;

    /// <summary>The handle of a key that CNG holds, or null.</summary>
    [SupportedOSPlatform("windows")]
    internal CngKey? Cng => algorithm switch
    {
        RSACng rsa => rsa.Key,
        ECDsaCng ec => ec.Key,
        _ => null,
    };

    /// <summary>Whether the key lives in this process alone; keys of a store or a device do not.</summary>
    internal bool IsEphemeral => !OperatingSystem.IsWindows() || (Cng is { } cng ? cng.IsEphemeral : algorithm is not ICspAsymmetricAlgorithm csp || csp.CspKeyContainerInfo.RandomlyGenerated);

    /// <summary>Makes a new key from the platform's random numbers.</summary>
    public static PrivateKey Generate(KeyAlgorithm keyAlgorithm)
    {
        AsymmetricAlgorithm algorithm = keyAlgorithm switch
        {
            KeyAlgorithm.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            KeyAlgorithm.EcdsaP384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            KeyAlgorithm.EcdsaP521 => ECDsa.Create(ECCurve.NamedCurves.nistP521),
            KeyAlgorithm.Rsa2048 => RSA.Create(2048),
            KeyAlgorithm.Rsa3072 => RSA.Create(3072),
            KeyAlgorithm.Rsa4096 => RSA.Create(4096),
            _ => throw new ArgumentOutOfRangeException(nameof(keyAlgorithm), keyAlgorithm, "Not a key algorithm of this tool."),
        };
        return new PrivateKey(algorithm, null);
    }

    /// <summary>Takes over a platform key; the new object disposes it.</summary>
    /// <exception cref="KeyException">It is neither RSA nor elliptic curve.</exception>
    public static PrivateKey FromAlgorithm(AsymmetricAlgorithm algorithm, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm is RSA or ECDsa
            ? new PrivateKey(algorithm, path)
            : throw new KeyException(ErrorCode.KeyNotSupported, $"Keys of the type {algorithm.GetType().Name} are not supported. Use RSA or an elliptic curve key.", path);
    }

    /// <summary>The key that a platform certificate brings along, left where it is; null when there is none, or this account may not use it.</summary>
    internal static PrivateKey? Of(X509Certificate2 certificate)
    {
        try
        {
            return certificate.HasPrivateKey && ((AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey()) is { } key ? FromAlgorithm(key) : null;
        }
        catch (CryptographicException)
        {
            // Windows lists the machine's certificates to everybody, and opens their keys to few.
            return null;
        }
    }

    /// <summary>Reads the one private key of a file: PKCS#8 (plain or encrypted), PKCS#1, SEC1, as PEM or DER, or out of a PFX.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <exception cref="MtlsException">The file holds no key, several, a damaged one, or the password is missing or wrong.</exception>
    public static PrivateKey Open(string path, SecureString? password = null) => Parse(InputFile.Read(path), password, path);

    /// <summary>The same key, lying in a file.</summary>
    /// <exception cref="KeyException">The key may not leave its store.</exception>
    internal PrivateKey At(string path)
    {
        var content = ExportPkcs8();
        try
        {
            return FromPkcs8(content, path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Reads the one private key of a content; see <see cref="Open"/>.</summary>
    public static PrivateKey Parse(ReadOnlyMemory<byte> content, SecureString? password = null, string? path = null)
    {
        var keys = KeyReader.ReadAll(content, password, path, out var found);
        var where = InputFile.Describe(path);
        return keys.Count switch
        {
            1 => keys[0],
            0 when found is null => throw new InputException(ErrorCode.ContentNotRecognized, $"{where} is neither PEM nor a DER private key. Name the key file.", path),
            0 => throw new InputException(ErrorCode.WrongContent, $"{where} holds {found}, but a private key is wanted. Name the key file.", path),
            _ => throw new InputException(ErrorCode.SeveralKeys, $"{where} holds {keys.Count} private keys, and which one is meant can not be known. Put each into a file of its own.", path),
        };
    }

    /// <summary>Whether the key is the private half of <paramref name="publicKey"/>.</summary>
    public bool Matches(PublicKeyInfo publicKey) => PublicKey.Equals(publicKey);

    /// <summary>The key as PKCS#8 DER, unencrypted; wipe it after use.</summary>
    /// <exception cref="KeyException">The key may not leave its store.</exception>
    public byte[] ExportPkcs8() => Export(algorithm.ExportPkcs8PrivateKey);

    private byte[] Export(Func<byte[]> export)
    {
        try
        {
            return export();
        }
        catch (Exception kept) when (kept is CryptographicException or NotSupportedException)
        {
            throw new KeyException(ErrorCode.KeyNotExportable, "The key can not be exported: the store or device that holds it keeps it. Use it in place (by thumbprint, store item or object), or make a new key for what needs a file.", Path, kept);
        }
    }

    /// <summary>The key as PEM: PKCS#8, with a password encrypted by PBES2, AES-256-CBC, PBKDF2 with SHA-256 and 600 000 iterations (RFC 8018); or one of the older forms, which are plain.</summary>
    /// <exception cref="KeyException">The form is not one for this kind of key, or can not be encrypted.</exception>
    public byte[] ExportPem(SecureString? password, KeyFormat format = KeyFormat.Pkcs8)
    {
        var (label, der) = Encode(password, format);
        var text = PemEncoding.Write(label, der);
        try
        {
            var pem = new byte[text.Length + 1];
            System.Text.Encoding.ASCII.GetBytes(text, pem);
            pem[^1] = (byte)'\n';
            return pem;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            Array.Clear(text);
        }
    }

    /// <summary>Writes the key as PEM into a file that its owner alone may read, and remembers the path.</summary>
    /// <exception cref="OutputException">The file exists, or can not be written.</exception>
    /// <exception cref="KeyException">The form is not one for this kind of key, or can not be encrypted.</exception>
    public void Save(string path, SecureString? password = null, bool overwrite = false, KeyFormat format = KeyFormat.Pkcs8)
    {
        using var file = PendingFile.Create(path, FileAudience.OwnerOnly, overwrite);
        Save(file, password, format);
        file.Commit();
    }

    /// <summary>Writes the key into a pending file; the caller commits it, and has made it for its owner only.</summary>
    public void Save(PendingFile file, SecureString? password, KeyFormat format = KeyFormat.Pkcs8)
    {
        ArgumentNullException.ThrowIfNull(file);
        var pem = ExportPem(password, format);
        try
        {
            file.Write(pem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }

        Path = file.Path;
    }

    private (string Label, byte[] Der) Encode(SecureString? password, KeyFormat format)
    {
        if (format != KeyFormat.Pkcs8 && password is not null)
            throw new KeyException(ErrorCode.KeyFormatInvalid, $"A key in the form {format} can not be encrypted safely. Use -Format Pkcs8, which every program of today reads, or leave the password out.", Path);
        switch (format, algorithm)
        {
            case (KeyFormat.Pkcs8, _) when password is null:
                return ("PRIVATE KEY", ExportPkcs8());
            case (KeyFormat.Pkcs8, _):
                var plain = ExportPkcs8();
                try
                {
                    return ("ENCRYPTED PRIVATE KEY", SecretText.Use(password!, secret => Pbes2.Encrypt(secret, plain)));
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(plain);
                }

            case (KeyFormat.Pkcs1, RSA rsa):
                return ("RSA PRIVATE KEY", Export(rsa.ExportRSAPrivateKey));
            case (KeyFormat.Sec1, ECDsa ec):
                return ("EC PRIVATE KEY", Export(ec.ExportECPrivateKey));
            default:
                throw new KeyException(ErrorCode.KeyFormatInvalid, $"The form {format} is not one for a key of the type {this}. Use Pkcs8{(algorithm is RSA ? " or Pkcs1" : " or Sec1")}.", Path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => algorithm.Dispose();

    /// <summary>The type and size; never the key.</summary>
    public override string ToString() => PublicKey.ToString();

    internal X509SignatureGenerator CreateSignatureGenerator() => algorithm switch
    {
        ECDsa ec => X509SignatureGenerator.CreateForECDsa(ec),
        RSA rsa => X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1),
        _ => throw new InvalidOperationException("The constructor admits RSA and ECDSA alone."),
    };

    internal X509Certificate2 Attach(X509Certificate2 certificate) => algorithm switch
    {
        ECDsa ec => certificate.CopyWithPrivateKey(ec),
        RSA rsa => certificate.CopyWithPrivateKey(rsa),
        _ => throw new InvalidOperationException("The constructor admits RSA and ECDSA alone."),
    };

    internal static PrivateKey FromPkcs8(ReadOnlyMemory<byte> der, string? path, string? where = null)
    {
        where ??= InputFile.Describe(path);
        try
        {
            var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            var oid = info.ReadSequence().ReadObjectIdentifier();
            return oid switch
            {
                PublicKeyInfo.RsaOid => Import(RSA.Create(), rsa => rsa.ImportPkcs8PrivateKey(der.Span, out _), path, where),
                PublicKeyInfo.EcOid => Import(ECDsa.Create(), ec => ec.ImportPkcs8PrivateKey(der.Span, out _), path, where),
                _ => throw new KeyException(ErrorCode.KeyNotSupported, $"{where} holds a private key of the algorithm {DescribeAlgorithm(oid)}. Use an RSA key or an elliptic curve key on P-256, P-384 or P-521.", path),
            };
        }
        catch (AsnContentException damaged)
        {
            throw Damaged(where, path, damaged);
        }
    }

    internal static PrivateKey FromPkcs1(ReadOnlyMemory<byte> der, string? path, string? where = null) =>
        Import(RSA.Create(), rsa => rsa.ImportRSAPrivateKey(der.Span, out _), path, where ?? InputFile.Describe(path));

    internal static PrivateKey FromSec1(ReadOnlyMemory<byte> der, string? path, string? where = null) =>
        Import(ECDsa.Create(), ec => ec.ImportECPrivateKey(der.Span, out _), path, where ?? InputFile.Describe(path));

    private static PrivateKey Import<T>(T algorithm, Action<T> import, string? path, string where)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(algorithm);
            return new PrivateKey(algorithm, path);
        }
        catch (Exception damaged) when (damaged is CryptographicException or PlatformNotSupportedException)
        {
            algorithm.Dispose();
            throw Damaged(where, path, damaged);
        }
    }

    private static string DescribeAlgorithm(string oid) => oid switch
    {
        "1.3.101.110" => "X25519",
        "1.3.101.111" => "X448",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        _ => oid,
    };

    private static InputException Damaged(string where, string? path, Exception cause) =>
        new(ErrorCode.ContentDamaged, $"{where} holds a private key that is damaged or on a curve that this system does not know. Get a fresh copy of it, or make a new key.", path, cause);
}
