using System.Management.Automation;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Where published revocation lists are taken from: a CA, or a file with lists.</summary>
public sealed class CrlSourceArgument
{
    private readonly object value;

    /// <summary>The path of a CA folder, of the configuration file of <c>openssl ca</c>, or of a file with revocation lists.</summary>
    public CrlSourceArgument(string path) => value = path;

    /// <summary>A CA folder or a file.</summary>
    public CrlSourceArgument(FileSystemInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A CA.</summary>
    public CrlSourceArgument(CertificateAuthority authority) => value = authority;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    /// <summary>The CA, or the file.</summary>
    internal (CertificateAuthority? Authority, string? File) Resolve(PSCmdlet cmdlet)
    {
        if (value is CertificateAuthority authority)
            return (authority, null);
        var path = cmdlet.FilePath((string)value);
        return Directory.Exists(path) || Path.GetExtension(path) is ".cnf" or ".conf" ? (CertificateAuthority.Open(path), null) : (null, path);
    }
}
