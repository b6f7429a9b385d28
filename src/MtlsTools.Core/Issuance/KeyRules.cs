using MtlsTools.Keys;

namespace MtlsTools.Issuance;

/// <summary>What happens when a key that this CA has certified before is to be certified again.</summary>
public enum KeyReuse
{
    /// <summary>Nothing.</summary>
    Allow,

    /// <summary>A warning when the earlier certificate is for another subject: a key that two hold is a key that two can lose.</summary>
    Warn,

    /// <summary>Refused for another subject; a renewal may keep its key.</summary>
    SameSubject,

    /// <summary>Refused always: a renewal needs a new key.</summary>
    Never,
}

/// <summary>Which keys a profile certifies, beyond the strength that every certificate needs.</summary>
public sealed record KeyRules
{
    internal const string Rsa = "Rsa";

    /// <summary>The rules of the built-in profiles.</summary>
    public static KeyRules Default { get; } = new();

    /// <summary>The kinds of key: <c>Rsa</c>, <c>EcdsaP256</c>, <c>EcdsaP384</c>, <c>EcdsaP521</c>; empty for all.</summary>
    public IReadOnlyList<string> Algorithms { get; internal init; } = [];

    /// <summary>The smallest RSA modulus in bits.</summary>
    public int MinimumRsaBits { get; internal init; } = 2048;

    /// <summary>Whether a key may come twice.</summary>
    public KeyReuse Reuse { get; internal init; } = KeyReuse.Warn;

    /// <summary>Why a key is not certified, or null.</summary>
    internal string? FindViolation(PublicKeyInfo key)
    {
        if (Algorithms.Count > 0 && !Algorithms.Contains(KindOf(key)))
            return $"keys of the kind {string.Join(", ", Algorithms)} are certified";
        return key.IsRsa && key.Bits < MinimumRsaBits ? $"RSA keys need at least {MinimumRsaBits} bits" : null;
    }

    /// <summary>The wanted kind if it is allowed, else the first one that is.</summary>
    internal KeyAlgorithm Choose(KeyAlgorithm wanted)
    {
        var all = Enum.GetValues<KeyAlgorithm>().Where(one => BitsOf(one) is not { } bits || bits >= MinimumRsaBits).Prepend(wanted);
        return Algorithms.Count == 0 ? wanted : all.First(one => Algorithms.Contains(KindOf(one)));
    }

    /// <summary>The modulus that <see cref="KeyAlgorithm"/> names, or null for elliptic curves.</summary>
    internal static int? BitsOf(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Rsa2048 => 2048,
        KeyAlgorithm.Rsa3072 => 3072,
        KeyAlgorithm.Rsa4096 => 4096,
        _ => null,
    };

    private static string KindOf(KeyAlgorithm algorithm) => BitsOf(algorithm) is null ? algorithm.ToString() : Rsa;

    private static string KindOf(PublicKeyInfo key) => key.IsRsa ? Rsa : $"EcdsaP{key.Bits}";
}
