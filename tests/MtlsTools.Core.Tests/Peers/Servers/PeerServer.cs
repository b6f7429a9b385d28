using System.Security.Authentication;
using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>A real server that requires a client certificate, with one port for each fault of its own certificate. Started once, gone when disposed.</summary>
public abstract class PeerServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<PeerProcess> processes = [];
    private int[] ports = [];

    /// <summary>The server and its version, as the table names it.</summary>
    public string Title { get; private set; } = "";

    /// <summary>What it accepts although it should not, and why; every other acceptance of a bad client fails the test.</summary>
    public virtual IReadOnlyDictionary<string, string> Accepts => new Dictionary<string, string>();

    /// <summary>Causes that it says something else about than all others.</summary>
    public virtual IReadOnlyDictionary<string, FindingId> Verdicts => new Dictionary<string, FindingId>();

    protected TemporaryFolder Folder { get; } = new();

    public int Port(ServerFault fault) => ports[(int)fault];

    /// <summary>What the process behind the first port has said so far.</summary>
    public string Log => processes[0].All;

    /// <summary>What a client has to speak.</summary>
    public virtual ConnectionOptions Adapt(ConnectionOptions options) => options;

    /// <summary>How it refuses where neither an alert nor an HTTP status says so.</summary>
    public virtual string Refusal => "closed";

    /// <summary>Whether its log says why it refuses a client.</summary>
    public virtual bool LogsReasons => true;

    /// <summary>One connection of a client that will be refused, and nothing after it.</summary>
    public virtual async Task ProvokeAsync(MtlsCertificate? client)
    {
        try
        {
            using var tls = await RawTls.ConnectAsync(Port(ServerFault.None), client);
            await tls.AskAsync("GET / HTTP/1.0\r\n\r\n");
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // That is what it is for.
        }
    }

    /// <summary>Starts it, or skips the test where it is not installed.</summary>
    public void Start(ServerFiles files)
    {
        Title = FindTitle();
        for (var attempt = 1; ; attempt++)
        {
            ports = Loopback.FreePorts(ServerFiles.Faults.Count);
            processes.AddRange(Launch(files));
            if (SpinWait.SpinUntil(IsDecided, Patience) && !processes.Exists(process => process.HasExited))
                return;

            // A port that was free may have been taken meanwhile; anything else stays wrong.
            var said = string.Concat(processes.Select(process => process.All));
            Stop();
            Assert.True(attempt < 3, $"{Title} did not start:\n{said}");
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Its name and the two numbers of its version that matter.</summary>
    protected abstract string FindTitle();

    /// <summary>Starts as many processes as it needs for all ports.</summary>
    protected abstract IEnumerable<PeerProcess> Launch(ServerFiles files);

    protected static string Version(string name, string said, string pattern = @"(\d+\.\d+)") => $"{name} {Regex.Match(said, pattern).Groups[1].Value}";

    /// <summary>One text for each fault, joined: blocks of a configuration.</summary>
    protected string Each(ServerFiles files, Func<ServerPair, int, string> block) =>
        string.Join('\n', ServerFiles.Faults.Select(fault => block(files.Of(fault), Port(fault))));

    /// <summary>Port, certificate and key of every fault in a row, as the small programs of this folder take them.</summary>
    protected string[] Arguments(ServerFiles files) => ServerFiles.Faults.SelectMany(fault => new[] { $"{Port(fault)}", files.Of(fault).Certificate, files.Of(fault).Key }).ToArray();

    protected virtual void Dispose(bool disposing)
    {
        Stop();
        Folder.Dispose();
    }

    private bool IsDecided()
    {
        Thread.Sleep(20);
        return processes.Exists(process => process.HasExited) || Array.TrueForAll(ports, Loopback.Accepts);
    }

    private void Stop()
    {
        processes.ForEach(process => process.Dispose());
        processes.Clear();
    }
}
