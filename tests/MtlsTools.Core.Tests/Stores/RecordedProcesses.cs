using System.Text;
using System.Text.RegularExpressions;
using MtlsTools.Encoding;
using MtlsTools.Processes;

namespace MtlsTools.Tests.Stores;

/// <summary>Answers as the real programs did: a transcript of commands (<c>$ </c>), their standard input (<c>&lt; </c>), output, errors (<c>! </c>) and exit codes (<c>? </c>), which must be run exactly so, in this order.</summary>
internal sealed partial class RecordedProcesses : IProcessRunner
{
    private readonly Queue<Recorded> recorded = new();
    private readonly Dictionary<string, string> tools;
    private readonly (string Text, string Shown)[] hidden;

    internal RecordedProcesses(string transcript, Dictionary<string, string> tools, params (string Text, string Shown)[] hidden)
    {
        this.tools = tools;
        this.hidden = hidden;
        foreach (var line in transcript.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
                recorded.Enqueue(new Recorded(line[2..]));
            else if (recorded.LastOrDefault() is { } last)
                last.Add(line);
        }
    }

    /// <summary>What was run, for those who look for secrets.</summary>
    internal List<ProcessCommand> Ran { get; } = [];

    public string? Find(string tool) => tools.GetValueOrDefault(tool);

    public ProcessResult Run(ProcessCommand command)
    {
        Ran.Add(command);
        Assert.True(recorded.TryDequeue(out var expected), $"The transcript is over, and this was run: {command}");
        Assert.Equal(expected.Command, Shown(command.ToString()));
        Assert.Equal(expected.Input, command.SecretInput.Select(line => Shown(SecretText.Use(line, text => text.ToString()))));
        foreach (var (file, content) in expected.Writes)
            File.WriteAllText(Regex.Match(command.ToString(), $"[^' ]*{Regex.Escape(file)}").Value, content);
        return new ProcessResult(expected.ExitCode, expected.Output.ToString(), expected.Error.ToString());
    }

    internal void AssertOver() => Assert.True(recorded.Count == 0, $"Not everything was run; next would be: {(recorded.Count > 0 ? recorded.Peek().Command : "")}");

    /// <summary>Temporary folders and the passwords that are made for one file differ every time.</summary>
    private string Shown(string text)
    {
        foreach (var (what, shown) in hidden)
            text = text.Replace(what, shown, StringComparison.Ordinal);
        return OneTimePassword().Replace(TemporaryFolder().Replace(text, "<tmp>"), "\"-P\" \"<one-time>\"");
    }

    [GeneratedRegex("/[^ \"']*/mtlstools-[0-9a-f]{32}")]
    private static partial Regex TemporaryFolder();

    [GeneratedRegex("\"-P\" \"[a-z]{32}\"")]
    private static partial Regex OneTimePassword();

    private sealed class Recorded(string command)
    {
        internal string Command { get; } = command;

        internal List<string> Input { get; } = [];

        internal Dictionary<string, string> Writes { get; } = [];

        internal StringBuilder Output { get; } = new();

        internal StringBuilder Error { get; } = new();

        internal int ExitCode { get; private set; }

        internal void Add(string line)
        {
            switch (line.Length > 1 ? line[..2] : line)
            {
                case "< ":
                    Input.Add(line[2..]);
                    break;
                case "! ":
                    Error.Append(line.AsSpan(2)).Append('\n');
                    break;
                case "? ":
                    ExitCode = int.Parse(line.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case "> ":
                    var name = line[2..line.IndexOf(' ', 2)];
                    Writes[name] = Writes.GetValueOrDefault(name, "") + line[(name.Length + 3)..] + "\n";
                    break;
                default:
                    Output.Append(line).Append('\n');
                    break;
            }
        }
    }
}
