using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>A certificate of a CA: an entry of its index, or whatever else a certificate can be given as.</summary>
public sealed class IssuedCertificateArgument
{
    private readonly CertificateArgument? certificate;
    private readonly IssuedEntry? entry;

    /// <summary>The path of a certificate file or of a CA folder, or a certificate in a store.</summary>
    public IssuedCertificateArgument(string path) => certificate = new CertificateArgument(path);

    /// <summary>A certificate file or a CA folder.</summary>
    public IssuedCertificateArgument(FileSystemInfo file) => certificate = new CertificateArgument(file);

    /// <summary>A certificate of this module.</summary>
    public IssuedCertificateArgument(MtlsCertificate certificate) => this.certificate = new CertificateArgument(certificate);

    /// <summary>A CA below: its own certificate.</summary>
    public IssuedCertificateArgument(CertificateAuthority authority) => certificate = new CertificateArgument(authority);

    /// <summary>A certificate in a store.</summary>
    public IssuedCertificateArgument(StoreItem item) => certificate = new CertificateArgument(item);

    /// <summary>A certificate of .NET.</summary>
    public IssuedCertificateArgument(X509Certificate2 certificate) => this.certificate = new CertificateArgument(certificate);

    /// <summary>An entry of the CA's index, as Get-MtlsCa lists them.</summary>
    public IssuedCertificateArgument(IssuedEntry entry) => this.entry = entry;

    /// <inheritdoc/>
    public override string ToString() => certificate?.ToString() ?? entry!.SerialNumber;

    /// <exception cref="MtlsException">It can not be read; a name in place of a file is told how to be given.</exception>
    internal RevocationTarget Resolve(PSCmdlet cmdlet)
    {
        try
        {
            return entry is null ? RevocationTarget.Of(certificate!.Resolve(cmdlet)) : RevocationTarget.Of(entry);
        }
        catch (InputException missing) when (missing.Code == ErrorCode.FileNotFound && ToString().AsSpan().IndexOfAny('/', '\\') < 0)
        {
            throw new InputException(missing.Code, $"There is no file '{ToString()}' in '{cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath}'. Check the path; the name of a certificate goes with -Name, its serial number with -SerialNumber.", missing.Path, missing);
        }
    }
}
