using System.Management.Automation;
using MtlsTools.Configuration.Checking;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsConfig: reads the configuration of a server or a mesh and says what is wrong with it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsConfig", DefaultParameterSetName = PathSet)]
[OutputType(typeof(ConfigReport), typeof(bool))]
public sealed class TestMtlsConfigCommand : PathCmdlet
{
    private ConfigCheckOptions options = new();
    private bool isSound = true;

    /// <summary>What the configuration is of; told by name and content otherwise.</summary>
    [Parameter]
    public ConfigFormat Format { get; set; }

    /// <summary>The folder in which absolute paths of the configuration begin.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RootPath { get; set; }

    /// <summary>The day the verdict is for.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>These checks and no others.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigRuleCompleter))]
    public string[]? Rule { get; set; }

    /// <summary>Checks to leave out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigRuleCompleter))]
    public string[]? ExcludeRule { get; set; }

    /// <summary>Gives one true or false for all that was read.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => options = this.Require(Rule ?? ExcludeRule, () => new ConfigCheckOptions
    {
        Format = Format,
        RootPath = RootPath is null ? null : this.FilePath(RootPath),
        AsOf = AsOf,
        Checks = ConfigRuleCompleter.Find(Rule),
        Excluded = ConfigRuleCompleter.Find(ExcludeRule) ?? [],
    });

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        try
        {
            var report = ConfigExaminer.Examine(path, options);
            isSound &= report.Success;
            if (!Quiet)
                WriteObject(report);
        }
        catch (MtlsException)
        {
            isSound = false; // What can not be read is not sound either.
            throw;
        }
    });

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Quiet)
            WriteObject(isSound);
    }
}
