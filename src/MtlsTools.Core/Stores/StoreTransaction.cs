namespace MtlsTools.Stores;

/// <summary>Carries out steps, reads back what they did, and undoes all of them when one fails.</summary>
public static class StoreTransaction
{
    /// <summary>Runs the steps in order. What is done already is left as it is, and its item says so.</summary>
    /// <returns>An item for each step that puts a certificate somewhere.</returns>
    /// <exception cref="MtlsException">A step failed; the message says that the others were undone, or what could not be.</exception>
    public static IReadOnlyList<StoreItem> Run(IEnumerable<StoreStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var undo = new Stack<(StoreStep Step, Action Work)>();
        var items = new List<StoreItem>();
        try
        {
            foreach (var step in steps)
            {
                var alreadyThere = step.IsDone();
                if (!alreadyThere)
                {
                    undo.Push((step, step.Carry()));
                    if (!step.IsDone())
                        throw new StoreException(ErrorCode.StoreNotVerified, $"The step '{step.Action}' on {step.Item} reported success, and reading the store back shows that it is not so. Another program may have changed it at the same moment: try again.");
                }

                if (!step.Removes)
                    items.Add(step.Item with { AlreadyThere = alreadyThere });
            }

            return items;
        }
        catch (Exception failure) when (undo.Count > 0)
        {
            var told = Undo(undo);
            if (failure is not MtlsException cause)
                throw;
            throw new StoreException(cause.Code, $"{cause.Message} {told}", cause);
        }
    }

    private static string Undo(Stack<(StoreStep Step, Action Work)> undo)
    {
        var left = new List<string>();
        var count = undo.Count;
        foreach (var (step, work) in undo)
        {
            try
            {
                work();
            }
            catch (MtlsException failure)
            {
                left.Add($"{step.Item}: {failure.Message}");
            }
        }

        return left.Count == 0
            ? $"What had been done before was undone ({count} {(count == 1 ? "step" : "steps")})."
            : $"Not everything that had been done could be undone. Still there: {string.Join("; ", left)}";
    }
}
