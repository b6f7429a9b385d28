using System.Management.Automation;

namespace MtlsTools.Commands;

/// <summary>The base of cmdlets that wait for a network: the work runs elsewhere, only the pipeline's thread writes, and a stop ends every wait.</summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Waits for asynchronous work.</summary>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline.</exception>
    protected T Await<T>(Func<CancellationToken, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return Task.Run(() => work(stopping.Token), stopping.Token).GetAwaiter().GetResult();
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
