using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Keys.Platform;

/// <summary>How a key is made that never leaves the platform: everything is decided here, before anything is touched.</summary>
public sealed record PlatformKeyPlan
{
    private const int LongestName = 200;

    private PlatformKeyPlan(string provider, string name, string algorithm, int? length, StoreLocation location)
    {
        Provider = provider;
        Name = name;
        Algorithm = algorithm;
        Length = length;
        Location = location;
    }

    /// <summary>The key storage provider, by the name that CNG knows it by.</summary>
    public string Provider { get; }

    /// <summary>The key's name there.</summary>
    public string Name { get; }

    /// <summary>The algorithm, by CNG's name.</summary>
    public string Algorithm { get; }

    /// <summary>The modulus in bits; null for elliptic curves, whose name says it.</summary>
    public int? Length { get; }

    /// <summary>Whose key it is: the user's or the machine's.</summary>
    public StoreLocation Location { get; }

    /// <summary>Decides.</summary>
    /// <param name="storage">CNG or the TPM.</param>
    /// <param name="algorithm">The kind of key.</param>
    /// <param name="name">The key's name; null for a new one of its own. CNG can not rename a key, so the name is chosen before the key exists.</param>
    /// <param name="location">Whose key it is.</param>
    /// <exception cref="NameException">The name is not one for a key.</exception>
    /// <exception cref="KeyException">No TPM makes such keys.</exception>
    public static PlatformKeyPlan Create(KeyStorage storage, KeyAlgorithm algorithm, string? name = null, StoreLocation location = StoreLocation.CurrentUser)
    {
        if (name is not null && (name.Length is 0 or > LongestName || name.IndexOfAny(['\\', '/', ':', '*', '?', '"', '<', '>', '|']) >= 0 || name.Any(char.IsControl)))
            throw new NameException(ErrorCode.NameInvalid, $"'{name}' is not a name for a key: it has 1 to {LongestName} characters, and none of \\ / : * ? \" < > |. Correct -KeyName, or leave it out.");
        if (storage == KeyStorage.Tpm && algorithm is KeyAlgorithm.EcdsaP521 or KeyAlgorithm.Rsa4096)
            throw new KeyException(ErrorCode.KeyNotSupported, $"TPMs do not make keys of the type {algorithm}. Use EcdsaP256, which every TPM 2.0 makes and TLS 1.3 works best with, or Rsa2048.");
        var (cng, length) = algorithm switch
        {
            KeyAlgorithm.EcdsaP256 => ("ECDSA_P256", (int?)null),
            KeyAlgorithm.EcdsaP384 => ("ECDSA_P384", null),
            KeyAlgorithm.EcdsaP521 => ("ECDSA_P521", null),
            KeyAlgorithm.Rsa2048 => ("RSA", 2048),
            KeyAlgorithm.Rsa3072 => ("RSA", 3072),
            KeyAlgorithm.Rsa4096 => ("RSA", 4096),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not a key algorithm of this tool."),
        };
        var provider = storage switch
        {
            KeyStorage.Cng => "Microsoft Software Key Storage Provider",
            KeyStorage.Tpm => "Microsoft Platform Crypto Provider",
            _ => throw new ArgumentOutOfRangeException(nameof(storage), storage, "A file is no storage of the platform."),
        };
        return new PlatformKeyPlan(provider, name ?? $"MtlsTools-{Guid.NewGuid():N}", cng, length, location);
    }

    /// <summary>Where the key will be.</summary>
    public override string ToString() => $"the key '{Name}' in {Provider} ({(Location == StoreLocation.LocalMachine ? "the machine's" : "this user's")}, not exportable)";
}
