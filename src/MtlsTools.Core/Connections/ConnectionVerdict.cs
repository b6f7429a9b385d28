using MtlsTools.Connections.Diagnosis;
using MtlsTools.Connections.Preamble;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>Puts the evidence of the attempts together into a report.</summary>
internal sealed class ConnectionVerdict(ConnectionTarget target, ConnectionOptions options, ConnectionAttempt attempt, ConnectionOutcome outcome, ConnectionAttempt? anonymous)
{
    private readonly ConnectionOutcome? anonymousOutcome = anonymous is null ? null : ConnectionOutcomes.Of(anonymous);

    private bool? Requested => attempt.Requested ?? anonymous?.Requested;

    private bool IsRefused => outcome == ConnectionOutcome.Refused;

    private bool Sent => attempt.Sent;

    private bool ExpectsRefusal => options.ExpectRejection || options.RejectionReasons.Count > 0;

    /// <summary>What was called: until it opens the way, that is the proxy.</summary>
    private ConnectionTarget Reached => options.Proxy is { } proxy && attempt.Stage <= ConnectionStage.Proxy ? ConnectionTarget.Parse(proxy.ToString()) : target;

    internal ConnectionReport ToReport()
    {
        var findings = Findings().OrderByDescending(finding => finding.Severity).ToList();
        return new ConnectionReport
        {
            Target = target.ToString(),
            Success = findings.TrueForAll(finding => finding.Severity != FindingSeverity.Error),
            Stage = IsRefused ? ConnectionStage.ClientAuthentication : outcome == ConnectionOutcome.Accepted ? ConnectionStage.Done : attempt.Stage,
            ServerTrusted = options.SkipServerCheck ? null : attempt.RefusedServer ? false : attempt.ServerReport?.Success,
            ClientAuth = ClientAuth(),
            ClientCertificateRequested = Requested,
            ClientCertificateSent = Sent,
            ClientCertificateAccepted = IsRefused ? (Sent ? false : null) : outcome == ConnectionOutcome.Accepted && Sent && attempt.Answer?.ReceivedAnything == true ? true : null,
            AcceptableIssuers = AcceptableIssuers,
            Protocol = attempt.Protocol,
            CipherSuite = attempt.CipherSuite,
            ServerCertificate = attempt.ServerCertificate,
            ClientCertificate = options.Certificate,
            HttpStatus = attempt.Answer?.Status,
            Alert = attempt.Alert is { } number ? new TlsAlertInfo(number) : null,
            Timings = new ConnectionTimings(attempt.ResolveTime, attempt.ConnectTime, attempt.HandshakeTime, attempt.RequestTime),
            Findings = findings,
        };
    }

    private IReadOnlyList<string> AcceptableIssuers => attempt.AcceptableIssuers.Count > 0 ? attempt.AcceptableIssuers : anonymous?.AcceptableIssuers ?? [];

    private ClientAuthentication ClientAuth()
    {
        var withoutCertificate = options.Certificate is null ? outcome : anonymousOutcome;
        return (Requested, withoutCertificate) switch
        {
            (false, _) => ClientAuthentication.None,
            (true, ConnectionOutcome.Refused) => ClientAuthentication.Required,
            (true, ConnectionOutcome.Accepted) => ClientAuthentication.Optional,
            (true, _) => ClientAuthentication.Requested,
            _ => ClientAuthentication.Unknown,
        };
    }

    private IEnumerable<Finding> Findings()
    {
        if (outcome == ConnectionOutcome.Accepted)
            return ExpectsRefusal ? [AcceptedUnexpectedly()] : AcceptedFindings().Concat(AnswerFindings.Of(attempt.Answer!, target, options));
        if (attempt.Revocation.Count > 0)
            return attempt.Revocation;
        if (attempt.Failure is PreambleException fault)
            return [PreambleFindings.Of(fault, attempt.Stage, target, options)];
        var causes = ConnectionDiagnosis.Explain(ConnectionEvidence.Of(Reached, options, attempt, anonymous, TimeProvider.System.GetUtcNow()));
        return IsRefused && ExpectsRefusal ? Expected(causes) : causes;
    }

    private IEnumerable<Finding> AcceptedFindings()
    {
        if (options.Certificate is not null && !Sent && Requested == true)
            yield return new Finding(FindingId.NoClientCertificateSent, FindingSide.Client, FindingSeverity.Error, $"{target} asked for a client certificate and served this client without one: '{options.Certificate.Name}' was not sent, because its kind of key or signature is not among those that the server asks for.", "Use a certificate with another kind of key.", FindingConfidence.Likely);
        else if (options.Certificate is not null && !Sent)
            yield return new Finding(FindingId.ClientCertificateNotRequested, FindingSide.Server, FindingSeverity.Error, $"{target} did not ask for a client certificate, so it authenticates nobody: whoever connects is served.", "Turn client authentication on there (nginx: ssl_verify_client on), or test without -Certificate.");
        if (anonymousOutcome == ConnectionOutcome.Accepted && Sent)
            yield return new Finding(FindingId.ClientCertificateOptional, FindingSide.Server, FindingSeverity.Error, $"{target} serves clients without a certificate as well.", "Make the certificate a requirement there (nginx: ssl_verify_client on).");
    }

    /// <summary>A refusal that was asked for, if it came for the right reason.</summary>
    private IEnumerable<Finding> Expected(IReadOnlyList<Finding> causes)
    {
        if (options.RejectionReasons.Count > 0 && !options.RejectionReasons.Any(reason => reason.Fits(causes, attempt.Alert, attempt.Answer?.Status)))
            yield return new Finding(FindingId.RejectedForAnotherReason, FindingSide.Unknown, FindingSeverity.Error, $"{target} refused this client, but not for the expected reason ({string.Join(" or ", options.RejectionReasons)}): {Evidence(causes)}.", "Read the other findings; if that reason is right as well, expect it too.");
        foreach (var cause in causes)
            yield return cause with { Severity = FindingSeverity.Information };
    }

    private string Evidence(IReadOnlyList<Finding> causes) => string.Join(", ", new[]
    {
        string.Join(", ", causes.Select(cause => cause.Id)),
        attempt.Alert is { } alert ? $"alert {TlsAlerts.NameOf(alert)} ({alert})" : null,
        attempt.Answer?.Status is { } status ? $"HTTP status {status}" : null,
    }.OfType<string>());

    private Finding AcceptedUnexpectedly() => new(
        FindingId.AcceptedUnexpectedly,
        FindingSide.Server,
        FindingSeverity.Error,
        $"{target} should have refused {(options.Certificate is null ? "a client without a certificate" : $"'{options.Certificate.Name}'")}, but {(attempt.Answer!.StayedOpen ? "kept the connection" : "answered")}{(attempt.Answer.Status is { } status ? $" with the HTTP status {status}" : "")}.",
        Requested == true ? "Make the server verify client certificates and refuse the others (openssl s_server: -verify_return_error; nginx: ssl_verify_client on)." : "Turn client authentication on there (nginx: ssl_verify_client on).");
}
