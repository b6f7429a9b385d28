using System.Security.Authentication;
using MtlsTools.Authority;

namespace MtlsTools.Connections.Enforcement;

/// <summary>How a server is tried.</summary>
public sealed record EnforcementOptions
{
    /// <summary>How connections are made. Its certificate is the good client's; without one no valid identity is ever sent.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>The CA that issues for the server's clients. With it, certificates that are truly its own and wrong are issued, minutes long, and revoked afterwards.</summary>
    public CertificateAuthority? Ca { get; init; }

    /// <summary>Which probes; empty for all that the certificate and the CA allow.</summary>
    public IReadOnlyList<EnforcementProbe> Probes { get; init; } = [];

    /// <summary>Over which TLS versions, one after the other.</summary>
    public SslProtocols TlsVersion { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>How many connections to the server are made at once.</summary>
    public int MaximumConnections { get; init; } = 4;

    /// <summary>The versions, each alone.</summary>
    internal IEnumerable<SslProtocols> Versions => new[] { SslProtocols.Tls12, SslProtocols.Tls13 }.Where(version => TlsVersion.HasFlag(version));

    /// <summary>The probes that are made.</summary>
    internal IReadOnlyList<EnforcementProbe> Selected => Probes.Count > 0 ? Probes.Distinct().Order().ToList() : Enum.GetValues<EnforcementProbe>().Where(probe => MissingFor(probe) is null).ToList();

    /// <summary>Whether the CA issues certificates for the test.</summary>
    public bool Issues => Selected.Any(IsIssued);

    /// <summary>The same without the probes for which the CA issues; null when no other was asked for.</summary>
    public EnforcementOptions? WithoutIssuing()
    {
        var others = Probes.Where(probe => !IsIssued(probe)).ToList();
        return Probes.Count > 0 && others.Count == 0 ? null : this with { Ca = null, Probes = others };
    }

    /// <summary>What a probe lacks, in words; null when it can be made.</summary>
    public string? MissingFor(EnforcementProbe probe) => probe switch
    {
        EnforcementProbe.GoodClient when Connection.Certificate is null => "-Certificate",
        _ when IsIssued(probe) && Ca is null => "-Ca",
        _ => null,
    };

    internal static bool IsIssued(EnforcementProbe probe) => probe >= EnforcementProbe.IssuedExpired;
}
