using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <content>Revoking, and the lists that tell of it.</content>
public sealed partial class CertificateAuthority
{
    /// <summary>Says what would be revoked, and what stands against it. Nothing is changed.</summary>
    /// <param name="targets">What to revoke, as people name it.</param>
    /// <param name="options">Why, and what goes with it.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    /// <exception cref="AuthorityException">The index can not record such a reason.</exception>
    public RevocationPlan PlanRevocation(IEnumerable<RevocationTarget> targets, RevokeOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        return new RevocationPlanner(layout, ledger, new OwnCertificates(layout, Certificate, AuthorityKeys())).Plan(targets.ToList(), options, cancellation);
    }

    /// <summary>Records what was planned as revoked. Nobody learns of it before the next revocation list: see <see cref="PublishCrl"/>.</summary>
    /// <returns>What became of each; one that another process has revoked meanwhile says so.</returns>
    /// <exception cref="AuthorityException">The index does not list one of them, or can not record the reason.</exception>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    public IReadOnlyList<CertificateRevocation> Revoke(IEnumerable<PlannedRevocation> planned, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(planned);
        return new RevocationRecorder(layout, ledger, clock, Name).Record(planned.ToList(), cancellation);
    }

    /// <summary>Records that certificates of this CA are revoked. Those that are already stay as they are; the result says so.</summary>
    /// <param name="certificates">The certificates. One that this CA signed and its index does not list, because it was made by other means, is added to it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    /// <exception cref="AuthorityException">One of them is another CA's; then nothing is recorded.</exception>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    public IReadOnlyList<CertificateRevocation> Revoke(IEnumerable<MtlsCertificate> certificates, RevocationReason reason = RevocationReason.Unspecified, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        var own = new OwnCertificates(layout, Certificate, AuthorityKeys());
        var planned = new List<PlannedRevocation>();
        foreach (var certificate in certificates)
        {
            own.Check(certificate);
            planned.Add(PlannedRevocation.Of(certificate, reason));
        }

        return Revoke(planned, cancellation);
    }

    /// <summary>Publishes this CA's revocation list: signs it with the next number and writes it into the folder, together with those that certificates of the CA's former keys need.</summary>
    /// <param name="options">How long it is good for, and when a new one is needed; null takes the defaults.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    /// <exception cref="MtlsException">The key can not be opened or may not sign lists, or the folder can not be written.</exception>
    public PublishedCrl PublishCrl(CrlOptions? options = null, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        options ??= new CrlOptions();
        Unlock(options.Password);
        return new CrlPublisher(layout, ledger, Certificate, key!, clock, warn).Publish(options, Name, cancellation);
    }

    /// <summary>The file of this CA's revocation list; it may be missing.</summary>
    public string CrlPath => layout.Crl;

    /// <summary>The certificates that this CA had before.</summary>
    internal IReadOnlyList<MtlsCertificate> Former => FormerCertificates.Read(layout, clock).ToList();
}
