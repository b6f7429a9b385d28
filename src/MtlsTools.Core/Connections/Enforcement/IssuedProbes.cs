using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Revocation;

namespace MtlsTools.Connections.Enforcement;

/// <summary>Certificates that a CA truly issues for the probes: recorded in its index, valid for minutes at most, with keys that never leave this process, and revoked when the test is over.</summary>
internal sealed class IssuedProbes
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Dictionary<EnforcementProbe, MtlsCertificate> issued = [];
    private readonly Dictionary<EnforcementProbe, string> refused = [];
    private readonly CertificateAuthority? authority;

    private IssuedProbes(CertificateAuthority? authority) => this.authority = authority;

    /// <summary>Issues what the probes need. One that the CA may not issue is told by <see cref="WhyNot"/>.</summary>
    /// <exception cref="MtlsException">The CA's key can not be opened, or its folder not written.</exception>
    internal static IssuedProbes Create(CertificateAuthority? authority, IEnumerable<EnforcementProbe> probes, CancellationToken cancellation)
    {
        var made = new IssuedProbes(authority);
        try
        {
            foreach (var probe in probes.Where(EnforcementOptions.IsIssued))
                made.Issue(probe, cancellation);
            if (made.issued.TryGetValue(EnforcementProbe.IssuedRevoked, out var revoked))
                authority!.Revoke([revoked], RevocationReason.CessationOfOperation, cancellation);
            return made;
        }
        catch
        {
            made.Revoke();
            throw;
        }
    }

    /// <summary>The certificate of a probe.</summary>
    internal MtlsCertificate? Of(EnforcementProbe probe) => issued.GetValueOrDefault(probe);

    /// <summary>Why the CA did not issue it, or null.</summary>
    internal string? WhyNot(EnforcementProbe probe) => refused.GetValueOrDefault(probe);

    /// <summary>Revokes all of them; not even a stop of the test keeps it from that.</summary>
    internal void Revoke()
    {
        if (issued.Count > 0)
            authority!.Revoke(issued.Values, RevocationReason.CessationOfOperation);
    }

    private void Issue(EnforcementProbe probe, CancellationToken cancellation)
    {
        var (notBefore, notAfter) = LifetimeOf(probe);
        var profile = probe == EnforcementProbe.IssuedServerOnly ? CertificateProfile.Server : CertificateProfile.Client;
        IReadOnlyList<AlternativeName> san = profile == CertificateProfile.Server ? [AlternativeName.Dns("mtls-probe.invalid")] : [];
        var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName($"mtls-probe {probe} {Guid.NewGuid():N}"), san, PrivateKey.Generate(KeyAlgorithm.EcdsaP256));
        try
        {
            issued[probe] = authority!.Issue(request, new IssuanceOptions { Profile = profile, NotBefore = notBefore, NotAfter = notAfter, AllowClamp = true }, null, cancellation);
        }
        catch (IssuanceException forbidden)
        {
            refused[probe] = forbidden.Message;
        }
    }

    /// <summary>Expired as long ago as the CA's own life allows, up to a day, so that clocks need not agree.</summary>
    private (DateTimeOffset NotBefore, DateTimeOffset NotAfter) LifetimeOf(EnforcementProbe probe)
    {
        var now = authority!.Now;
        if (probe == EnforcementProbe.IssuedNotYetValid)
            return (now.AddDays(1), now.AddDays(1) + Lifetime);
        if (probe != EnforcementProbe.IssuedExpired)
            return (Later(now - Lifetime, authority.Certificate.NotBefore), now + Lifetime);
        var end = Later(now.AddDays(-1), authority.Certificate.NotBefore.AddSeconds(2));
        return (Later(end - Lifetime, authority.Certificate.NotBefore), end);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
