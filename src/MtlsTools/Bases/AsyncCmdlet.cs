using System.Management.Automation;

namespace MtlsTools.Commands;

/// <summary>The base of cmdlets that wait, for a network or for another process: only the pipeline's thread writes, and a stop ends every wait.</summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Waits for asynchronous work, which runs elsewhere; after a stop it is not waited for any longer.</summary>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline.</exception>
    protected T Await<T>(Func<CancellationToken, Task<T>> work) => Stoppable(token => Task.Run(() => work(token), token).WaitAsync(token).GetAwaiter().GetResult());

    /// <summary>Does work on the pipeline's thread, so that it may write.</summary>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline.</exception>
    protected T Stoppable<T>(Func<CancellationToken, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return work(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Cancels what still runs: a pipeline that ended early, by Select-Object -First, is never told to stop.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        stopping.Cancel();
        stopping.Dispose();
    }
}
