namespace MtlsTools.Connections;

/// <summary>What became of the client on one connection.</summary>
internal enum ConnectionOutcome
{
    /// <summary>It ended before, or for another reason than, the client's certificate.</summary>
    Failed,

    /// <summary>The server refused the client.</summary>
    Refused,

    /// <summary>Application data came back, and no refusal; or nothing came where silence is allowed.</summary>
    Accepted,
}

/// <summary>Reads the outcome from the evidence of an attempt.</summary>
internal static class ConnectionOutcomes
{
    internal static ConnectionOutcome Of(ConnectionAttempt attempt)
    {
        if (attempt.Answer is { ReceivedAnything: true } answer)
            return attempt.Requested != false && answer.IsRefusal ? ConnectionOutcome.Refused : ConnectionOutcome.Accepted;
        if (attempt.Answer is { StayedOpen: true })
            return ConnectionOutcome.Accepted;
        if (attempt.RefusedServer || attempt.TimedOut)
            return ConnectionOutcome.Failed;

        // After the handshake a server has judged the client before it answers: silence or an alert now is its refusal (TLS 1.3).
        if (attempt.Stage == ConnectionStage.Application)
            return attempt.Requested == true && (attempt.Alert is not { } late || TlsAlerts.IsAboutClientCertificate(late)) ? ConnectionOutcome.Refused : ConnectionOutcome.Failed;

        // Under TLS 1.2 the refusal comes inside the handshake, after the server's certificate was judged good here.
        return attempt.Stage == ConnectionStage.Handshake && attempt.ServerCertificate is not null && attempt.Requested != false && (attempt.Alert is { } alert ? TlsAlerts.IsAboutClientCertificate(alert) || TlsAlerts.IsAboutMissingCertificate(alert, attempt.Sent) : attempt is { Requested: true, EndedByPeer: true })
            ? ConnectionOutcome.Refused
            : ConnectionOutcome.Failed;
    }
}
