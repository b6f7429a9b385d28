using System.Diagnostics;
using System.Text;

namespace MtlsTools.Tests.Support;

/// <summary>A running program. Disposing ends it, and only it and its children.</summary>
public sealed class PeerProcess : IDisposable
{
    private readonly Process process;
    private readonly string name;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly Task<string> outputRead;
    private readonly Task<string> errorRead;

    internal PeerProcess(Process process)
    {
        this.process = process;
        name = Path.GetFileName(process.StartInfo.FileName);
        outputRead = Read(process.StandardOutput, output);
        errorRead = Read(process.StandardError, error);
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>What it has said on both outputs so far.</summary>
    public string All
    {
        get
        {
            lock (output)
                return output.ToString() + error;
        }
    }

    /// <summary>Writes to its standard input; a program that has stopped listening is no error.</summary>
    public void Send(string text)
    {
        try
        {
            process.StandardInput.Write(text);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Its exit code tells more.
        }
    }

    public void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Closed by its other end.
        }
    }

    /// <summary>Waits until it has said a text on either output.</summary>
    public void WaitFor(string text, TimeSpan? timeout = null)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(30);
        var said = SpinWait.SpinUntil(() => Said() || (process.HasExited && outputRead.IsCompleted && errorRead.IsCompleted), limit) && Said();
        Assert.True(said, $"{name} did not say '{text}' within {limit}; it said:\n{All}");

        bool Said()
        {
            Thread.Sleep(1);
            return All.Contains(text, StringComparison.Ordinal);
        }
    }

    public PeerResult WaitForExit(TimeSpan timeout)
    {
        if (!process.WaitForExit(timeout) || !Task.WaitAll([outputRead, errorRead], timeout))
        {
            Kill();
            Assert.Fail($"{name} did not end within {timeout}; it said:\n{All}");
        }

        return new PeerResult(process.ExitCode, outputRead.Result, errorRead.Result);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private async Task<string> Read(StreamReader reader, StringBuilder collected)
    {
        var buffer = new char[4096];
        for (int length; (length = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            lock (output)
                collected.Append(buffer, 0, length);
        }

        lock (output)
            return collected.ToString();
    }
}
