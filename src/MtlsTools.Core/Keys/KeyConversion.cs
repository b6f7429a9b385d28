using System.Security;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>Writes a private key anew: with another password, with none, or in another form.</summary>
public sealed class KeyConversion
{
    private readonly string path;
    private readonly SecureString? password;
    private readonly MtlsKey source;
    private readonly int blocks;

    /// <summary>Opens the key.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="password">The password that it has.</param>
    /// <exception cref="MtlsException">The file holds no key or several, or the password is missing or wrong.</exception>
    public KeyConversion(string path, SecureString? password)
    {
        this.path = path;
        this.password = password;

        // Opening it as a single key says what is wrong with a locked one, or with several.
        source = MtlsKey.Open(path, password) is [{ PrivateKey: not null } only] ? only : MtlsKey.Of(PrivateKey.Open(path, password), KeyFormat.Pkcs8);
        var content = InputFile.Read(path);
        blocks = PemBlock.LooksLikePem(content) ? PemBlock.ReadAll(content, path).Count(block => block.Label != "EC PARAMETERS") : 1;
    }

    /// <summary>The form it gets.</summary>
    public KeyFormat Format { get; init; }

    /// <summary>The password it gets; null keeps the one it has.</summary>
    public SecureString? NewPassword { get; init; }

    /// <summary>Whether it loses its password.</summary>
    public bool RemovePassword { get; init; }

    /// <summary>Whether a key that was encrypted is in the clear afterwards.</summary>
    public bool ExposesKey => source.IsEncrypted && TargetPassword is null;

    private SecureString? TargetPassword => RemovePassword ? null : NewPassword ?? (source.IsEncrypted ? password : null);

    /// <summary>What <see cref="Save"/> does, in words.</summary>
    public string Describe() => (source.IsEncrypted, TargetPassword, NewPassword) switch
    {
        (true, null, _) => $"Write the key ({source.Type}) without a password, as {Format}",
        (true, _, null) => $"Write the key ({source.Type}) with its password, as {Format}",
        (true, _, _) => $"Change the password of the key ({source.Type})",
        (false, null, _) => $"Write the key ({source.Type}) as {Format}",
        _ => $"Encrypt the key ({source.Type})",
    };

    /// <summary>Writes the key in one step; whatever fails leaves the old file as it is.</summary>
    /// <param name="target">The file; the key's own is replaced.</param>
    /// <exception cref="KeyException">The file holds more than the key, or the form does not fit.</exception>
    /// <exception cref="OutputException">The file can not be written.</exception>
    public MtlsKey Save(string target)
    {
        if (target == path && (source.Format == KeyFormat.Pfx || blocks > 1))
            throw new KeyException(ErrorCode.KeyNotAlone, $"'{path}' holds more than the key, and writing it anew would lose that. Give -OutFile for the key{(source.Format == KeyFormat.Pfx ? ", or use Export-MtlsCertificate" : "")}.", path);
        var key = source.PrivateKey!;
        key.Save(target, TargetPassword, overwrite: true, Format);
        return MtlsKey.Of(key, Format, isEncrypted: TargetPassword is not null);
    }
}
