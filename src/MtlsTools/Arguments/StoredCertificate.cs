using System.Management.Automation;
using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>A certificate of a store by its name there: a thumbprint, or a path of the Cert: drive.</summary>
internal static partial class StoredCertificate
{
    /// <summary>The certificate; null when the text is neither, or a file of that name lies here.</summary>
    /// <exception cref="StoreException">No such certificate is in the store.</exception>
    internal static MtlsCertificate? Find(PSCmdlet cmdlet, string text)
    {
        if (Thumbprint().IsMatch(text))
            return File.Exists(cmdlet.FilePath(text)) ? null : UserCertificateStore.Find(MtlsStoreName.My, Bare(text)).Certificate;
        if (CertificateDrive.Find(cmdlet, text, literal: true, recurse: false) is { } found)
            return found.Select(MtlsCertificate.FromX509).FirstOrDefault() ?? throw new StoreException(ErrorCode.StoreItemNotFound, $"'{text}' names no certificate. Get-MtlsStoreItem lists those of this user.");

        // Where there is no such drive, the stores of this user are the same by another way.
        return DrivePath().Match(text) is { Success: true } path && Enum.TryParse<MtlsStoreName>(path.Groups["store"].Value, ignoreCase: true, out var store)
            ? UserCertificateStore.Find(store, Bare(path.Groups["thumbprint"].Value)).Certificate
            : null;
    }

    /// <summary>Without what the dialogs of Windows and openssl put around and between the digits.</summary>
    private static string Bare(string thumbprint) => new(thumbprint.Where(char.IsAsciiHexDigit).ToArray());

    [GeneratedRegex(@"^\u200E?[0-9A-Fa-f]{2}(?:[ :]?[0-9A-Fa-f]{2}){19}$")]
    private static partial Regex Thumbprint();

    [GeneratedRegex(@"^Cert:[\\/]+CurrentUser[\\/]+(?<store>My|CA|Root)[\\/]+(?<thumbprint>[0-9A-Fa-f]{40})$", RegexOptions.IgnoreCase)]
    private static partial Regex DrivePath();
}
