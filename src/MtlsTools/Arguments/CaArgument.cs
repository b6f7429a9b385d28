using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Wherever a CA is wanted: its folder, or the object of New-MtlsCa and Get-MtlsCa.</summary>
public sealed class CaArgument
{
    private readonly object value;

    /// <summary>The path of a CA folder.</summary>
    public CaArgument(string path) => value = path;

    /// <summary>A CA folder.</summary>
    public CaArgument(DirectoryInfo folder) => value = (folder ?? throw new ArgumentNullException(nameof(folder))).FullName;

    /// <summary>A CA.</summary>
    public CaArgument(CertificateAuthority authority) => value = authority;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    /// <summary>The folder, which need not be a whole CA yet.</summary>
    internal string ResolvePath(PSCmdlet cmdlet) => value is CertificateAuthority authority ? authority.Path : cmdlet.FilePath((string)value);

    internal CertificateAuthority Resolve(PSCmdlet cmdlet, SecureString? password)
    {
        if (value is not CertificateAuthority authority)
            return CertificateAuthority.Open(cmdlet.FilePath((string)value), password);
        if (password is not null)
            authority.Unlock(password);
        return authority;
    }
}
