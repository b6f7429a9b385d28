using MtlsTools.Processes;

namespace MtlsTools.Configuration.Programs;

/// <summary>How servers that are programs of their own are checked, by their language's own tools, and run.</summary>
internal static class CodePrograms
{
    internal static TargetProgram Node { get; } = new("node")
    {
        Check = run => [run.Run("--check", run.Main)],
        Start = run => run.Run(run.Main),
    };

    internal static TargetProgram Go { get; } = new("go")
    {
        Check = run => [GoBuild(run)],
        Start = run =>
        {
            run.Execute(GoBuild(run));
            return new ProcessCommand(GoServer(run));
        },
    };

    internal static TargetProgram Python { get; } = new("python3", "python")
    {
        Check = run => [run.Run("-m", "py_compile", run.Main)],
        Start = run => run.Run(run.Main),
    };

    internal static TargetProgram Kestrel { get; } = new("dotnet")
    {
        Check = run => [DotNetBuild(run)],
        Start = run =>
        {
            run.Execute(DotNetBuild(run));
            return run.Run(run.At("build/server.dll"), "--contentRoot", run.Folder);
        },
    };

    private static string GoServer(ProgramRun run) => run.At(OperatingSystem.IsWindows() ? "server.exe" : "server");

    /// <summary>The standard library is all that it takes, so nothing is fetched, and no C compiler is needed.</summary>
    private static ProcessCommand GoBuild(ProgramRun run) => run.Run("build", "-o", GoServer(run), run.Main) with
    {
        Environment = new Dictionary<string, string> { ["CGO_ENABLED"] = "0", ["GOFLAGS"] = "-mod=mod", ["GOPROXY"] = "off", ["GOTOOLCHAIN"] = "local" },
        Timeout = TimeSpan.FromMinutes(5),
    };

    private static ProcessCommand DotNetBuild(ProgramRun run) => run.Run("build", run.At("server.csproj"), "-o", run.At("build"), "-v", "quiet", "--nologo", "--disable-build-servers", "-p:UseAppHost=false") with
    {
        Environment = new Dictionary<string, string> { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1" },
        Timeout = TimeSpan.FromMinutes(5),
    };
}
