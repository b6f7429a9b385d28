using MtlsTools.Tests.Support;
using Xunit.Abstractions;

namespace MtlsTools.Tests;

/// <summary>Runs the Pester suite on the module as it ships, in a PowerShell of its own.</summary>
public sealed class PesterSuiteTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);

    [SkippableFact]
    public void The_Pester_suite_passes_on_the_staged_module()
    {
        Skip.IfNot(Peer.Exists("pwsh"), "PowerShell (pwsh) is not on PATH: the Pester suite did not run.");
        var pwsh = Peer.Require("pwsh");
        var root = Repository.Root;
        var build = pwsh.Try(["-NoProfile", "-NonInteractive", "-File", Path.Combine(root, "build.ps1"), "Build"], input: null, Patience);
        Assert.True(build.ExitCode == 0, $"The module could not be staged:\n{build.All}");
        var module = Directory.GetDirectories(Path.Combine(root, "output", "MtlsTools")).Single();
        var suite = pwsh.Try(
            [
                "-NoProfile", "-NonInteractive", "-File", Path.Combine(root, "tests", "MtlsTools.Tests", "Invoke-Suite.ps1"),
                "-ModulePath", module,
                "-SummaryPath", Path.Combine(root, "TestResults", "pester.txt"),
                "-ResultPath", Path.Combine(root, "TestResults", "pester.xml"),
            ],
            input: null,
            Patience);
        output.WriteLine(suite.Output);
        Assert.True(suite.ExitCode == 0, $"The Pester suite failed (exit code {suite.ExitCode}):\n{suite.All}");
    }
}
