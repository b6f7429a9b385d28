using System.Diagnostics;
using System.Text;

namespace MtlsTools.Configuration;

/// <summary>What a running program says on both of its outputs, as much of it as is worth keeping.</summary>
internal sealed class ProcessLog
{
    private const int Limit = 1_000_000;

    private readonly StringBuilder text = new();

    internal ProcessLog(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public override string ToString()
    {
        lock (text)
            return text.ToString();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (text)
        {
            text.Append(line).Append('\n');
            if (text.Length > Limit)
                text.Remove(0, text.Length - (Limit / 2));
        }
    }
}
