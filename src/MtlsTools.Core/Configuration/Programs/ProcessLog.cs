using System.Diagnostics;
using System.Text;

namespace MtlsTools.Configuration;

/// <summary>What a running program says on both of its outputs, as much of it as is worth keeping.</summary>
internal sealed class ProcessLog
{
    private const int Limit = 1_000_000;

    private readonly StringBuilder text = new();
    private readonly TaskCompletionSource ended = new();
    private int open = 2;

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

    /// <summary>Waits for what the program said last: its end does not mean that all of it has been read.</summary>
    internal void WaitForEnd(TimeSpan patience) => ended.Task.Wait(patience);

    private void Add(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref open) == 0)
                ended.SetResult();
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
            if (text.Length > Limit)
                text.Remove(0, text.Length - (Limit / 2));
        }
    }
}
