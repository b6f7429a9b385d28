using System.Collections.Concurrent;
using System.Management.Automation;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>The servers of this process. They stop with Stop-MtlsServer, with the session that started them, and with the module.</summary>
internal static class ServerRegistry
{
    private static readonly ConcurrentDictionary<int, MtlsServer> Running = new();

    internal static IEnumerable<MtlsServer> All => Running.Values.OrderBy(server => server.Id);

    internal static MtlsServer? Find(int id) => Running.GetValueOrDefault(id);

    /// <summary>The servers whose certificate lies below a folder.</summary>
    internal static IEnumerable<MtlsServer> Below(string folder) =>
        All.Where(server => server.Certificate.Path?.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal) == true).ToList();

    internal static MtlsServer Start(MtlsServerOptions options)
    {
        var server = MtlsServer.Start(options);
        Running[server.Id] = server;
        SessionEnd.Do(() => Stop(server));
        return server;
    }

    internal static void Stop(MtlsServer server)
    {
        server.Stop();
        Running.TryRemove(server.Id, out _);
    }
}

/// <summary>Stops every server when the module is removed.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        foreach (var server in ServerRegistry.All)
            ServerRegistry.Stop(server);
        foreach (var responder in ResponderRegistry.All)
            ResponderRegistry.Stop(responder);
        ConfigProcesses.StopAll();
    }
}
