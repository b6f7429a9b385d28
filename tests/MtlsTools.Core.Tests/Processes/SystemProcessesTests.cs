using System.Diagnostics;
using MtlsTools.Processes;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Processes;

public sealed class SystemProcessesTests
{
    private readonly SystemProcesses processes = new();

    [SkippableFact]
    public void Output_error_and_exit_code_are_told_apart()
    {
        NeedsShell();
        Assert.Equal(new ProcessResult(3, "out\n", "err\n"), processes.Run(new ProcessCommand("sh", "-c", "echo out; echo err >&2; exit 3")));
    }

    [SkippableFact]
    public void Each_argument_arrives_as_it_is()
    {
        NeedsShell();
        string[] odd = ["a b", "$HOME", "it's", "\"", "*", "", "é"];
        Assert.Equal(string.Join('|', odd) + "|", processes.Run(new ProcessCommand("sh", ["-c", "printf '%s|' \"$@\"", "sh", .. odd])).Output);
    }

    [SkippableFact]
    public void Secrets_go_through_standard_input_and_are_not_among_what_is_shown()
    {
        NeedsShell();
        var command = new ProcessCommand("sh", "-c", "cat; tr '\\0' ' ' < /proc/$$/cmdline >&2") { SecretInput = [Secret.From("pässword"), Secret.From("")] };

        var result = processes.Run(command);

        Assert.Equal("pässword\n\n", result.Output);
        Assert.DoesNotContain("pässword", result.Error + command, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_program_that_does_not_read_its_input_does_no_harm()
    {
        NeedsShell();
        Assert.Equal(0, processes.Run(new ProcessCommand("true") { SecretInput = [Secret.From(new string('x', 60000)), Secret.From(new string('x', 60000))] }).ExitCode);
    }

    [SkippableFact]
    public void Much_output_on_both_streams_does_not_block()
    {
        NeedsShell();
        var result = processes.Run(new ProcessCommand("sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' e >&2; head -c 1000000 /dev/zero | tr '\\0' o"));
        Assert.Equal((1000000, 1000000), (result.Output.Length, result.Error.Length));
    }

    [SkippableFact]
    public void A_failure_quotes_the_program_and_the_command()
    {
        NeedsShell();
        var error = Assert.Throws<StoreException>(() => processes.Require(new ProcessCommand("sh", "-c", "echo 'it is broken' >&2; exit 4")));
        Assert.Equal(ErrorCode.ToolFailed, error.Code);
        Assert.Contains("`sh -c 'echo '\\''it is broken'\\'' >&2; exit 4'` ended with exit code 4: it is broken", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_does_not_end_is_stopped_with_its_children()
    {
        NeedsShell();
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<StoreException>(() => processes.Run(new ProcessCommand("sh", "-c", "sleep 60; true") { Timeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal(ErrorCode.ToolFailed, error.Code);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [SkippableFact]
    public void A_stop_ends_the_program()
    {
        NeedsShell();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() => new SystemProcesses(stop.Token).Run(new ProcessCommand("sleep", "60")));
    }

    [SkippableFact]
    public void A_file_that_is_no_program_is_an_error()
    {
        NeedsShell();
        Assert.Equal(ErrorCode.ToolFailed, Assert.Throws<StoreException>(() => processes.Run(new ProcessCommand("/etc/hostname"))).Code);
    }

    [Theory]
    [InlineData("certutil", "libnss3-tools")]
    [InlineData("pk12util", "libnss3-tools")]
    [InlineData("keytool", "default-jre-headless")]
    [InlineData("update-ca-certificates", "ca-certificates")]
    [InlineData("update-ca-trust", "ca-certificates")]
    [InlineData("trust", "p11-kit")]
    [InlineData("security", "macOS")]
    [InlineData("anything", "Install it")]
    public void A_missing_program_names_its_package(string tool, string package)
    {
        var error = ToolPackages.Missing(tool);
        Assert.Equal(ErrorCode.ToolMissing, error.Code);
        Assert.Contains(package, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_nowhere_is_missing()
    {
        Assert.Null(processes.Find("no-such-program"));
        Assert.Null(processes.Find("/no/such/program"));
        Assert.Equal(ErrorCode.ToolMissing, Assert.Throws<StoreException>(() => processes.RequireTool("no-such-program")).Code);
        Assert.Equal(ErrorCode.ToolMissing, Assert.Throws<StoreException>(() => processes.Run(new ProcessCommand("no-such-program"))).Code);
    }

    private static void NeedsShell() => Skip.If(OperatingSystem.IsWindows(), "The programs of these tests are those of Unix.");
}
