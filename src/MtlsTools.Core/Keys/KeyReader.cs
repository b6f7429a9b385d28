using System.Security;
using System.Security.Cryptography;
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
        return blocks.Select(block => ReadBlock(block, password, path, Where(block, blocks.Count, path))).OfType<PrivateKey>().ToList();
    }

    /// <summary>The key of one PEM block, or null when the block is something else.</summary>
    /// <param name="block">The block.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="where">How messages name the place; null names the file.</param>
    internal static PrivateKey? ReadBlock(PemBlock block, SecureString? password, string? path, string? where = null)
    {
        where ??= InputFile.Describe(path);
        return block.Label switch
        {
            "PRIVATE KEY" => PrivateKey.FromPkcs8(block.Data, path, where),
            "ENCRYPTED PRIVATE KEY" => EncryptedKey.Decrypt(block.Data, password, path, where),
            "RSA PRIVATE KEY" => Open(der => PrivateKey.FromPkcs1(der, path, where)),
            "EC PRIVATE KEY" => Open(der => PrivateKey.FromSec1(der, path, where)),
            "DSA PRIVATE KEY" => throw new KeyException(ErrorCode.KeyNotSupported, $"{where} holds a DSA key, which no TLS peer of today takes. Make a new key.", path),
            "OPENSSH PRIVATE KEY" => throw new KeyException(ErrorCode.KeyNotSupported, $"{where} holds a key in the form of OpenSSH. Convert a copy of it with: ssh-keygen -p -m PEM -f COPY", path),
            _ => null,
        };

        PrivateKey Open(Func<ReadOnlyMemory<byte>, PrivateKey> read)
        {
            if (!block.IsLegacyEncrypted)
                return read(block.Data);
            var plain = LegacyPemKey.Decrypt(block, password, path, where);
            try
            {
                return read(plain);
            }
            catch (InputException garbage)
            {
                throw EncryptedKey.WrongPassword(where, path, garbage);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(plain);
            }
        }
    }

    /// <summary>Among several blocks a message says which one it speaks of.</summary>
    internal static string Where(PemBlock block, int blocks, string? path) => blocks == 1
        ? InputFile.Describe(path)
        : $"{InputFile.Describe(path)}, block {block.Number} ({block.Label}) at line {block.Line},";

    private static List<PrivateKey> ReadDer(ReadOnlyMemory<byte> der, SecureString? password, string? path, out string? found)
    {
        var kind = DerContent.Detect(der);
        found = kind == DerKind.Unknown ? null : DerContent.Describe(kind);
        return kind switch
        {
            DerKind.Pkcs8 => [PrivateKey.FromPkcs8(der, path)],
            DerKind.EncryptedPkcs8 => [EncryptedKey.Decrypt(der, password, path, InputFile.Describe(path))],
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
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
