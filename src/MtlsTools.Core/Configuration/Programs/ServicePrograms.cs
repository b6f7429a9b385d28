using MtlsTools.Configuration.Syntax;
using MtlsTools.Keys.Access.Unix;
using MtlsTools.Processes;

namespace MtlsTools.Configuration.Programs;

/// <summary>How databases and brokers are run. None of them has a check of its own: what they do not understand stops their start.</summary>
internal static class ServicePrograms
{
    private const string PostgreSqlAccount = "postgres";

    /// <summary>Distributions keep the server's programs of each version off the path.</summary>
    private static readonly IEnumerable<string> PostgreSqlFolders = new[] { "/usr/lib/postgresql", "/usr/pgsql" }
        .Where(Directory.Exists).SelectMany(Directory.GetDirectories).OrderDescending().Select(version => Path.Combine(version, "bin", "postgres"));

    /// <summary>A cluster of its own. PostgreSQL does not run as root, so that root runs it as the account that packages make for it.</summary>
    internal static TargetProgram PostgreSql { get; } = new(["postgres", .. PostgreSqlFolders])
    {
        Scheme = "postgresql",
        Ready = "ready to accept connections",
        NeedsOwnFiles = true,
        Start = run =>
        {
            run.Execute(AsPostgres(run, Path.Combine(Path.GetDirectoryName(run.Tool)!, "initdb"), "-D", run.At("data"), "-U", PostgreSqlAccount, "-A", "scram-sha-256", "--pwfile", run.Write("password", Guid.NewGuid().ToString("N")), "-E", "UTF8", "--locale=C", "--no-sync"));
            File.AppendAllText(run.At("data/postgresql.conf"), $"\ninclude = {ServiceSyntax.PostgreSql.Write(run.Main, "path")}\nunix_socket_directories = ''\n");
            return AsPostgres(run, run.Tool, "-D", run.At("data"), "-c", $"hba_file={run.At("pg_hba.conf")}", "-c", $"ident_file={run.At("pg_ident.conf")}");
        },
    };

    /// <summary>Started by root it becomes another account, which could not read the files of the trial.</summary>
    internal static TargetProgram Mosquitto { get; } = new("mosquitto")
    {
        Scheme = "mqtts",
        Start = run => run.Run("-c", run.Write("mosquitto-main.conf", $"log_dest stderr\n{(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? "user root\n" : "")}{File.ReadAllText(run.Main)}"), "-v"),
    };

    internal static TargetProgram Redis { get; } = new("redis-server")
    {
        Scheme = "rediss",
        Start = run => run.Run(run.Write("redis-main.conf", $"daemonize no\nsave \"\"\ndir {ServiceSyntax.Redis.Write(run.Folder, "path")}\n{File.ReadAllText(run.Main)}")),
    };

    internal static TargetProgram OpenSsl { get; } = OperatingSystem.IsWindows()
        ? new("powershell") { Start = run => run.Run("-NoProfile", "-ExecutionPolicy", "Bypass", "-File", run.Main) }
        : new("bash") { Check = run => [run.Run("-n", run.Main)], Start = run => run.Run(run.Main) };

    private static ProcessCommand AsPostgres(ProgramRun run, string program, params string[] arguments)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new ProcessCommand(program, arguments);
        var (id, group) = Libc.FindUser(PostgreSqlAccount)
            ?? throw new InputException(ErrorCode.ConfigNotRunnable, $"PostgreSQL does not run as root, and there is no account '{PostgreSqlAccount}' to run it. Leave -Test and -Start out, or use them as another user.");
        run.Give(id, group);
        return new ProcessCommand(run.Require("setpriv"), [$"--reuid={id}", $"--regid={group}", "--clear-groups", program, .. arguments]);
    }
}
