using System.Text.Json.Serialization;
using MtlsTools.Certificates;
using MtlsTools.Names;

namespace MtlsTools.Rotation;

/// <summary>What the file of a rotation holds.</summary>
internal sealed record RotationState
{
    internal const string ThisSchema = "mtlstools-rotation";
    internal const int ThisVersion = 1;

    public required string Schema { get; init; }

    public required int Version { get; init; }

    public required string Name { get; init; }

    public required RotationKind Kind { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>How long the certificates live that replace the old ones.</summary>
    public required double LifetimeDays { get; init; }

    public string? Ca { get; init; }

    public string? NewCa { get; init; }

    public string? NewCaSubject { get; init; }

    /// <summary>The old CA's certificate, so that it is known when its folder is gone.</summary>
    public byte[]? OldCaCertificate { get; init; }

    public IReadOnlyList<RotationItem> Items { get; init; } = [];

    public IReadOnlyList<string> TrustFiles { get; init; } = [];

    public IReadOnlyList<string> CrlFiles { get; init; } = [];

    public double CrlDays { get; init; }

    public IReadOnlyList<string> Endpoints { get; init; } = [];

    public IReadOnlyList<string> AccessLogs { get; init; } = [];

    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>What happened, oldest first.</summary>
    public IReadOnlyList<RotationEvent> Events { get; init; } = [];

    internal StepRecord Of(RotationAction step) => Steps.First(one => one.Step == step);

    internal RotationSchedule ToSchedule() => RotationSchedule.Of(
        Of(RotationAction.IssueOld).Date, Of(RotationAction.IssueNew).Date, Of(RotationAction.RollOut).Date, Of(RotationAction.RemoveOld).Date, Of(RotationAction.Retire).Date);

    internal RotationState With(RotationAction step, Func<StepRecord, StepRecord> change) =>
        this with { Steps = Steps.Select(one => one.Step == step ? change(one) : one).ToList() };

    internal RotationState Log(DateTimeOffset time, RotationAction step, string what) => this with { Events = [.. Events, new RotationEvent { Time = time, Step = step, What = what }] };
}

/// <summary>A step in the file.</summary>
internal sealed record StepRecord
{
    public required RotationAction Step { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Written before anything of the step is done.</summary>
    public DateTimeOffset? Begun { get; init; }

    public DateTimeOffset? Done { get; init; }

    /// <summary>For the removal of the old: when everything showed that nothing used it. Tests that it is refused now are no use of it.</summary>
    public DateTimeOffset? Proved { get; init; }

    /// <summary>When somebody said that what lies elsewhere is done.</summary>
    public DateTimeOffset? Confirmed { get; init; }

    /// <summary>What stood in the way the last time.</summary>
    public IReadOnlyList<string> Obstacles { get; init; } = [];
}

/// <summary>Something that happened.</summary>
internal sealed record RotationEvent
{
    public required DateTimeOffset Time { get; init; }

    public required RotationAction Step { get; init; }

    public required string What { get; init; }
}

/// <summary>A certificate that is replaced.</summary>
internal sealed record RotationItem
{
    private MtlsCertificate? old;

    /// <summary>The old certificate's DER encoding.</summary>
    public required byte[] Old { get; init; }

    /// <summary>Its file on this machine; null when it lies elsewhere.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its key's file; null when it lies elsewhere.</summary>
    public string? Key { get; init; }

    /// <summary>Whether its files are on this machine, so that they can be replaced here.</summary>
    [JsonIgnore]
    internal bool IsHere => Certificate is not null;

    [JsonIgnore]
    internal MtlsCertificate OldCertificate => old ??= MtlsCertificate.Decode(Old, path: Certificate);

    [JsonIgnore]
    internal string Name => OldCertificate.Name;

    [JsonIgnore]
    internal DistinguishedName Subject => OldCertificate.Subject;

    [JsonIgnore]
    internal bool IsClient => OldCertificate.Role is CertificateRole.Client or CertificateRole.Peer;

    [JsonIgnore]
    internal bool IsServer => OldCertificate.Role is CertificateRole.Server or CertificateRole.Peer;
}
