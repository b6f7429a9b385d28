using System.Collections.Concurrent;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>The OCSP responders of this process. They stop with Stop-MtlsResponder, with the session that started them, and with the module.</summary>
internal static class ResponderRegistry
{
    private static readonly ConcurrentDictionary<int, MtlsResponder> Running = new();

    internal static IEnumerable<MtlsResponder> All => Running.Values.OrderBy(responder => responder.Id);

    internal static MtlsResponder? Find(int id) => Running.GetValueOrDefault(id);

    internal static MtlsResponder Start(ResponderOptions options)
    {
        var responder = MtlsResponder.Start(options);
        Running[responder.Id] = responder;
        SessionEnd.Do(() => Stop(responder));
        return responder;
    }

    internal static void Stop(MtlsResponder responder)
    {
        responder.Stop();
        Running.TryRemove(responder.Id, out _);
    }
}
