namespace MtlsTools.Verification;

/// <summary>Whose matter a finding is.</summary>
public enum FindingSide
{
    /// <summary>The client's: this machine, this certificate.</summary>
    Client,

    /// <summary>The server's.</summary>
    Server,

    /// <summary>Something between the two.</summary>
    Network,

    /// <summary>The evidence does not say.</summary>
    Unknown,
}

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Works, but should be changed.</summary>
    Warning,

    /// <summary>Does not work, or is not safe.</summary>
    Error,
}

/// <summary>How sure a finding is.</summary>
public enum FindingConfidence
{
    /// <summary>The best guess that the evidence allows.</summary>
    Possible,

    /// <summary>The evidence points here.</summary>
    Likely,

    /// <summary>Proven, by the other side's own words or by a check made here.</summary>
    Certain,
}

/// <summary>One thing that was found, why it is so, and what to do.</summary>
/// <param name="Id">Which; stable.</param>
/// <param name="Side">Whose matter it is.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Cause">What is wrong, in words.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Confidence">How sure it is.</param>
public sealed record Finding(FindingId Id, FindingSide Side, FindingSeverity Severity, string Cause, string Remedy, FindingConfidence Confidence = FindingConfidence.Certain)
{
    /// <summary>Id, cause and remedy in one line.</summary>
    public override string ToString() => $"{Id}: {Cause} {Remedy}";
}
