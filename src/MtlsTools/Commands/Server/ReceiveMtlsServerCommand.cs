using System.Management.Automation;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>Receive-MtlsServer: the next connections of a server, each given once.</summary>
[Cmdlet(VerbsCommunications.Receive, "MtlsServer", DefaultParameterSetName = ServerSet)]
[OutputType(typeof(ServerConnection))]
public sealed class ReceiveMtlsServerCommand : AsyncCmdlet
{
    private const string ServerSet = "Server";
    private const string ServerAllSet = "ServerAll";
    private const string IdSet = "Id";
    private const string IdAllSet = "IdAll";

    /// <summary>The servers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ServerSet)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ServerAllSet)]
    public MtlsServer[] Server { get; set; } = [];

    /// <summary>The servers' numbers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [Parameter(Mandatory = true, ParameterSetName = IdAllSet)]
    [ArgumentCompleter(typeof(ServerIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>How many connections are waited for.</summary>
    [Parameter(ParameterSetName = ServerSet)]
    [Parameter(ParameterSetName = IdSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>How long each is waited for.</summary>
    [Parameter(ParameterSetName = ServerSet)]
    [Parameter(ParameterSetName = IdSet)]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Gives what has come already, and waits for nothing.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ServerAllSet)]
    [Parameter(Mandatory = true, ParameterSetName = IdAllSet)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var server in Server)
            Receive(server);
        foreach (var id in Id)
        {
            if (ServerRegistry.Servers.Find(id) is { } server)
                Receive(server);
            else
                WriteError(Errors.ServerNotFound(id));
        }
    }

    private void Receive(MtlsServer server) => this.Attempt(server, () =>
    {
        if (All)
        {
            WriteObject(server.ReceiveAll(), enumerateCollection: true);
            return;
        }

        for (var left = Count; left > 0; left--)
            WriteObject(Await(token => server.ReceiveAsync(TimeSpan.FromSeconds(TimeoutSec), token)));
    });
}
