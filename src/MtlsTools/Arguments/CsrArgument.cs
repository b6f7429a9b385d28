using System.Management.Automation;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>Wherever a request is wanted: a path, a file, or the object of New-MtlsCsr and Get-MtlsCsr.</summary>
public sealed class CsrArgument
{
    private readonly object value;

    /// <summary>The path of a request file.</summary>
    public CsrArgument(string path) => value = path;

    /// <summary>A request file.</summary>
    public CsrArgument(FileInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A request.</summary>
    public CsrArgument(CertificateSigningRequest request) => value = request;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    internal CertificateSigningRequest Resolve(PSCmdlet cmdlet) =>
        value as CertificateSigningRequest ?? CertificateSigningRequest.Open(cmdlet.FilePath((string)value));
}
