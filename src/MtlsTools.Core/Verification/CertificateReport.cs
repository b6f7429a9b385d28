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
    private readonly Lazy<PlatformVerdict> platform;
    private readonly Lazy<IReadOnlyList<Finding>> findings;
    private readonly IReadOnlyList<FindingId> chainRefusals;

    /// <param name="certificate">The certificate.</param>
    /// <param name="options">What was asked.</param>
    /// <param name="chain">The chain, leaf first.</param>
    /// <param name="found">What our own verification found.</param>
    /// <param name="chainRefusals">What in it speaks against the chain, which the platform judges too.</param>
    /// <param name="platform">The platform's verdict, asked for when it is wanted.</param>
    /// <param name="asOf">The time of the verdict.</param>
    internal CertificateReport(MtlsCertificate certificate, VerificationOptions options, IReadOnlyList<ChainLink> chain, IReadOnlyList<Finding> found, IReadOnlyList<FindingId> chainRefusals, Lazy<PlatformVerdict> platform, DateTimeOffset asOf)
    {
        Certificate = certificate;
        Purpose = options.Purpose;
        HostName = options.HostName;
        AsOf = asOf;
        Chain = chain;
        Success = found.All(finding => finding.Severity != FindingSeverity.Error);
        this.chainRefusals = chainRefusals;
        this.platform = platform;
        findings = new Lazy<IReadOnlyList<Finding>>(() => PlatformDifference() is { } difference ? [.. found, difference] : found);
    }

    /// <summary>Whether it may be used as asked, by our own verification.</summary>
    public bool Success { get; }

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
    public IReadOnlyList<Finding> Findings => findings.Value;

    /// <summary>What this platform's own engine says of the chain and the purpose: other programs go by it. <see cref="Success"/> does not.</summary>
    public PlatformVerdict PlatformVerdict => platform.Value;

    /// <summary>Whether the certificate has expired or is not valid yet, at <see cref="AsOf"/>.</summary>
    public bool IsTimeValid => AsOf >= Certificate.NotBefore && AsOf <= Certificate.NotAfter;

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Success ? $"{Name}: ok" : $"{Name}: {string.Join(", ", Findings.Select(finding => finding.Id))}";

    private Finding? PlatformDifference() => (chainRefusals.Count == 0, PlatformVerdict.Success) switch
    {
        (true, false) => new Finding(FindingId.PlatformDiffers, FindingSide.Unknown, FindingSeverity.Warning, $"The chain of '{Name}' is valid, but programs that use this platform's own verification will refuse it: {PlatformVerdict}.", "Test with the programs that are to use it; a chain without the rarer constructs is accepted everywhere."),
        (false, true) => new Finding(FindingId.PlatformDiffers, FindingSide.Unknown, FindingSeverity.Warning, $"Programs that use this platform's own verification will accept '{Name}' all the same, because it does not look at what was found here ({string.Join(", ", chainRefusals)}).", "Do not rely on it: stricter programs refuse it."),
        _ => null,
    };
}
