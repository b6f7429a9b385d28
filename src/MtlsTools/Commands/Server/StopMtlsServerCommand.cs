using System.Management.Automation;
using MtlsTools.Configuration;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>Stop-MtlsServer: stops servers and ends their connections.</summary>
[Cmdlet(VerbsLifecycle.Stop, "MtlsServer", SupportsShouldProcess = true, DefaultParameterSetName = ServerSet)]
public sealed class StopMtlsServerCommand : PSCmdlet
{
    private const string ServerSet = "Server";
    private const string IdSet = "Id";
    private const string ProcessSet = "Process";

    /// <summary>The servers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ServerSet)]
    public MtlsServer[] Server { get; set; } = [];

    /// <summary>The servers' numbers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(ServerIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Programs that New-MtlsConfig -Start started.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ProcessSet)]
    public ConfigProcess[] Process { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var server in Server)
            Stop(server);
        foreach (var process in Process.Where(process => ShouldProcess(process.ToString(), "Stop the server")))
            ConfigProcesses.Processes.Stop(process);
        foreach (var id in Id)
        {
            if (ServerRegistry.Servers.Find(id) is { } server)
                Stop(server);
            else
                WriteError(Errors.ServerNotFound(id));
        }
    }

    private void Stop(MtlsServer server)
    {
        if (ShouldProcess(server.ToString(), "Stop the server"))
            ServerRegistry.Servers.Stop(server);
    }
}
