using System.Formats.Asn1;
using System.Numerics;
using MtlsTools.Keys;

namespace MtlsTools.Issuance;

/// <summary>RSA keys that have enough bits and are broken all the same (CA/Browser Forum Baseline Requirements 6.1.1.3 and 6.1.6).</summary>
internal static class RsaWeakness
{
    private static readonly int[] SmallPrimes = Enumerable.Range(2, 750).Where(n => Enumerable.Range(2, (int)Math.Sqrt(n) - 1).All(d => n % d != 0)).ToArray();
    private static readonly BigInteger SmallProduct = SmallPrimes.Aggregate(BigInteger.One, (product, prime) => product * prime);

    /// <summary>The primes that tell the keys of Infineon's library from others (ROCA, CVE-2017-15361), with the powers of 65537 modulo each.</summary>
    private static readonly (int Prime, HashSet<int> Powers)[] Roca = new[] { 11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157 }
        .Select(prime => (prime, PowersOf65537(prime)))
        .ToArray();

    /// <summary>What is wrong with the key, or null. Keys of other kinds have none of it.</summary>
    internal static string? Find(PublicKeyInfo key)
    {
        if (!key.IsRsa)
            return null;
        var info = new AsnReader(key.Der, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        var numbers = new AsnReader(info.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
        var (modulus, exponent) = (numbers.ReadInteger(), numbers.ReadInteger());
        if (exponent < 3 || exponent.IsEven)
            return $"its public exponent is {exponent}, which encrypts nothing; it has to be odd and at least 3, 65537 as a rule";

        // One long division, then short ones.
        var remainder = modulus % SmallProduct;
        if (Array.Find(SmallPrimes, prime => remainder % prime == 0) is var factor and > 0)
            return $"its modulus is divisible by {factor}, so its private key is known to everyone";
        return Array.TrueForAll(Roca, test => test.Powers.Contains((int)(remainder % test.Prime)))
            ? "it was made by a faulty device, and its private key can be computed (ROCA, CVE-2017-15361)"
            : null;
    }

    private static HashSet<int> PowersOf65537(int prime)
    {
        var powers = new HashSet<int>();
        for (var power = 1; powers.Add(power); power = power * (65537 % prime) % prime)
        {
        }

        return powers;
    }
}
