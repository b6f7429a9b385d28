using System.Management.Automation;

namespace MtlsTools.Commands;

/// <summary>Adds the Should operators of MtlsTools.Pester.ps1 when the module is imported into a session in which Pester is loaded. Without Pester nothing is read, and nothing costs time.</summary>
public sealed class PesterOperators : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport()
    {
        if (!Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.FullName?.StartsWith("Pester,", StringComparison.Ordinal) == true))
            return;
        try
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            var script = Path.Combine(Path.GetDirectoryName(typeof(PesterOperators).Assembly.Location)!, "MtlsTools.Pester.ps1");
            shell.AddCommand(script).Invoke();
            Warn(shell.Streams.Warning.Select(warning => warning.Message));
        }
        catch (RuntimeException failed)
        {
            // Operators that can not be added are no reason to refuse the import of everything else.
            Warn([$"The Should operators of MtlsTools were not added: {failed.Message}"]);
        }
    }

    private static void Warn(IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            shell.AddCommand("Write-Warning").AddParameter("Message", message).Invoke();
        }
    }
}
