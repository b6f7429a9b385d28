using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Commands;

/// <summary>PowerShell's drive Cert:, which Windows alone has.</summary>
internal static class CertificateDrive
{
    private const string Provider = "Certificate";

    /// <summary>The certificates that a path of the drive names, those of a store for a store; null for a path of another provider.</summary>
    internal static IEnumerable<X509Certificate2>? Find(PSCmdlet cmdlet, string path, bool literal, bool recurse)
    {
        if (!OperatingSystem.IsWindows() || !IsOfDrive(cmdlet, path))
            return null;
        var provider = cmdlet.InvokeProvider;
        return provider.Item.Get([path], force: true, literalPath: literal)
            .Concat(provider.ChildItem.Get([path], recurse, force: true, literalPath: literal))
            .Select(item => item.BaseObject)
            .OfType<X509Certificate2>()
            .DistinctBy(certificate => certificate.Thumbprint);
    }

    private static bool IsOfDrive(PSCmdlet cmdlet, string path)
    {
        try
        {
            cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == Provider;
        }
        catch (Exception unknown) when (unknown is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or NotSupportedException)
        {
            return false;
        }
    }
}
