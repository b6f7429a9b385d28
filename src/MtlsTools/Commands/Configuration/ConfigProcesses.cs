using MtlsTools.Configuration;

namespace MtlsTools.Commands;

/// <summary>The programs that were started with a configuration.</summary>
internal static class ConfigProcesses
{
    internal static SessionRegistry<ConfigProcess> Processes { get; } = new(process => process.Id, process => process.Stop());
}
