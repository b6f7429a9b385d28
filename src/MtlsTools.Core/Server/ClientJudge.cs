using System.IO.Enumeration;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Server;

/// <summary>What was decided about a client.</summary>
/// <param name="Certificate">What it presented, or null.</param>
/// <param name="Findings">What is wrong with it.</param>
/// <param name="Reason">Why it is not let in, or null.</param>
internal sealed record ClientJudgement(MtlsCertificate? Certificate, IReadOnlyList<Finding> Findings, string? Reason)
{
    internal static readonly ClientJudgement Welcome = new(null, [], null);
}

/// <summary>Decides by its certificate whether a client is let in.</summary>
internal sealed class ClientJudge(MtlsServerOptions options)
{
    private readonly VerificationOptions verification = new()
    {
        TrustedCas = options.ClientCas,
        Purpose = CertificatePurpose.Client,
        Crls = options.Crls,
        CrlScope = options.CrlScope,
    };

    internal ClientJudgement Judge(X509Certificate? presented, X509Chain? chain)
    {
        if (options.ClientAuth == ClientAuthMode.None)
            return ClientJudgement.Welcome;
        if (presented is null)
            return options.ClientAuth == ClientAuthMode.Required ? new ClientJudgement(null, [], "The client sent no certificate.") : ClientJudgement.Welcome;
        try
        {
            return Judge(MtlsCertificate.FromPeer(presented, chain));
        }
        catch (MtlsException damaged)
        {
            return new ClientJudgement(null, [], damaged.Message);
        }
    }

    private ClientJudgement Judge(MtlsCertificate client)
    {
        var report = CertificateVerifier.Verify(client, verification);
        var name = NameFinding(client);
        IReadOnlyList<Finding> findings = name is null ? report.Findings : [name, .. report.Findings];

        // Two engines that were written apart have to agree before anyone is let in.
        var refusing = !options.AllowUntrusted && !(report.Success && report.PlatformVerdict.Success) ? findings : name is not null ? [name] : [];
        return new ClientJudgement(client, findings, refusing.Count == 0 ? null : string.Join(" ", refusing.Select(finding => finding.Cause)));
    }

    private Finding? NameFinding(MtlsCertificate client)
    {
        if (options.RequiredSubjects.Count > 0 && !Matches(options.RequiredSubjects, [client.Subject.ToString()]))
            return NotAllowed($"The subject '{client.Subject}' is not among those that this server serves ({string.Join(", ", options.RequiredSubjects)}).");
        if (options.RequiredSans.Count > 0 && !Matches(options.RequiredSans, client.San.SelectMany(name => new[] { name.Value, name.ToString() })))
            return NotAllowed($"'{client.Name}' has no subject alternative name that this server serves ({string.Join(", ", options.RequiredSans)}); it has {(client.San.Count == 0 ? "none" : string.Join(", ", client.San))}.");
        return null;
    }

    private static Finding NotAllowed(string cause) =>
        new(FindingId.ClientNameNotAllowed, FindingSide.Client, FindingSeverity.Error, cause, "Use a certificate with such a name, or change -RequiredSubject or -RequiredSan.");

    /// <summary>A backslash is an ordinary character of names, not an escape.</summary>
    private static bool Matches(IReadOnlyList<string> patterns, IEnumerable<string> names) =>
        names.Any(name => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), name)));
}
