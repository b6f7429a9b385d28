using MtlsTools.Verification;

namespace MtlsTools.Connections.Enforcement;

/// <summary>Reads from a connection what became of a probe. In doubt it is no refusal: a server that says nothing may say nothing to everybody.</summary>
internal static class ProbeJudge
{
    private const int DecryptError = 51;

    /// <summary>The outcome with its evidence; a refusal that may be none is Unproven until a good client, or silence, has told.</summary>
    internal static (ProbeOutcome Outcome, string Evidence) Judge(ConnectionReport connection) => connection switch
    {
        { Stage: ConnectionStage.Done } => (ProbeOutcome.Accepted, $"The server answered{Status(connection)}."),
        { Alert: { } alert } when IsRefusal(connection, alert.Number) => (ProbeOutcome.Refused, $"The server ended the connection with the alert {alert}."),
        { Alert: { } alert, ClientCertificateSent: true, ServerTrusted: not false } => (ProbeOutcome.Unproven, $"The server ended the connection with the alert {alert}, which says nothing about the certificate."),
        { Stage: ConnectionStage.ClientAuthentication, HttpStatus: 401 or 403 } => (ProbeOutcome.Unproven, $"The server answered{Status(connection)}, which it may answer to everybody."),
        { Stage: ConnectionStage.ClientAuthentication, HttpStatus: not null } => (ProbeOutcome.Refused, $"The server answered{Status(connection)} and named the certificate as the reason."),
        { Stage: ConnectionStage.ClientAuthentication, Protocol: null } => (ProbeOutcome.Refused, "The server ended the handshake right after the client's certificate, without a word."),
        { Stage: ConnectionStage.ClientAuthentication } => (ProbeOutcome.Unproven, "The server ended the connection after the handshake, without a word."),
        _ => (OutcomeOf(connection), Describe(connection)),
    };

    /// <summary>Whether the server finished the handshake and then said nothing at all, so that it has to be seen when it ends the connection.</summary>
    internal static bool IsSilent(ConnectionReport connection) => connection is { Stage: ConnectionStage.ClientAuthentication, Alert: null, HttpStatus: null, Protocol: not null };

    /// <summary>An alert about the certificate; one that says that a signature is wrong comes from certificates as well.</summary>
    private static bool IsRefusal(ConnectionReport connection, int alert) =>
        connection.Stage == ConnectionStage.ClientAuthentication || (alert == DecryptError && connection.ClientCertificateSent);

    private static ProbeOutcome OutcomeOf(ConnectionReport connection) => connection.Findings.Select(finding => (FindingId?)finding.Id).FirstOrDefault() switch
    {
        FindingId.NoCommonTlsVersion => ProbeOutcome.NotOffered,
        FindingId.HandshakeFailed when connection.ClientCertificate is not null => ProbeOutcome.Impossible,
        _ => ProbeOutcome.NotTested,
    };

    private static string Describe(ConnectionReport connection) => connection.Findings.Select(finding => finding.Cause).FirstOrDefault() ?? $"The connection ended in the stage {connection.Stage}.";

    private static string Status(ConnectionReport connection) => connection.HttpStatus is { } status ? $" with the HTTP status {status}" : "";
}
