using MtlsTools.Certificates;

namespace MtlsTools.Renewal;

/// <summary>What became of a certificate that was to be renewed.</summary>
public enum RenewalState
{
    /// <summary>It is not due yet, and was left as it is.</summary>
    NotDue,

    /// <summary>The new certificate is in place.</summary>
    Renewed,

    /// <summary>It could not be renewed; the old one is still in place.</summary>
    Failed,

    /// <summary>The new certificate is in place, but the program that uses it could not be told.</summary>
    RenewedReloadFailed,
}

/// <summary>What became of a certificate that was to be renewed, and why.</summary>
public sealed record RenewalResult
{
    /// <summary>The certificate's name; null when it could not be read.</summary>
    public string? Name => (Certificate ?? Former)?.Name;

    /// <summary>What became of it.</summary>
    public required RenewalState State { get; init; }

    /// <summary>Why it was renewed, or not.</summary>
    public required string Reason { get; init; }

    /// <summary>The file or store item.</summary>
    public required string Path { get; init; }

    /// <summary>The file that the key lies in; null in a store.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The certificate that is in place now; null when it could not be read.</summary>
    public MtlsCertificate? Certificate { get; init; }

    /// <summary>The certificate that was in place before; null when it still is.</summary>
    public MtlsCertificate? Former { get; init; }

    /// <summary>The end of validity of what is in place (UTC).</summary>
    public DateTimeOffset? NotAfter => Certificate?.NotAfter;

    /// <summary>Whole days until then.</summary>
    public int? DaysLeft => Certificate?.DaysLeft;

    /// <summary>For the exit code of a script: 0 when all is well, 1 when it could not be renewed, 2 when it was and the program that uses it could not be told.</summary>
    public int ExitCode => State switch
    {
        RenewalState.Failed => 1,
        RenewalState.RenewedReloadFailed => 2,
        _ => 0,
    };

    /// <summary>The place, what became of it, and why.</summary>
    public override string ToString() => $"{Path}: {State} ({Reason})";
}
