using MtlsTools.Configuration.Syntax;
using MtlsTools.Processes;

namespace MtlsTools.Configuration.Programs;

/// <summary>How web servers and proxies are checked and run: in the foreground, with everything that they write in the folder of the trial.</summary>
internal static class ProxyPrograms
{
    internal static TargetProgram Nginx { get; } = new("nginx")
    {
        Check = run => [run.Run("-t", "-q", "-p", run.Folder, "-c", NginxMain(run), "-e", "stderr")],
        Start = run => run.Run("-p", run.Folder, "-c", NginxMain(run), "-e", "stderr"),
    };

    internal static TargetProgram Apache { get; } = new("apache2", "httpd")
    {
        Check = run => [run.Run("-t", "-f", ApacheMain(run))],
        Start = run => run.Run("-D", "FOREGROUND", "-f", ApacheMain(run)),
    };

    internal static TargetProgram HAProxy { get; } = new("haproxy")
    {
        Check = run => [run.Run("-c", "-f", run.Main)],
        Start = run => run.Run("-W", "-db", "-f", run.Main),
    };

    internal static TargetProgram Caddy { get; } = new("caddy")
    {
        Check = run => [AtHome(run, "validate", "--config", run.Main, "--adapter", "caddyfile")],
        Start = run => AtHome(run, "run", "--config", CaddyMain(run), "--adapter", "caddyfile"),
    };

    internal static TargetProgram Envoy { get; } = new("envoy")
    {
        Check = run => [run.Run("--mode", "validate", "-c", run.Main)],
        Start = run => run.Run("--disable-hot-restart", "-c", run.Main),
    };

    /// <summary>Its static configuration names the folder of an installation; here its arguments name the file.</summary>
    internal static TargetProgram Traefik { get; } = new("traefik")
    {
        Start = run => run.Run($"--entryPoints.websecure.address=127.0.0.1:{run.Port}", $"--providers.file.filename={run.Main}", "--log.level=DEBUG"),
    };

    /// <summary>What is valid for all services has to stand before the first one.</summary>
    internal static TargetProgram Stunnel { get; } = new("stunnel", "stunnel4")
    {
        Start = run => run.Run(run.Write("stunnel.conf", $"foreground = yes\npid =\nsyslog = no\n{File.ReadAllText(run.Main)}")),
    };

    private static string NginxMain(ProgramRun run)
    {
        string Path(string name) => NginxSyntax.Nginx.Write(run.At(name), "path");
        return run.Write("nginx-main.conf", $$"""
            daemon off;
            worker_processes 1;
            worker_shutdown_timeout 1s;
            {{(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{Path("nginx.pid")}};
            error_log stderr info;
            events { }
            http {
                access_log off;
                client_body_temp_path {{Path("body")}};
                proxy_temp_path {{Path("proxy")}};
                fastcgi_temp_path {{Path("fastcgi")}};
                uwsgi_temp_path {{Path("uwsgi")}};
                scgi_temp_path {{Path("scgi")}};
                include {{Path(System.IO.Path.GetFileName(run.Main))}};
            }

            """);
    }

    /// <summary>A server as small as the virtual host allows; modules that are not there as files are part of the program.</summary>
    private static string ApacheMain(ProgramRun run)
    {
        string[] modules = ["mpm_event", "authz_core", "alias", "setenvif", "headers", "http2", "proxy", "proxy_http", "ssl"];
        var files = modules.Select(name => (Name: name, File: ApacheModules.Select(folder => Path.Combine(folder, $"mod_{name}.so")).FirstOrDefault(File.Exists)));
        string Quote(string path) => ProxySyntaxes.Apache.Write(path, "path");
        return run.Write("httpd-main.conf", $"""
            ServerRoot {Quote(run.Folder)}
            ServerName localhost
            PidFile {Quote(run.At("httpd.pid"))}
            DefaultRuntimeDir {Quote(run.Folder)}
            ErrorLog {(OperatingSystem.IsWindows() ? Quote(run.At("error.log")) : "/dev/stderr")}
            LogLevel info
            {string.Join('\n', files.Where(module => module.File is not null).Select(module => $"LoadModule {module.Name}_module {Quote(module.File!)}"))}
            {(OperatingSystem.IsWindows() ? "" : "Mutex posixsem")}
            {(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? "User #65534\nGroup #65534" : "")}
            StartServers 1
            ThreadsPerChild 8
            MinSpareThreads 1
            MaxSpareThreads 8
            MaxRequestWorkers 8
            SSLSessionCache none
            Include {Quote(run.Main)}

            """);
    }

    /// <summary>Where distributions keep Apache's modules.</summary>
    private static readonly IReadOnlyList<string> ApacheModules =
        ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib64/apache2", "/usr/lib/httpd/modules", "/usr/libexec/apache2", "/opt/homebrew/lib/httpd/modules", "/usr/local/lib/httpd/modules", @"C:\Apache24\modules"];

    /// <summary>The same with a socket for its administration instead of a port, which another Caddy may have.</summary>
    private static string CaddyMain(ProgramRun run)
    {
        var admin = OperatingSystem.IsWindows() ? "off" : ProxySyntaxes.Caddyfile.Write($"unix/{run.At("admin.sock")}", "path");
        return run.Write("Caddyfile-main", File.ReadAllText(run.Main).Replace("auto_https off", $"auto_https off\n\tadmin {admin}", StringComparison.Ordinal));
    }

    /// <summary>Caddy keeps files of its own in the user's folders.</summary>
    private static ProcessCommand AtHome(ProgramRun run, params string[] arguments) => run.Run(arguments) with
    {
        Environment = new Dictionary<string, string> { ["XDG_DATA_HOME"] = run.Folder, ["XDG_CONFIG_HOME"] = run.Folder, ["HOME"] = run.Folder },
    };
}
