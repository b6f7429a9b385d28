using System.Collections.Concurrent;
using MtlsTools.Configuration;

namespace MtlsTools.Commands;

/// <summary>The programs that were started with a configuration. They end with Stop-MtlsServer, with the session that started them, and with the module.</summary>
internal static class ConfigProcesses
{
    private static readonly ConcurrentDictionary<ConfigProcess, bool> Running = new();

    internal static void Add(ConfigProcess process)
    {
        Running[process] = true;
        SessionEnd.Do(() => Stop(process));
    }

    internal static void Stop(ConfigProcess process)
    {
        process.Stop();
        Running.TryRemove(process, out _);
    }

    internal static void StopAll()
    {
        foreach (var process in Running.Keys)
            Stop(process);
    }
}
