using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>The private key of a CA folder.</summary>
internal static class AuthorityKey
{
    /// <summary>Opens the key that belongs to the CA's certificate. While a new key takes the place of an old one there are two files; the certificate decides.</summary>
    /// <exception cref="MtlsException">The key is missing, damaged, another CA's, or the password is missing or wrong.</exception>
    internal static PrivateKey Open(AuthorityLayout layout, MtlsCertificate certificate, string name, SecureString? password)
    {
        if (File.Exists(layout.NextKey) && TryOpenNext(layout, certificate, password) is { } next)
            return next;
        if (!File.Exists(layout.Key))
            throw new KeyException(ErrorCode.KeyRequired, $"The CA '{name}' has no private key at '{layout.Key}', so it can not sign. Put the key file back.", layout.Key);
        var key = OpenFile(layout.Key, name, password);
        return key.Matches(certificate.PublicKey)
            ? key
            : throw new KeyException(ErrorCode.KeyMismatch, $"The key '{layout.Key}' does not belong to '{layout.Certificate}'. Put the right key file back.", layout.Key);
    }

    /// <summary>Whether a key file needs a password.</summary>
    internal static bool IsEncrypted(string path)
    {
        var content = InputFile.Read(path);
        return !PemBlock.LooksLikePem(content) || PemBlock.ReadAll(content, path).Any(block => block.Label == "ENCRYPTED PRIVATE KEY" || block.IsLegacyEncrypted);
    }

    private static PrivateKey? TryOpenNext(AuthorityLayout layout, MtlsCertificate certificate, SecureString? password)
    {
        try
        {
            return PrivateKey.Open(layout.NextKey, password) is var key && key.Matches(certificate.PublicKey) ? key : null;
        }
        catch (PasswordException)
        {
            return null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static PrivateKey OpenFile(string path, string name, SecureString? password)
    {
        try
        {
            return PrivateKey.Open(path, password);
        }
        catch (PasswordException missing) when (missing.Code == ErrorCode.PasswordRequired)
        {
            throw new PasswordException(ErrorCode.PasswordRequired, $"The key of the CA '{name}' is encrypted, and signing needs it. Give its password: -CaPassword when issuing, -IssuerPassword when making a CA below it, -Password for Get-MtlsCa.", path, missing);
        }
    }
}
