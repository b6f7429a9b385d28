using System.Diagnostics;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Verification;

namespace MtlsTools.Rotation;

/// <summary>What servers show when they are asked: which certificate they present, and which clients they let in.</summary>
internal static class EndpointEvidence
{
    private static readonly TimeSpan ReloadPatience = TimeSpan.FromSeconds(15);

    /// <summary>Every server must let the new client in.</summary>
    internal static IEnumerable<Obstacle> AcceptsNew(RotationContext context) => context.FindNewClient() is { } client
        ? AskAll(context, endpoint => Accepts(context, endpoint, Connect(context, endpoint, client)))
        : [];

    /// <summary>Every server must let the new client in, and present nothing old.</summary>
    internal static IEnumerable<Obstacle> UsesNew(RotationContext context)
    {
        var client = context.FindNewClient();
        return AskAll(context, endpoint =>
        {
            var report = Connect(context, endpoint, client);
            return Accepts(context, endpoint, report).Concat(Presents(context, endpoint, report.ServerCertificate));
        });
    }

    /// <summary>No server may let the old client in.</summary>
    internal static IEnumerable<Obstacle> RefusesOld(RotationContext context)
    {
        // Who looks at no revocation list can not know that a certificate is revoked.
        if (!context.IsCa && context.State.CrlFiles.Count == 0 && context.State.TrustFiles.Count == 0)
            return [];
        return context.FindOldClient() is { } client && client.NotAfter > context.Now
            ? AskAll(context, endpoint => Connect(context, endpoint, client).ClientCertificateAccepted != true ? [] : [new Obstacle($"{endpoint} still lets the old client '{client.Name}' in. {(context.IsCa ? "Have it read its trust file again" : "Have it read its revocation list again, or say in its configuration where the list is")}, and do the step once more.")])
            : [];
    }

    /// <summary>A server that was told to read its files again answers by the old ones for a moment: it is asked until it has.</summary>
    private static List<Obstacle> AskAll(RotationContext context, Func<string, IEnumerable<Obstacle>> ask) =>
        context.State.Endpoints.SelectMany(endpoint =>
        {
            for (var waited = Stopwatch.StartNew(); ; context.Cancellation.WaitHandle.WaitOne(200))
            {
                var found = ask(endpoint).ToList();
                context.Cancellation.ThrowIfCancellationRequested();
                if (found.Count == 0 || !context.HasReloaded || waited.Elapsed > ReloadPatience)
                    return found;
            }
        }).ToList();

    /// <summary>The verdict on what a server presents at a time.</summary>
    internal static bool Verifies(MtlsCertificate certificate, IReadOnlyList<MtlsCertificate> trusted, DateTimeOffset asOf, CertificatePurpose purpose) =>
        CertificateVerifier.Verify(certificate, new VerificationOptions { TrustedCas = trusted, Intermediates = certificate.Chain, AsOf = asOf, Purpose = purpose }).Success;

    /// <summary>The server is judged here and not while connecting: by the rotation's clock, and by more than one trust.</summary>
    private static ConnectionReport Connect(RotationContext context, string endpoint, MtlsCertificate? client)
    {
        var options = new ConnectionOptions { Certificate = client, SkipServerCheck = true, OneConnection = true, Timeout = context.Options.Timeout };
        return Task.Run(() => ConnectionTester.TestAsync(ConnectionTarget.Parse(endpoint), options, context.Cancellation), context.Cancellation).GetAwaiter().GetResult();
    }

    private static IEnumerable<Obstacle> Accepts(RotationContext context, string endpoint, ConnectionReport report)
    {
        if (report.ServerCertificate is null)
            yield return new Obstacle($"{endpoint} could not be tested ({report.Stage}: {string.Join(", ", report.Findings.Select(finding => finding.Cause))}). Start it, or take it out of the field endpoints of '{context.Path}'.");
        else if (report.ClientCertificateAccepted == false)
            yield return new Obstacle($"{endpoint} does not let the new client '{report.ClientCertificate?.Name}' in. Have it read its files again (-ReloadCommand does it), and do the step once more.");
    }

    private static IEnumerable<Obstacle> Presents(RotationContext context, string endpoint, MtlsCertificate? presented)
    {
        if (presented is null)
            yield break;
        var old = context.State.Items.FirstOrDefault(item => item.OldCertificate.Equals(presented)) is not null
            || (context.IsCa && IsOfOldCaAlone(context, presented));
        if (old)
            yield return new Obstacle($"{endpoint} still presents the old certificate '{presented.Name}' ({presented.SerialNumber}). Have it read its files again (-ReloadCommand does it), and do the step once more.");
    }

    /// <summary>What stands below neither of the two is no matter of this rotation.</summary>
    private static bool IsOfOldCaAlone(RotationContext context, MtlsCertificate presented) =>
        Verifies(presented, [context.OldCaCertificate], context.Now, CertificatePurpose.Any) && !Verifies(presented, [context.NewCa.Certificate], context.Now, CertificatePurpose.Any);
}
