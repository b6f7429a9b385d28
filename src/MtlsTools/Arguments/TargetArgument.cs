using MtlsTools.Connections;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>Where a connection goes: a URI, host:port, or a server of this session.</summary>
public sealed class TargetArgument
{
    private readonly string text;

    /// <summary>https://host:port/path, host:port or host.</summary>
    public TargetArgument(string target) => text = target;

    /// <summary>A URI.</summary>
    public TargetArgument(Uri target) => text = (target ?? throw new ArgumentNullException(nameof(target))).OriginalString;

    /// <summary>A server of Start-MtlsServer.</summary>
    public TargetArgument(MtlsServer server) => text = (server ?? throw new ArgumentNullException(nameof(server))).Uri.ToString();

    /// <inheritdoc/>
    public override string ToString() => text;

    /// <param name="defaultPort">The port where the text names none.</param>
    internal ConnectionTarget Resolve(int defaultPort = 443) => ConnectionTarget.Parse(text, defaultPort);
}
