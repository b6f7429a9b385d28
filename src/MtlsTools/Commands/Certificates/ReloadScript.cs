using System.Management.Automation;

namespace MtlsTools.Commands;

/// <summary>Runs the command that tells a program of new files.</summary>
internal static class ReloadScript
{
    private const string ExitCode = "global:LASTEXITCODE";

    /// <summary>Runs it; what it says is shown with -Verbose.</summary>
    /// <param name="cmdlet">In whose session.</param>
    /// <param name="script">The command; <c>$_</c> holds what was renewed. Its errors end it.</param>
    /// <param name="input">What was renewed.</param>
    /// <returns>Why it failed, or null.</returns>
    internal static string? Run(PSCmdlet cmdlet, ScriptBlock script, object input)
    {
        var variables = cmdlet.SessionState.PSVariable;
        variables.Set(ExitCode, 0);
        try
        {
            foreach (var said in script.InvokeWithContext(null, [new PSVariable("_", input), new PSVariable("ErrorActionPreference", ActionPreference.Stop)]))
                cmdlet.WriteVerbose(said?.ToString() ?? "");
        }
        catch (RuntimeException failed) when (failed is not PipelineStoppedException)
        {
            return $"the reload command failed: {failed.Message}";
        }

        return LanguagePrimitives.TryConvertTo<int>(variables.GetValue(ExitCode), out var code) && code != 0 ? $"the reload command's last program ended with exit code {code}" : null;
    }
}
