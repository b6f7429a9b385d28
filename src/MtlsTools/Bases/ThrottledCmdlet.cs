using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Threading.Channels;

namespace MtlsTools.Commands;

/// <summary>The base of cmdlets that do the same slow thing to thousands of inputs: so many at a time, and results as they come. Only the pipeline's thread writes.</summary>
/// <typeparam name="TInput">What comes in.</typeparam>
/// <typeparam name="TOutput">What comes out of the work.</typeparam>
public abstract class ThrottledCmdlet<TInput, TOutput> : AsyncCmdlet
    where TInput : notnull
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly Channel<(TInput Input, Task<TOutput> Work)> finished = Channel.CreateUnbounded<(TInput, Task<TOutput>)>();
    private readonly Stopwatch sinceProgress = Stopwatch.StartNew();
    private bool showedProgress;
    private int begun;
    private int written;

    /// <summary>How many are worked on at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>What is being done, for the progress bar.</summary>
    protected abstract string Activity { get; }

    /// <summary>Does the work for one input, away from the pipeline's thread; an engine error becomes that input's error record.</summary>
    protected abstract Task<TOutput> WorkAsync(TInput input, CancellationToken cancellation);

    /// <summary>Writes what came out, on the pipeline's thread.</summary>
    protected abstract void Write(TInput input, TOutput output);

    /// <summary>Begins the work for one input, as soon as fewer than <see cref="ThrottleLimit"/> are at work, and writes what is finished by then.</summary>
    protected void Enqueue(TInput input)
    {
        while (begun - written >= ThrottleLimit)
            WriteNext();
        begun++;
        Stoppable(token => Task.Run(() => WorkAsync(input, token), token).ContinueWith(work => finished.Writer.TryWrite((input, work)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        while (finished.Reader.TryRead(out var done))
            Write(done);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        while (written < begun)
            WriteNext(isLast: true);
        if (showedProgress)
            WriteProgress(new ProgressRecord(0, Activity, " ") { RecordType = ProgressRecordType.Completed });
    }

    private void WriteNext(bool isLast = false)
    {
        Write(Stoppable(token => finished.Reader.ReadAsync(token).AsTask().GetAwaiter().GetResult()));
        if (begun == 1 || sinceProgress.Elapsed < ProgressInterval)
            return;

        // How many there will be is known only once the last one has come in.
        WriteProgress(new ProgressRecord(0, Activity, string.Create(CultureInfo.CurrentCulture, $"{written} done, {begun - written} at work")) { PercentComplete = isLast ? written * 100 / begun : -1 });
        showedProgress = true;
        sinceProgress.Restart();
    }

    private void Write((TInput Input, Task<TOutput> Work) done)
    {
        written++;
        this.Attempt(done.Input, () => Write(done.Input, Stoppable(_ => done.Work.GetAwaiter().GetResult())));
    }
}
