using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Renewal;

/// <summary>What would be done about a certificate.</summary>
public sealed class RenewalPlan
{
    internal RenewalPlan(RenewalTarget target, IRenewalPlace place, MtlsCertificate current, RenewalVerdict verdict, string description)
    {
        Target = target;
        Place = place;
        Current = current;
        IsDue = verdict.IsDue;
        Reason = verdict.Reason;
        IsUnfinished = place.IsUnfinished;
        Description = IsDue || !IsUnfinished ? description : "Finish the renewal that was interrupted";
    }

    /// <summary>What is to be renewed.</summary>
    public RenewalTarget Target { get; }

    /// <summary>The certificate that is there now.</summary>
    public MtlsCertificate Current { get; }

    /// <summary>Whether it is renewed.</summary>
    public bool IsDue { get; }

    /// <summary>Why, or why not.</summary>
    public string Reason { get; }

    /// <summary>Whether a process died while it put new files in place; that is finished even where nothing is due.</summary>
    public bool IsUnfinished { get; }

    /// <summary>What is done, in words.</summary>
    public string Description { get; }

    /// <summary>Whether it was renewed before with <see cref="CertificateRenewalOptions.ExpectsReload"/>, and the program that uses it has not been told since.</summary>
    public bool IsReloadPending => Place.IsReloadPending;

    internal IRenewalPlace Place { get; }

    /// <summary>Notes that the program that uses it has been told.</summary>
    /// <exception cref="OutputException">The note can not be removed.</exception>
    public void MarkReloaded()
    {
        try
        {
            Place.MarkReloaded();
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(Target.ToString(), denied);
        }
    }

    /// <summary>The result when nothing is done.</summary>
    public RenewalResult ToResult() => Result(RenewalState.NotDue, Current, null, Reason);

    internal RenewalResult Result(RenewalState state, MtlsCertificate inPlace, MtlsCertificate? former, string reason) =>
        new() { State = state, Reason = reason, Path = Target.ToString(), KeyPath = Target.KeyPath ?? inPlace.KeyPath, Certificate = inPlace, Former = former };
}
