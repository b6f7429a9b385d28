using System.Management.Automation;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsServer: the servers of this session, or the connections they saw.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsServer")]
[OutputType(typeof(MtlsServer), typeof(ServerConnection))]
public sealed class GetMtlsServerCommand : PSCmdlet
{
    /// <summary>Which servers; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ServerIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>Lists the connections instead, oldest first.</summary>
    [Parameter]
    public SwitchParameter Connection { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Id is null)
        {
            foreach (var server in ServerRegistry.Servers.All)
                Write(server);
            return;
        }

        foreach (var id in Id)
        {
            if (ServerRegistry.Servers.Find(id) is { } server)
                Write(server);
            else
                WriteError(Errors.ServerNotFound(id));
        }
    }

    private void Write(MtlsServer server) => WriteObject(Connection ? server.Connections : server, enumerateCollection: Connection);
}
