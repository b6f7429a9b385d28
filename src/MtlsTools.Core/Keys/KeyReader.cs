using System.Security;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>Finds the private keys in a content, whatever its form.</summary>
internal static class KeyReader
{
    /// <summary>Reads every private key.</summary>
    /// <param name="content">PEM text or DER.</param>
    /// <param name="password">The password of encrypted keys.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="found">What the content is, in words; null when it is nothing known.</param>
    internal static List<PrivateKey> ReadAll(ReadOnlyMemory<byte> content, SecureString? password, string? path, out string? found)
    {
        if (!PemBlock.LooksLikePem(content.Span))
            return ReadDer(content, password, path, out found);
        var blocks = PemBlock.ReadAll(content.Span, path);
        found = string.Join(" and ", blocks.Select(block => $"a {block.Label} block").Distinct());
        return blocks.Select(block => ReadBlock(block, password, path)).OfType<PrivateKey>().ToList();
    }

    /// <summary>The key of one PEM block, or null when the block is something else.</summary>
    internal static PrivateKey? ReadBlock(PemBlock block, SecureString? password, string? path)
    {
        if (block.IsLegacyEncrypted && block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            throw new KeyException(ErrorCode.KeyNotSupported, $"{InputFile.Describe(path)} holds a key in OpenSSL's old encrypted form (Proc-Type, DEK-Info), which is not read yet. Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW", path);
        return block.Label switch
        {
            "PRIVATE KEY" => PrivateKey.FromPkcs8(block.Data, path),
            "ENCRYPTED PRIVATE KEY" => EncryptedKey.Decrypt(block.Data, password, path),
            "RSA PRIVATE KEY" => PrivateKey.FromPkcs1(block.Data, path),
            "EC PRIVATE KEY" => PrivateKey.FromSec1(block.Data, path),
            _ => null,
        };
    }

    private static List<PrivateKey> ReadDer(ReadOnlyMemory<byte> der, SecureString? password, string? path, out string? found)
    {
        var kind = DerContent.Detect(der);
        found = kind == DerKind.Unknown ? null : DerContent.Describe(kind);
        return kind switch
        {
            DerKind.Pkcs8 => [PrivateKey.FromPkcs8(der, path)],
            DerKind.EncryptedPkcs8 => [EncryptedKey.Decrypt(der, password, path)],
            DerKind.Pkcs1 => [PrivateKey.FromPkcs1(der, path)],
            DerKind.Sec1 => [PrivateKey.FromSec1(der, path)],
            DerKind.Pfx => [.. PfxFile.Read(der, password, path).Keys.Select(key => FromPfx(key, path))],
            _ => [],
        };
    }

    /// <summary>Takes a key out of a PFX and wipes the copy it came in.</summary>
    internal static PrivateKey FromPfx(byte[] pkcs8, string? path)
    {
        try
        {
            return PrivateKey.FromPkcs8(pkcs8, path);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
