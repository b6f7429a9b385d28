using System.Globalization;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>An nginx whose clock a test moves (libfaketime), and that reads its files again when told to.</summary>
internal sealed class FakeTimeNginx : IDisposable
{
    private static readonly string[] Libraries = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"];

    private readonly TemporaryFolder folder = new();
    private readonly PeerProcess process;

    internal FakeTimeNginx(DateTimeOffset now, string tls)
    {
        var nginx = Peer.Require("nginx");
        var library = Array.Find(Libraries, File.Exists);
        Skip.If(library is null, "libfaketime is not installed; on Debian: apt install libfaketime");
        SetTime(now);
        Port = Loopback.FreePorts(1)[0];
        Directory.CreateDirectory(folder.At("www"));
        folder.Write(Path.Combine("www", "index.html"), "hello\n");
        var configuration = folder.Write("nginx.conf", $$"""
            daemon off;
            worker_processes 1;
            env FAKETIME_TIMESTAMP_FILE;
            env FAKETIME_NO_CACHE;
            env FAKETIME_DONT_FAKE_MONOTONIC;
            env LD_PRELOAD;
            pid "{{folder.At("nginx.pid")}}";
            error_log stderr info;
            events { }
            http {
                log_format clients '$time_iso8601 $status "$ssl_client_i_dn" $ssl_client_serial';
                access_log "{{AccessLog}}" clients;
                client_body_temp_path "{{folder.At("body")}}";
                proxy_temp_path "{{folder.At("proxy")}}";
                fastcgi_temp_path "{{folder.At("fastcgi")}}";
                uwsgi_temp_path "{{folder.At("uwsgi")}}";
                scgi_temp_path "{{folder.At("scgi")}}";
                server {
                    listen 127.0.0.1:{{Port}} ssl;
                    ssl_session_tickets off;
                    {{tls}}
                    ssl_verify_client on;
                    root "{{folder.At("www")}}";
                }
            }
            """);
        process = nginx.With("LD_PRELOAD", library!).With("FAKETIME_TIMESTAMP_FILE", folder.At("now")).With("FAKETIME_NO_CACHE", "1").With("FAKETIME_DONT_FAKE_MONOTONIC", "1").With("TZ", "UTC")
            .Start("-p", folder.Path, "-c", configuration, "-e", "stderr");
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Loopback.Accepts(Port), TimeSpan.FromSeconds(30)) && !process.HasExited, process.All);
    }

    internal int Port { get; }

    internal string AccessLog => folder.At("access.log");

    /// <summary>What it has said.</summary>
    internal string Said => process.All;

    /// <summary>Moves its clock: the file is replaced whole, because it is read all the time.</summary>
    internal void SetTime(DateTimeOffset now)
    {
        folder.Write("now.next", now.UtcDateTime.ToString("'@'yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "\n");
        File.Move(folder.At("now.next"), folder.At("now"), overwrite: true);
    }

    internal string? Reload() => Peer.Require("kill").Try("-HUP", process.Id.ToString(CultureInfo.InvariantCulture)) is { ExitCode: not 0 } failed ? failed.All : null;

    public void Dispose()
    {
        process.Dispose();
        folder.Dispose();
    }
}
