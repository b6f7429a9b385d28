using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Connections;

namespace MtlsTools.Tests.Configuration;

/// <summary>A server target of the matrix, and what is particular about it.</summary>
/// <param name="Target">The target.</param>
/// <param name="Version">The program and the arguments that make it say its version.</param>
public sealed record MatrixServer(ConfigTarget Target, params string[] Version)
{
    /// <summary>Its own check, as the page names it.</summary>
    public required string Check { get; init; }

    /// <summary>How it takes renewed files into use, as its notes say and the page names it.</summary>
    public required string Renewal { get; init; }

    /// <summary>That, done to the program that runs, for a renewed certificate; null where it is stopped and started.</summary>
    public Action<ConfigProcess, MtlsCertificate>? Reload { get; init; }

    /// <summary>Whether it looks at revocation lists.</summary>
    public bool HasCrl { get; init; } = true;

    /// <summary>Whether it passes requests on, and says who the client is.</summary>
    public bool Forwards { get; init; } = true;

    /// <summary>Whether it needs a backend.</summary>
    public bool NeedsBackend { get; init; }

    /// <summary>The modes that it has.</summary>
    public IReadOnlyList<ConfigMode> Modes { get; init; } = [ConfigMode.Mtls, ConfigMode.Optional, ConfigMode.Tls];

    /// <summary>What else it has to be told.</summary>
    public Func<ConfigOptions, ConfigOptions> Adapt { get; init; } = options => options;

    /// <summary>What clients have to speak.</summary>
    public Func<ConnectionOptions, ConnectionOptions> Client { get; init; } = options => options;

    /// <summary>How it refuses where neither an alert nor an HTTP status says so.</summary>
    public string Refusal { get; init; } = "closed";
}
