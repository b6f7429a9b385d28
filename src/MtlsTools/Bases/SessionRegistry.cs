using System.Collections.Concurrent;

namespace MtlsTools.Commands;

/// <summary>What runs in this process until it is stopped: by its command, with the session that started it, or with the module.</summary>
/// <param name="idOf">The number that people name it by.</param>
/// <param name="stop">How it ends.</param>
internal sealed class SessionRegistry<T>(Func<T, int> idOf, Action<T> stop)
    where T : class
{
    private readonly ConcurrentDictionary<int, T> running = new();

    internal IEnumerable<T> All => running.OrderBy(one => one.Key).Select(one => one.Value);

    internal T? Find(int id) => running.GetValueOrDefault(id);

    internal T Add(T started)
    {
        running[idOf(started)] = started;
        SessionEnd.Do(() => Stop(started));
        return started;
    }

    internal void Stop(T one)
    {
        stop(one);
        running.TryRemove(idOf(one), out _);
    }

    internal void StopAll()
    {
        foreach (var one in All)
            Stop(one);
    }
}
