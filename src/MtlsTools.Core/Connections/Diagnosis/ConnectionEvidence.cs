using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections.Application;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>An alert and who sent it.</summary>
/// <param name="Number">The number on the wire.</param>
/// <param name="Sender">The server, the client, or unknown.</param>
internal sealed record AlertEvidence(int Number, FindingSide Sender)
{
    /// <inheritdoc/>
    public override string ToString() => $"{TlsAlerts.NameOf(Number)} ({Number})";
}

/// <summary>All that a connection showed and that can speak for one cause or another. Nothing in it depends on the language of a system.</summary>
internal sealed record ConnectionEvidence
{
    internal required ConnectionTarget Target { get; init; }

    /// <summary>How far it came.</summary>
    internal ConnectionStage Stage { get; init; }

    /// <summary>What became of the client.</summary>
    internal ConnectionOutcome Outcome { get; init; }

    /// <summary>How long the stage was waited for in vain; null when none took too long.</summary>
    internal TimeSpan? TimedOutAfter { get; init; }

    internal SocketError? SocketError { get; init; }

    /// <summary>The number that the platform's TLS gave: an OpenSSL error, an SChannel HRESULT or an Apple OSStatus.</summary>
    internal int? PlatformError { get; init; }

    /// <summary>What the platform said; shown, never judged.</summary>
    internal string? PlatformMessage { get; init; }

    internal AlertEvidence? Alert { get; init; }

    internal bool SpeaksTls { get; init; } = true;

    /// <summary>Whether the other side ended the connection.</summary>
    internal bool EndedByPeer { get; init; }

    internal SslProtocols? Protocol { get; init; }

    /// <summary>The beginning of the answer, or null when none came.</summary>
    internal ApplicationAnswer? Answer { get; init; }

    /// <summary>The server's clock at <see cref="Now"/>, out of an answer's Date header; null when it told none.</summary>
    internal DateTimeOffset? ServerTime { get; init; }

    /// <summary>This side's clock.</summary>
    internal required DateTimeOffset Now { get; init; }

    internal bool? CertificateRequested { get; init; }

    internal bool CertificateSent { get; init; }

    /// <summary>The CA names that the server announces.</summary>
    internal IReadOnlyList<string> AcceptableIssuers { get; init; } = [];

    /// <summary>The signature schemes that the server asks of clients; seen under TLS 1.2 alone.</summary>
    internal IReadOnlyList<int> SignatureSchemes { get; init; } = [];

    /// <summary>The certificate that was to be used, with its chain; its key is known to match.</summary>
    internal MtlsCertificate? ClientCertificate { get; init; }

    internal MtlsCertificate? ServerCertificate { get; init; }

    /// <summary>What was found about the server's certificate; null when it was not judged.</summary>
    internal CertificateReport? ServerReport { get; init; }

    /// <summary>Why the server's certificate could not be read, or null.</summary>
    internal string? ServerDamage { get; init; }

    /// <summary>CAs known on this side: those trusted for the server, and what the server sent.</summary>
    internal IReadOnlyList<MtlsCertificate> KnownIssuers { get; init; } = [];

    /// <summary>Puts together what the attempts of one test showed.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="attempt">The attempt that is explained.</param>
    /// <param name="anonymous">A second one without a certificate, or null: it shows what the platform hides while a certificate is in use.</param>
    /// <param name="now">This side's clock.</param>
    internal static ConnectionEvidence Of(ConnectionTarget target, ConnectionOptions options, ConnectionAttempt attempt, ConnectionAttempt? anonymous, DateTimeOffset now) => new()
    {
        Target = target,
        Stage = attempt.Stage,
        Outcome = ConnectionOutcomes.Of(attempt),
        TimedOutAfter = attempt.TimedOut ? options.Timeout : null,
        SocketError = PlatformErrors.SocketErrorOf(attempt.Failure),
        PlatformError = PlatformErrors.CodeOf(attempt.Failure),
        PlatformMessage = (attempt.Failure?.InnerException ?? attempt.Failure)?.Message,
        Alert = attempt.Alert is { } number ? new AlertEvidence(number, FindingSide.Server) : null,
        SpeaksTls = attempt.SpeaksTls,
        EndedByPeer = attempt.EndedByPeer,
        Protocol = attempt.Protocol,
        Answer = attempt.Answer,
        ServerTime = attempt.Answer?.Date ?? anonymous?.Answer?.Date,
        Now = now,
        CertificateRequested = attempt.Requested ?? anonymous?.Requested,
        CertificateSent = attempt.Sent,
        AcceptableIssuers = attempt.AcceptableIssuers.Count > 0 ? attempt.AcceptableIssuers : anonymous?.AcceptableIssuers ?? [],
        SignatureSchemes = attempt.SignatureSchemes.Count > 0 ? attempt.SignatureSchemes : anonymous?.SignatureSchemes ?? [],
        ClientCertificate = options.Certificate,
        ServerCertificate = attempt.ServerCertificate,
        ServerReport = attempt.ServerReport,
        ServerDamage = attempt.ServerDamage,
        KnownIssuers = [.. (options.TrustedCas ?? []).SelectMany(trusted => trusted.Chain.Prepend(trusted)), .. attempt.ServerCertificate?.Chain ?? []],
    };

    /// <summary>The two clocks' difference in words: "3 days ahead".</summary>
    internal string DescribeSkew()
    {
        var skew = ServerTime!.Value - Now;
        var size = skew.Duration();
        var words = size.TotalDays >= 2 ? $"{Number(size.TotalDays)} days" : size.TotalHours >= 2 ? $"{Number(size.TotalHours)} hours" : $"{Number(size.TotalMinutes)} minutes";
        return $"{words} {(skew > TimeSpan.Zero ? "ahead" : "behind")}";

        static string Number(double value) => Math.Round(value).ToString(CultureInfo.InvariantCulture);
    }
}
