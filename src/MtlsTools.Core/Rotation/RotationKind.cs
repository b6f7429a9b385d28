namespace MtlsTools.Rotation;

/// <summary>What is rotated.</summary>
public enum RotationKind
{
    /// <summary>Certificates: the same CA vouches for the old and the new ones, so nobody's trust in a CA changes.</summary>
    Certificate,

    /// <summary>A CA: whoever trusts it has to trust its successor before anything that the successor signed is used.</summary>
    Ca,
}

/// <summary>The steps of a rotation, in their order.</summary>
public enum RotationAction
{
    /// <summary>The old certificates are issued and in use.</summary>
    IssueOld,

    /// <summary>The new ones are issued, and lie ready. For a CA: the new CA is made, and both CAs vouch for each other.</summary>
    IssueNew,

    /// <summary>Everybody is made to trust the old and the new.</summary>
    TrustBoth,

    /// <summary>The new certificates take the place of the old ones.</summary>
    RollOut,

    /// <summary>It is proved that nothing uses the old.</summary>
    ProveUnused,

    /// <summary>The old is no longer trusted.</summary>
    RemoveOld,

    /// <summary>The old has ended; what is left of it is put away.</summary>
    Retire,
}

/// <summary>How it stands with a step.</summary>
public enum RotationStepState
{
    /// <summary>It has been done.</summary>
    Done,

    /// <summary>It can be done now.</summary>
    Due,

    /// <summary>Its day, or the step before it, is still to come.</summary>
    Waiting,

    /// <summary>It was tried, and something stands in its way.</summary>
    Blocked,
}

/// <summary>One step of a rotation: a row of its timeline.</summary>
public sealed record RotationStep
{
    internal RotationStep()
    {
    }

    /// <summary>The rotation that it belongs to.</summary>
    public required MtlsRotation Rotation { get; init; }

    /// <summary>Days since the rotation's beginning.</summary>
    public required double Day { get; init; }

    /// <summary>When it is due (UTC).</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>What is done.</summary>
    public required RotationAction Step { get; init; }

    /// <summary>How it stands.</summary>
    public required RotationStepState State { get; init; }

    /// <summary>What it waits for, or what stands in its way; empty when nothing does.</summary>
    public required string WaitsFor { get; init; }

    /// <summary>What is done, in words.</summary>
    public required string Description { get; init; }

    /// <summary>What only people can do, because it lies on other machines; confirmed with <c>Step-MtlsRotation -Done</c>.</summary>
    public IReadOnlyList<string> Manual { get; init; } = [];

    /// <summary>When it was done (UTC), or null.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>The day and the step.</summary>
    public override string ToString() => FormattableString.Invariant($"Day {Day:0.##}: {Step}, {State}");
}
