using System.Security;
using System.Security.Cryptography;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Renewal.Files;

/// <summary>The form in which a private key lies in a file, so that its successor has it too.</summary>
/// <param name="Format">Its encoding.</param>
/// <param name="IsEncrypted">Whether a password protects it.</param>
/// <param name="IsDer">Whether it is binary.</param>
internal sealed record KeyForm(KeyFormat Format, bool IsEncrypted, bool IsDer)
{
    /// <summary>The form of a key file.</summary>
    internal static KeyForm Of(ReadOnlyMemory<byte> content, string path)
    {
        if (PemBlock.LooksLikePem(content.Span))
            return PemBlock.ReadAll(content.Span, path).Where(IsKey).Select(Of).FirstOrDefault() ?? new KeyForm(KeyFormat.Pkcs8, false, false);
        return DerContent.Detect(content) switch
        {
            DerKind.Pkcs1 => new KeyForm(KeyFormat.Pkcs1, false, true),
            DerKind.Sec1 => new KeyForm(KeyFormat.Sec1, false, true),
            DerKind.EncryptedPkcs8 => new KeyForm(KeyFormat.Pkcs8, true, true),
            _ => new KeyForm(KeyFormat.Pkcs8, false, true),
        };
    }

    internal static KeyForm Of(PemBlock block) => new(
        block.Label switch { "RSA PRIVATE KEY" => KeyFormat.Pkcs1, "EC PRIVATE KEY" => KeyFormat.Sec1, _ => KeyFormat.Pkcs8 },
        block.IsLegacyEncrypted || block.Label == "ENCRYPTED PRIVATE KEY",
        IsDer: false);

    internal static bool IsKey(PemBlock block) => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>Writes a key. The old encryption of OpenSSL becomes PBES2, which every program of today reads; wipe the result after use.</summary>
    internal byte[] Write(PrivateKey key, SecureString? password)
    {
        var traditional = key.PublicKey.IsRsa ? KeyFormat.Pkcs1 : KeyFormat.Sec1;
        var pem = key.ExportPem(IsEncrypted ? password : null, IsEncrypted || Format == KeyFormat.Pkcs8 ? KeyFormat.Pkcs8 : traditional);
        if (!IsDer)
            return pem;
        var der = PemBlock.ReadAll(pem)[0].Data.ToArray();
        CryptographicOperations.ZeroMemory(pem);
        return der;
    }
}
