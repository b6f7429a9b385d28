namespace MtlsTools.Inventory;

/// <summary>Finds every certificate and revocation list of an estate, and says how urgent each is.</summary>
/// <remarks>Everything is read twice: first for what only the whole shows (shared keys, revocations, what uses what), then item by item. So items are complete when they come, and memory holds fingerprints however large the estate is.</remarks>
public static class CertificateInventory
{
    /// <summary>The items, as they are asked for. What can not be read is an item, and the rest goes on.</summary>
    /// <param name="options">Where to look.</param>
    /// <param name="progress">Is told how far it is, on the calling thread.</param>
    /// <param name="clock">What "now" is when the options name no day.</param>
    /// <param name="cancellation">Stops at once.</param>
    public static IEnumerable<InventoryItem> Read(InventoryOptions options, Action<InventoryProgress>? progress = null, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Run(options, progress, (options.AsOf ?? (clock ?? TimeProvider.System).GetUtcNow()).ToUniversalTime(), cancellation).Items();
    }

    private sealed class Run(InventoryOptions options, Action<InventoryProgress>? progress, DateTimeOffset now, CancellationToken stop)
    {
        private readonly FileCollector files = new(options);
        private readonly FileTree tree = new(options, stop);
        private readonly ConfigurationUses uses = new();
        private int called;

        internal IEnumerable<InventoryItem> Items()
        {
            // A caller that takes the first items only, and leaves, leaves no calls behind.
            using var left = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var calls = Task.Run(() => EndpointCollector.ReadAsync(options, () => Interlocked.Increment(ref called), left.Token), left.Token);
            try
            {
                var estate = new Estate(uses);
                foreach (var file in Count("Looking for configurations", tree.Files()))
                    uses.Read(file);
                var stores = options.Stores.SelectMany(store => StoreCollector.Read(store, options, stop)).ToList();
                foreach (var found in Count("Looking around", Throttled.Map(Entries(), options.ThrottleLimit, files.Read, stop)).SelectMany(one => one).Concat(stores))
                    estate.Add(found);
                var shown = Await(calls).SelectMany(one => one).ToList();
                foreach (var found in shown)
                    estate.Add(found);

                var judge = new ItemJudge(estate, options, now);
                var judged = Count("Reading", Throttled.Map(Entries(), options.ThrottleLimit, entry => files.Read(entry).Where(found => !estate.IsRepeated(found)).Select(judge.Judge).ToList(), stop));
                var issuers = new HashSet<string>(StringComparer.Ordinal);
                foreach (var item in judged.SelectMany(items => items).Concat(stores.Concat(shown).Where(found => !estate.IsRepeated(found)).Select(judge.Judge)))
                {
                    if (!item.ComesAlong || issuers.Add(item.Sha256!))
                        yield return item;
                }
            }
            finally
            {
                left.Cancel();
            }
        }

        /// <summary>What the folders hold, and what configurations name beyond them.</summary>
        private IEnumerable<TreeEntry> Entries() => tree.Walk().Concat(uses.Files.Where(file => !tree.Covers(file)).Select(file => new TreeEntry(file)));

        private IReadOnlyList<Found>[] Await(Task<IReadOnlyList<Found>[]> calls)
        {
            while (!calls.IsCompleted)
            {
                Task.WaitAny([calls], 100, stop);
                progress?.Invoke(new InventoryProgress("Calling endpoints", Volatile.Read(ref called)));
            }

            return calls.GetAwaiter().GetResult();
        }

        private IEnumerable<T> Count<T>(string step, IEnumerable<T> inputs)
        {
            var done = 0;
            foreach (var input in inputs)
            {
                stop.ThrowIfCancellationRequested();
                done++;
                progress?.Invoke(new InventoryProgress(step, done));
                yield return input;
            }
        }
    }
}
