using System.Management.Automation;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>The servers of this process.</summary>
internal static class ServerRegistry
{
    internal static SessionRegistry<MtlsServer> Servers { get; } = new(server => server.Id, server => server.Stop());

    /// <summary>The servers whose certificate lies below a folder.</summary>
    internal static IEnumerable<MtlsServer> Below(string folder) =>
        Servers.All.Where(server => server.Certificate.Path?.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal) == true).ToList();
}

/// <summary>Stops what still runs when the module is removed.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        ServerRegistry.Servers.StopAll();
        ResponderRegistry.Responders.StopAll();
        ConfigProcesses.Processes.StopAll();
    }
}
