using System.Globalization;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>A reason for which a server may refuse a client: a finding, an alert or an HTTP status.</summary>
public sealed record RejectionReason
{
    private RejectionReason(FindingId? finding, int? alert, int? status)
    {
        Finding = finding;
        Alert = alert;
        HttpStatus = status;
    }

    /// <summary>The finding, or null.</summary>
    public FindingId? Finding { get; }

    /// <summary>The alert's number, or null.</summary>
    public int? Alert { get; }

    /// <summary>The HTTP status, or null.</summary>
    public int? HttpStatus { get; }

    /// <summary>Reads the name of a finding (<c>ClientCertificateExpired</c>), the name or number of an alert (<c>certificate_expired</c>, <c>45</c>), or an HTTP status (<c>400</c>).</summary>
    /// <exception cref="InputException">The text is none of these.</exception>
    public static RejectionReason Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 600)
            return number < 256 ? new RejectionReason(null, number, null) : new RejectionReason(null, null, number);
        if (TlsAlerts.NumberOf(text) is { } alert)
            return new RejectionReason(null, alert, null);
        return Enum.TryParse<FindingId>(text, ignoreCase: true, out var finding) && Enum.IsDefined(finding)
            ? new RejectionReason(finding, null, null)
            : throw new InputException(ErrorCode.RejectionReasonInvalid, $"'{text}' is no reason for a refusal. Write the name of a finding (ClientCertificateExpired), the name or number of an alert (certificate_expired, 45), or an HTTP status (400).");
    }

    /// <summary>What was read.</summary>
    public override string ToString() => Finding?.ToString() ?? (Alert is { } alert ? $"alert {TlsAlerts.NameOf(alert)} ({alert})" : $"HTTP status {HttpStatus}");

    /// <summary>Whether a refusal was for this reason.</summary>
    internal bool Fits(IEnumerable<Finding> causes, int? alert, int? status) =>
        Finding is { } id ? causes.Any(cause => cause.Id == id) : Alert is { } number ? alert == number : status == HttpStatus;
}
