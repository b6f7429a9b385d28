using System.Formats.Asn1;
using System.Numerics;
using MtlsTools.Keys;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>Keys and the algorithms that sign.</summary>
internal static class KeyRules
{
    private const int CaRsaBits = 4096;
    private const int CaCurveBits = 384;
    private static readonly BigInteger UsualExponent = 65537;

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        Key("KeyTooWeak", Error, "NIST SP 800-131A, 3", "RSA keys have at least 2048 bits", "Make a new key (New-MtlsKey, New-MtlsCsr) and have it certified.",
            key => key.IsRsa && key.Bits < 2048 ? $"The key is {key}." : null),
        Key("KeyUncommon", Warning, "RFC 8446, 9.1", "Keys are of a kind that every TLS program knows", "Use ECDSA on P-256, P-384 or P-521, or RSA of 2048 to 16384 bits.",
            key => !key.IsStrongEnough && !(key.IsRsa && key.Bits < 2048) ? $"The key is {key}, which Windows, browsers and Java do not all take." : null),
        Key("RsaExponentSmall", Warning, "FIPS 186-5, A.1.1", "RSA keys have the public exponent 65537", "Make a new key: small exponents break with careless padding, and FIPS systems refuse them.",
            key => key.IsRsa && ReadExponent(key) is var exponent && exponent != UsualExponent && exponent < UsualExponent ? $"The public exponent of the RSA key is {exponent}." : null),
        new("CaKeyWeak", Warning, "CNSA 1.0; NIST SP 800-57 part 1, 5.6", "A CA has an RSA key of 4096 bits or an elliptic curve key of 384", "Plan a new CA with P-384 or RSA 4096: what it signs lives as long as its key holds.")
        {
            Certificate = c => c.IsCa && c.Key.IsStrongEnough && c.Key.Bits < (c.Key.IsRsa ? CaRsaBits : CaCurveBits) ? $"The CA '{c.Name}' has the key {c.Key}." : null,
        },
        new("SignatureHashWeak", Error, "RFC 9155; RFC 8446, 4.2.3", "Nothing is signed with MD5 or SHA-1, but for roots, whose own signature proves nothing", "Sign it again with SHA-256 or better: OpenSSL, Go and browsers refuse it.")
        {
            Certificate = c => c.IsSelfSigned ? null : DescribeWeak(c.Signature, $"'{c.Name}'"),
            Crl = l => DescribeWeak(l.Signature, "The revocation list"),
        },
        new("SharedKey", Warning, "NIST SP 800-57 part 1, 5.2; one key for each instance", "Every service and client has a key of its own", "Make a key for each of them (New-MtlsCsr on each machine): whoever steals one is all of them, and none can be revoked alone.")
        {
            Set = new SetRule(entry => (entry.Key, entry.Subject), labels => $"{labels.Count} subjects share one key: {string.Join(", ", labels)}."),
        },
    ];

    private static PolicyRule Key(string id, Verification.FindingSeverity severity, string source, string title, string fix, Func<PublicKeyInfo, string?> check) => new(id, severity, source, title, fix)
    {
        Certificate = c => check(c.Key),
        Request = r => check(r.Request.PublicKey),
        KeyFile = f => f.Keys.Select(check).FirstOrDefault(cause => cause is not null),
    };

    private static BigInteger ReadExponent(PublicKeyInfo key)
    {
        var info = new AsnReader(key.Der, AsnEncodingRules.BER).ReadSequence();
        info.ReadEncodedValue();
        var rsa = new AsnReader(info.ReadBitString(out _), AsnEncodingRules.BER).ReadSequence();
        rsa.ReadIntegerBytes();
        return rsa.ReadInteger();
    }

    private static string? DescribeWeak(ReadOnlyMemory<byte> algorithm, string subject) => Signature.WeakHash(algorithm) is { } hash ? $"{subject} is signed with {hash}." : null;
}
