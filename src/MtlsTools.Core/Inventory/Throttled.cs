namespace MtlsTools.Inventory;

/// <summary>Does work in parallel and gives the results in order, holding no more than a few at a time.</summary>
internal static class Throttled
{
    /// <summary>Results in the order of their inputs; inputs are taken as there is room.</summary>
    internal static IEnumerable<TResult> Map<TInput, TResult>(IEnumerable<TInput> inputs, int limit, Func<TInput, TResult> work, CancellationToken cancellation)
    {
        var working = new Queue<Task<TResult>>();
        foreach (var input in inputs)
        {
            if (working.Count >= limit)
                yield return Await(working.Dequeue(), cancellation);
            cancellation.ThrowIfCancellationRequested();
            working.Enqueue(Task.Run(() => work(input), cancellation));
        }

        while (working.Count > 0)
            yield return Await(working.Dequeue(), cancellation);
    }

    /// <summary>A stop does not wait for a file on a slow disk.</summary>
    private static T Await<T>(Task<T> work, CancellationToken cancellation) => work.WaitAsync(cancellation).GetAwaiter().GetResult();
}
