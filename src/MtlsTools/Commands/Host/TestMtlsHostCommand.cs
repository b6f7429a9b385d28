using System.Management.Automation;
using MtlsTools.Host;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsHost: looks at a machine for what breaks mutual TLS, and changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsHost")]
[OutputType(typeof(HostReport), typeof(bool))]
public sealed class TestMtlsHostCommand : AsyncCmdlet
{
    private readonly List<string> folders = [];

    /// <summary>Folders or files with keys, beside the usual ones; wildcards are expanded.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken as written.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder in which another system lies.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Hosts whose clock is right.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ClockHost { get; set; } = [];

    /// <summary>These checks and no others.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostCheckCompleter))]
    public string[]? Check { get; set; }

    /// <summary>Checks to leave out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostCheckCompleter))]
    public string[]? Skip { get; set; }

    /// <summary>Gives the verdict alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in LiteralPath)
            this.Attempt(path, () => folders.Add(this.FilePath(path)));
        foreach (var path in Path)
            folders.AddRange(this.Expand(path));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var report = Stoppable(token => this.Require(Root, () => HostExaminer.Examine(Options(), token)));
        foreach (var check in report.NotMade)
            WriteVerbose($"{check.Id}: {string.Join(" ", check.Reasons)}");
        WriteObject(Quiet ? report.Success : report);
    }

    private HostOptions Options() => new()
    {
        Root = Root is null ? null : this.FilePath(Root),
        Folders = folders.Distinct().ToList(),
        ClockHosts = ClockHost,
        Checks = HostCheckCompleter.Find(Check),
        Skipped = HostCheckCompleter.Find(Skip) ?? new HashSet<string>(),
    };
}
