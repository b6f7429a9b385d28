using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>A private key in memory. Owns the platform's key handle: dispose it, or leave it to the garbage collector when it travels with a certificate.</summary>
public sealed class PrivateKey : IDisposable
{
    private const int Pbkdf2Iterations = 600_000;

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

    /// <summary>Whether the key lives in this process alone; keys of a store or a device do not.</summary>
    internal bool IsEphemeral => !OperatingSystem.IsWindows() || algorithm switch
    {
        RSACng rsa => rsa.Key.IsEphemeral,
        ECDsaCng ec => ec.Key.IsEphemeral,
        _ => true,
    };

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

    /// <summary>Reads the one private key of a file: PKCS#8 (plain or encrypted), PKCS#1, SEC1, as PEM or DER, or out of a PFX.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <exception cref="MtlsException">The file holds no key, several, a damaged one, or the password is missing or wrong.</exception>
    public static PrivateKey Open(string path, SecureString? password = null) => Parse(InputFile.Read(path), password, path);

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
    public byte[] ExportPkcs8()
    {
        try
        {
            return algorithm.ExportPkcs8PrivateKey();
        }
        catch (CryptographicException kept)
        {
            throw new KeyException(ErrorCode.KeyNotSupported, "The key may not be exported from the store that holds it. Use it in place, or make a new key.", Path, kept);
        }
    }

    /// <summary>The key as PKCS#8 PEM: with a password PBES2, AES-256-CBC, PBKDF2 with SHA-256 and 600 000 iterations (RFC 8018), plain without.</summary>
    public byte[] ExportPem(SecureString? password)
    {
        var der = password is null
            ? ExportPkcs8()
            : SecretText.Use(password, secret => algorithm.ExportEncryptedPkcs8PrivateKey(secret, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Pbkdf2Iterations)));
        var text = PemEncoding.Write(password is null ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY", der);
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

    /// <summary>Writes the key as PKCS#8 PEM into a file that its owner alone may read, and remembers the path.</summary>
    /// <exception cref="OutputException">The file exists, or can not be written.</exception>
    public void Save(string path, SecureString? password = null, bool overwrite = false)
    {
        using var file = PendingFile.Create(path, FileAudience.OwnerOnly, overwrite);
        Save(file, password);
        file.Commit();
    }

    /// <summary>Writes the key into a pending file; the caller commits it, and has made it for its owner only.</summary>
    public void Save(PendingFile file, SecureString? password)
    {
        ArgumentNullException.ThrowIfNull(file);
        var pem = ExportPem(password);
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

    internal static PrivateKey FromPkcs8(ReadOnlyMemory<byte> der, string? path)
    {
        try
        {
            var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            var oid = info.ReadSequence().ReadObjectIdentifier();
            return oid switch
            {
                PublicKeyInfo.RsaOid => Import(RSA.Create(), rsa => rsa.ImportPkcs8PrivateKey(der.Span, out _), path),
                PublicKeyInfo.EcOid => Import(ECDsa.Create(), ec => ec.ImportPkcs8PrivateKey(der.Span, out _), path),
                _ => throw new KeyException(ErrorCode.KeyNotSupported, $"{InputFile.Describe(path)} holds a private key of the algorithm {oid}. Use an RSA key or an elliptic curve key on P-256, P-384 or P-521.", path),
            };
        }
        catch (AsnContentException damaged)
        {
            throw Damaged(path, damaged);
        }
    }

    internal static PrivateKey FromPkcs1(ReadOnlyMemory<byte> der, string? path) =>
        Import(RSA.Create(), rsa => rsa.ImportRSAPrivateKey(der.Span, out _), path);

    internal static PrivateKey FromSec1(ReadOnlyMemory<byte> der, string? path) =>
        Import(ECDsa.Create(), ec => ec.ImportECPrivateKey(der.Span, out _), path);

    private static PrivateKey Import<T>(T algorithm, Action<T> import, string? path)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(algorithm);
            return new PrivateKey(algorithm, path);
        }
        catch (CryptographicException damaged)
        {
            algorithm.Dispose();
            throw Damaged(path, damaged);
        }
    }

    private static InputException Damaged(string? path, Exception cause) =>
        new(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} holds a private key that is damaged or on a curve that this system does not know. Get a fresh copy of it, or make a new key.", path, cause);
}
