using System.Security.Cryptography;

namespace MtlsTools.Encoding;

/// <summary>How PKCS#12 is encrypted and sealed.</summary>
internal sealed class PfxProtection
{
    /// <summary>
    /// The same for the key as for the MAC: whoever guesses passwords tries them where it costs less.
    /// .NET 9 and later refuse a file with more than 300 000 in one place, unless told otherwise.
    /// </summary>
    private const int Iterations = 100_000;

    private PfxProtection(PbeEncryptionAlgorithm cipher, HashAlgorithmName hash, int iterations = Iterations)
    {
        Encryption = new PbeParameters(cipher, hash, iterations);
        MacHash = hash;
    }

    /// <summary>PBES2 with AES-256-CBC and PBKDF2 by SHA-256; MAC by SHA-256.</summary>
    internal static PfxProtection Modern { get; } = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256);

    /// <summary>The same for a password of 128 random bits, which nobody guesses: to hand a key from one program to another without delay.</summary>
    internal static PfxProtection Transient { get; } = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterations: 2000);

    /// <summary>Triple DES and SHA-1 (RFC 7292, appendix C): the strongest that the older readers know.</summary>
    internal static PfxProtection Legacy { get; } = new(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, HashAlgorithmName.SHA1);

    internal PbeParameters Encryption { get; }

    internal HashAlgorithmName MacHash { get; }

    internal int MacIterations => Encryption.IterationCount;
}
