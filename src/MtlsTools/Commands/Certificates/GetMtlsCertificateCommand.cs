using System.Management.Automation;
using System.Security;
using MtlsTools.Certificates;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsCertificate: reads certificates from files and folders.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsCertificate", DefaultParameterSetName = PathSet)]
[OutputType(typeof(MtlsCertificate))]
public sealed class GetMtlsCertificateCommand : PathCmdlet
{
    /// <summary>The private key of the (first) certificate.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Looks into the folders of a folder as well.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        if (Directory.Exists(path))
            ReadFolder(path);
        else
            WriteObject(Read(path), enumerateCollection: true);
    });

    private IEnumerable<MtlsCertificate> Read(string file) => Key is null
        ? CertificateReader.ReadFile(file, Password)
        : [CertificateReader.ReadFile(file, Password)[0].WithKey(Key.Resolve(this, Password))];

    private void ReadFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = Recurse, IgnoreInaccessible = true })
            .Where(file => CertificateReader.Extensions.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (Stopping)
                return;
            this.Attempt(file, () =>
            {
                try
                {
                    WriteObject(CertificateReader.ReadFile(file, Password), enumerateCollection: true);
                }
                catch (InputException other) when (other.Code == ErrorCode.WrongContent)
                {
                    // In a folder, keys and requests are good neighbours of certificates.
                    WriteVerbose(other.Message);
                }
            });
        }
    }
}
