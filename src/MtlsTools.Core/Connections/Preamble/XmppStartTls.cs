using System.Security;

namespace MtlsTools.Connections.Preamble;

/// <summary>XMPP (RFC 6120, 5).</summary>
internal sealed class XmppStartTls : IStartTls
{
    private const int Maximum = 16 * 1024;
    private const string Namespace = "urn:ietf:params:xml:ns:xmpp-tls";

    public int Port => 5222;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        await stream.SendAsync(Opening(host), cancellation).ConfigureAwait(false);
        var features = await stream.HearUntilAsync(IsComplete, Maximum, cancellation).ConfigureAwait(false);
        if (!features.Contains("<stream:stream", StringComparison.Ordinal))
            throw new PreambleException(PreambleFault.NotSpoken, features);
        if (!features.Contains(Namespace, StringComparison.Ordinal))
            throw new PreambleException(features.Contains("<stream:error", StringComparison.Ordinal) ? PreambleFault.Refused : PreambleFault.NotOffered, features[features.IndexOf("<stream:stream", StringComparison.Ordinal)..]);
        await stream.SendAsync($"<starttls xmlns='{Namespace}'/>", cancellation).ConfigureAwait(false);
        var answer = await stream.HearUntilAsync(text => text[^1] == '>', Maximum, cancellation).ConfigureAwait(false);
        if (!answer.Contains("<proceed", StringComparison.Ordinal))
            throw new PreambleException(PreambleFault.Refused, answer);
    }

    /// <summary>The opening of a client's stream, before TLS and again inside it.</summary>
    internal static string Opening(string host) =>
        $"<?xml version='1.0'?><stream:stream to='{SecurityElement.Escape(host)}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

    /// <summary>The features are whole, or there will be none.</summary>
    private static bool IsComplete(string text) =>
        text.EndsWith("</stream:features>", StringComparison.Ordinal)
        || text.EndsWith("<stream:features/>", StringComparison.Ordinal)
        || text.EndsWith("</stream:error>", StringComparison.Ordinal)
        || text.EndsWith("</stream:stream>", StringComparison.Ordinal)
        || !text.TrimStart().StartsWith('<');
}
