using MtlsTools.Certificates;

namespace MtlsTools.Verification;

/// <summary>One certificate of a chain that was built, the leaf being level 0.</summary>
/// <param name="Level">The distance from the leaf.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="Status">What is wrong with it, or <c>Ok</c>.</param>
public sealed record ChainLink(int Level, MtlsCertificate Certificate, string Status)
{
    /// <summary>The certificate's name.</summary>
    public string Name => Certificate.Name;

    /// <summary>The certificate's role.</summary>
    public CertificateRole Role => Certificate.Role;

    /// <summary>The end of its validity (UTC).</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    /// <summary>Its public key's type and size.</summary>
    public string Key => Certificate.PublicKey.ToString();
}

/// <summary>The verdict on a certificate.</summary>
public sealed class CertificateReport
{
    internal CertificateReport(MtlsCertificate certificate, VerificationOptions options, IReadOnlyList<ChainLink> chain, IReadOnlyList<Finding> findings, DateTimeOffset asOf)
    {
        Certificate = certificate;
        Purpose = options.Purpose;
        HostName = options.HostName;
        AsOf = asOf;
        Chain = chain;
        Findings = findings;
    }

    /// <summary>Whether it may be used as asked.</summary>
    public bool Success => Findings.All(finding => finding.Severity != FindingSeverity.Error);

    /// <summary>The certificate's name.</summary>
    public string Name => Certificate.Name;

    /// <summary>The certificate.</summary>
    public MtlsCertificate Certificate { get; }

    /// <summary>The purpose asked about.</summary>
    public CertificatePurpose Purpose { get; }

    /// <summary>The host name asked about, or null.</summary>
    public string? HostName { get; }

    /// <summary>The time that the verdict is for (UTC).</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>The chain as far as it could be built, leaf first.</summary>
    public IReadOnlyList<ChainLink> Chain { get; }

    /// <summary>What was found; empty when all is well.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Whether the certificate has expired or is not valid yet, at <see cref="AsOf"/>.</summary>
    public bool IsTimeValid => AsOf >= Certificate.NotBefore && AsOf <= Certificate.NotAfter;

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Success ? $"{Name}: ok" : $"{Name}: {string.Join(", ", Findings.Select(finding => finding.Id))}";
}
