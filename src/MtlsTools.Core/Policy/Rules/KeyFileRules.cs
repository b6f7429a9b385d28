using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>Private keys in files.</summary>
internal static class KeyFileRules
{
    private const long FewIterations = 100_000;

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("KeyFileReadable", Error, "RFC 5280, 8; OWASP Key Management", "A private key can be read by its owner alone", "Let its owner alone read it, on Linux and macOS: chmod 600 '<file>'. Who could read it so far may have a copy.")
        {
            KeyFile = f => f.OtherReaders is not null && (!f.IsLent || f.IsCaKey) ? $"'{f.Path}' holds a private key and can be read or changed by {f.OtherReaders}." : null,
        },
        new("KeyFileShared", Information, "OWASP Key Management", "A private key is lent to the service that needs it, and to no other", "See who has it with Get-MtlsKeyAccess '<file>', and take it back from those who need it no more with Revoke-MtlsKeyAccess.")
        {
            KeyFile = f => f is { OtherReaders: not null, IsLent: true, IsCaKey: false } ? $"'{f.Path}' holds a private key and can be read by {f.OtherReaders}." : null,
        },
        new("CaKeyUnencrypted", Warning, "NIST SP 800-57 part 1, 6.2", "A CA's key is encrypted, or in a device", "Give it a password (Protect-MtlsKey, or openssl pkcs8 -topk8 -v2 aes-256-cbc), or keep the CA offline: whoever copies the file is the CA.")
        {
            KeyFile = f => f.IsCaKey && f.HasPlainKey ? $"The key of the CA, '{f.Path}', lies there unencrypted." : null,
        },
        new("KeyDerivationWeak", Warning, "OWASP Password Storage; RFC 8018, 4.2", "A key's password is stretched 100 000 times or more", "Encrypt it again (Protect-MtlsKey makes 600 000 rounds; openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000): so few rounds make passwords quick to guess.")
        {
            KeyFile = f => f.Protections.FirstOrDefault(one => one is { IsLegacy: false, Iterations: < FewIterations }) is { } weak ? $"The password of '{f.Path}' is stretched {weak.Iterations} times ({weak.Description})." : null,
        },
        new("KeyEncryptionLegacy", Warning, "RFC 8018, 4.1 and B.2", "A key is encrypted with AES and PBES2", "Encrypt it again (Protect-MtlsKey, or openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000): its method is weak, and many programs no longer read it.")
        {
            KeyFile = f => f.Protections.FirstOrDefault(one => one.IsLegacy) is { } old ? $"The key in '{f.Path}' is encrypted with {old.Description}." : null,
        },
        new("PfxPasswordEmpty", Warning, "RFC 7292, 5.1", "A PFX with a key has a password", "Export it again with a password: as it is, the key lies there as if it were plain.")
        {
            KeyFile = f => f.OpensWithEmptyPassword ? $"The PFX file '{f.Path}' holds a private key and opens without a password." : null,
        },
    ];
}
