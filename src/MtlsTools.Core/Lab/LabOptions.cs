namespace MtlsTools.Lab;

/// <summary>How a lab is to be.</summary>
public sealed record LabOptions
{
    /// <summary>The folder; null takes a new one among the temporary files. One that exists has to be empty.</summary>
    public string? Path { get; init; }

    /// <summary>Which set-up.</summary>
    public LabScenario Scenario { get; init; } = LabScenario.HelloWorld;

    /// <summary>Whether certificates are made that every server has to refuse.</summary>
    public bool BadCertificates { get; init; }

    /// <summary>Whether servers are started.</summary>
    public bool StartServer { get; init; }
}
