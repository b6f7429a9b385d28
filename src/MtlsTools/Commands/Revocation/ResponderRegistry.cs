using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>The OCSP responders of this process.</summary>
internal static class ResponderRegistry
{
    internal static SessionRegistry<MtlsResponder> Responders { get; } = new(responder => responder.Id, responder => responder.Stop());
}
