using MtlsTools.Encoding;

namespace MtlsTools.Keys.Access;

/// <summary>Finds the file that holds the private key.</summary>
internal static class KeyFile
{
    /// <summary>The file itself when a private key stands in it, in whatever form and however encrypted; else the key beside a certificate.</summary>
    /// <exception cref="InputException">The file can not be read, or holds neither.</exception>
    /// <exception cref="KeyException">There is a certificate and no key beside it.</exception>
    internal static string Find(string path)
    {
        var content = InputFile.Read(path);
        var isPem = PemBlock.LooksLikePem(content);
        var labels = isPem ? PemBlock.ReadAll(content, path).Select(block => block.Label).ToList() : [];
        var kind = isPem ? DerKind.Unknown : DerContent.Detect(content);
        if (labels.Exists(label => label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)) || kind is DerKind.Pkcs8 or DerKind.EncryptedPkcs8 or DerKind.Pkcs1 or DerKind.Sec1 or DerKind.Pfx)
            return path;
        if (!labels.Exists(label => label.EndsWith("CERTIFICATE", StringComparison.Ordinal)) && kind is not (DerKind.Certificate or DerKind.Pkcs7))
            throw new InputException(ErrorCode.WrongContent, $"'{path}' holds neither a private key nor a certificate. Name the key file.", path);
        var beside = System.IO.Path.ChangeExtension(path, ".key");
        return beside != path && File.Exists(beside)
            ? beside
            : throw new KeyException(ErrorCode.KeyRequired, $"'{path}' holds a certificate without its private key, and '{beside}' does not exist. Name the key file.", path);
    }
}
