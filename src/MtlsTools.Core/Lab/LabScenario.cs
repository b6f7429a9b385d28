namespace MtlsTools.Lab;

/// <summary>The set-ups that a lab can have.</summary>
public enum LabScenario
{
    /// <summary>A CA for servers and one for clients, and a server each with and without client authentication.</summary>
    HelloWorld,

    /// <summary>Two organisations, each with a root and an intermediate: B calls C with a certificate that C has issued.</summary>
    Workshop,

    /// <summary>One root with an intermediate that issues for servers and clients.</summary>
    Production,

    /// <summary>All of them.</summary>
    All,
}
