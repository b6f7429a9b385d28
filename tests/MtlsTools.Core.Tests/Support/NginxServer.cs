namespace MtlsTools.Tests.Support;

/// <summary>An nginx of its own: prefix, configuration and process, gone when disposed.</summary>
public sealed class NginxServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder;
    private readonly PeerProcess process;
    private readonly int[] ports;

    private NginxServer(TemporaryFolder folder, PeerProcess process, int[] ports)
    {
        this.folder = folder;
        this.process = process;
        this.ports = ports;
    }

    /// <summary>The port of a server block, in the order in which they were given.</summary>
    public int Port(int index) => ports[index];

    /// <summary>Starts it with one server per block; each block gets its <c>listen</c> line and serves hello-world.txt.</summary>
    /// <param name="blocks">The directives of each server.</param>
    public static NginxServer Start(params string[] blocks) => Start(withWorkers: false, blocks);

    /// <summary>The same with a worker process, which is what makes <see cref="Reload"/> harmless to requests.</summary>
    public static NginxServer StartWithWorker(params string[] blocks) => Start(withWorkers: true, blocks);

    private static NginxServer Start(bool withWorkers, string[] blocks)
    {
        var nginx = Peer.Require("nginx");
        for (var attempt = 1; ; attempt++)
        {
            if (TryStart(nginx, withWorkers, blocks, out var said) is { } started)
                return started;

            // A port that was free may have been taken meanwhile; anything else stays wrong.
            Assert.True(attempt < 5 && said.Contains("Address already in use", StringComparison.Ordinal), $"nginx did not start:\n{said}");
        }
    }

    /// <summary>Has it read its configuration and certificates again.</summary>
    public void Reload() => Peer.Require("nginx").Run("-p", folder.Path, "-c", folder.At("nginx.conf"), "-e", "stderr", "-s", "reload");

    public void Dispose()
    {
        process.Dispose();
        folder.Dispose();
    }

    private static NginxServer? TryStart(Peer nginx, bool withWorkers, string[] blocks, out string said)
    {
        var folder = new TemporaryFolder();
        var ports = Loopback.FreePorts(blocks.Length);
        Directory.CreateDirectory(folder.At("www"));
        folder.Write(Path.Combine("www", "hello-world.txt"), "mTLS Hello World!\n");
        var configuration = folder.Write("nginx.conf", $$"""
            daemon off;
            {{(withWorkers ? "user root; worker_processes 1;" : "master_process off;")}}
            pid "{{folder.At("nginx.pid")}}";
            error_log stderr info;
            events { }
            http {
                access_log off;
                client_body_temp_path "{{folder.At("body")}}";
                proxy_temp_path "{{folder.At("proxy")}}";
                fastcgi_temp_path "{{folder.At("fastcgi")}}";
                uwsgi_temp_path "{{folder.At("uwsgi")}}";
                scgi_temp_path "{{folder.At("scgi")}}";
                default_type text/plain;
            {{string.Join('\n', blocks.Select((block, i) => $$"""
                server {
                    listen 127.0.0.1:{{ports[i]}} ssl;
                    {{block}}
                    location / { root "{{folder.At("www")}}"; }
                }
            """))}}
            }
            """);
        var process = nginx.Start("-p", folder.Path, "-c", configuration, "-e", "stderr");
        if (SpinWait.SpinUntil(() => process.HasExited || Array.TrueForAll(ports, Loopback.Accepts), Patience) && !process.HasExited)
        {
            said = "";
            return new NginxServer(folder, process, ports);
        }

        process.Kill();
        said = process.All;
        process.Dispose();
        folder.Dispose();
        return null;
    }
}
