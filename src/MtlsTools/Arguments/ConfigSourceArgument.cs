using MtlsTools.Configuration;
using MtlsTools.Lab;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>What configuration can be made of as a whole: a lab, or a server of this session.</summary>
public sealed class ConfigSourceArgument
{
    private readonly Func<ConfigOptions, ConfigOptions> complete;

    /// <summary>A lab: its first set-up.</summary>
    public ConfigSourceArgument(MtlsLab lab)
        : this((lab ?? throw new ArgumentNullException(nameof(lab))).Environments[0])
    {
    }

    /// <summary>One set-up of a lab.</summary>
    public ConfigSourceArgument(LabEnvironment environment) => complete = options => options.CompleteFrom(environment);

    /// <summary>A server of Start-MtlsServer.</summary>
    public ConfigSourceArgument(MtlsServer server) => complete = options => options.CompleteFrom(server);

    internal ConfigOptions Complete(ConfigOptions options) => complete(options);
}
