using System.Security;
using Microsoft.Win32;

namespace MtlsTools.Host;

/// <summary>The settings of SChannel.</summary>
internal sealed class SchannelCollector : IHostCollector
{
    /// <summary>Windows Server 2022, the first with TLS 1.3 for servers.</summary>
    private const int FirstBuildWithTls13 = 20348;

    public HostArea Area => HostArea.Schannel;

    public string? NotApplicable(HostOptions options) => HostCollectors.WindowsOnly(options);

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsWindows())
            return;
        try
        {
            facts.Schannel = new SchannelSettings
            {
                SendTrustedIssuerList = Number(SchannelSettings.SubKey, nameof(SchannelSettings.SendTrustedIssuerList)),
                ClientAuthTrustMode = Number(SchannelSettings.SubKey, nameof(SchannelSettings.ClientAuthTrustMode)),
                ServesTls13 = Environment.OSVersion.Version.Build >= FirstBuildWithTls13
                    && Number($@"{SchannelSettings.SubKey}\Protocols\TLS 1.3\Server", "Enabled") is not 0,
            };
        }
        catch (Exception failure) when (failure is SecurityException or UnauthorizedAccessException or IOException)
        {
            facts.Miss(Area, $"{SchannelSettings.Key} can not be read: {failure.Message}", whole: true);
        }
    }

    /// <summary>A DWORD below HKLM, or null when it is not there.</summary>
    internal static int? Number(string key, string name)
    {
        if (!OperatingSystem.IsWindows())
            return null;
        using var opened = Registry.LocalMachine.OpenSubKey(key);
        return opened?.GetValue(name) as int?;
    }
}
