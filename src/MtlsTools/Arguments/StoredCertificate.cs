using System.Management.Automation;
using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>A certificate of a store by its name there: a thumbprint, a path of the Cert: drive, or a subject.</summary>
internal static partial class StoredCertificate
{
    /// <summary>The certificate; null when the text is none of these, or a file of that name lies here.</summary>
    /// <exception cref="StoreException">No such certificate is in the store.</exception>
    internal static MtlsCertificate? Find(PSCmdlet cmdlet, string text)
    {
        if (Thumbprint().IsMatch(text))
            return File.Exists(cmdlet.FilePath(text)) ? null : In(MtlsStoreName.My, Bare(text));
        if (CertificateDrive.Find(cmdlet, text, literal: true, recurse: false) is { } found)
            return found.Select(MtlsCertificate.FromX509).FirstOrDefault() ?? throw new StoreException(ErrorCode.StoreItemNotFound, $"'{text}' names no certificate. Get-MtlsStoreItem lists those of this user.");

        // Where there is no such drive, the stores of this user are the same by another way.
        return DrivePath().Match(text) is { Success: true } path && Enum.TryParse<MtlsStoreName>(path.Groups["store"].Value, ignoreCase: true, out var store)
            ? In(store, Bare(path.Groups["thumbprint"].Value))
            : FindByName(cmdlet, text);
    }

    /// <summary>The certificate of a name, for text that is no file.</summary>
    private static MtlsCertificate? FindByName(PSCmdlet cmdlet, string text) =>
        text.Length == 0 || Path.Exists(cmdlet.FilePath(text)) ? null : StoredIdentity.Find(text, DateTimeOffset.UtcNow)?.Certificate;

    private static MtlsCertificate In(MtlsStoreName store, string thumbprint) => CertificateStore.Open(StoreTarget.DotNetStore, new StoreOptions { StoreName = store }).Find(thumbprint)[0].Certificate;

    /// <summary>Without what the dialogs of Windows and openssl put around and between the digits.</summary>
    private static string Bare(string thumbprint) => new(thumbprint.Where(char.IsAsciiHexDigit).ToArray());

    [GeneratedRegex(@"^\u200E?[0-9A-Fa-f]{2}(?:[ :]?[0-9A-Fa-f]{2}){19}$")]
    private static partial Regex Thumbprint();

    [GeneratedRegex(@"^Cert:[\\/]+CurrentUser[\\/]+(?<store>My|CA|Root)[\\/]+(?<thumbprint>[0-9A-Fa-f]{40})$", RegexOptions.IgnoreCase)]
    private static partial Regex DrivePath();
}
