using MtlsTools.Certificates;

namespace MtlsTools.Lab;

/// <summary>One certificate that every server has to refuse.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Certificate">The certificate, with its key; of <see cref="BadCertificateKind.OtherKey"/> without one, because no key that lies beside it is its own.</param>
public sealed record BadCertificate(BadCertificateKind Kind, MtlsCertificate Certificate)
{
    /// <summary>What is wrong with it.</summary>
    public override string ToString() => Kind.ToString();
}

/// <summary>A certificate for each way to be wrong. Each has one fault, and is otherwise like the good client's.</summary>
public sealed class BadCertificates
{
    private readonly Dictionary<BadCertificateKind, MtlsCertificate> made;

    internal BadCertificates(IEnumerable<BadCertificate> certificates) => made = certificates.ToDictionary(one => one.Kind, one => one.Certificate);

    /// <summary>All of them.</summary>
    public IReadOnlyList<BadCertificate> All => made.Select(one => new BadCertificate(one.Key, one.Value)).ToList();

    /// <summary>Signed with its own key, under the good client's name.</summary>
    public MtlsCertificate SelfSigned => made[BadCertificateKind.SelfSigned];

    /// <summary>Issued by a CA that nobody knows.</summary>
    public MtlsCertificate OtherCa => made[BadCertificateKind.OtherCa];

    /// <summary>Issued by a CA that has the true CA's name and another key.</summary>
    public MtlsCertificate LookAlikeCa => made[BadCertificateKind.LookAlikeCa];

    /// <summary>Past its end.</summary>
    public MtlsCertificate Expired => made[BadCertificateKind.Expired];

    /// <summary>Before its beginning.</summary>
    public MtlsCertificate NotYetValid => made[BadCertificateKind.NotYetValid];

    /// <summary>Made for servers alone.</summary>
    public MtlsCertificate ServerOnly => made[BadCertificateKind.ServerOnly];

    /// <summary>The root CA's own certificate.</summary>
    public MtlsCertificate CaCertificate => made[BadCertificateKind.CaCertificate];

    /// <summary>The good client's certificate; the key that lies beside it is another's.</summary>
    public MtlsCertificate OtherKey => made[BadCertificateKind.OtherKey];

    /// <summary>Issued by an intermediate CA that does not come with it.</summary>
    public MtlsCertificate NoIntermediate => made[BadCertificateKind.NoIntermediate];

    /// <summary>With an RSA key of 1024 bits.</summary>
    public MtlsCertificate WeakKey => made[BadCertificateKind.WeakKey];

    /// <summary>Signed with SHA-1.</summary>
    public MtlsCertificate WeakSignature => made[BadCertificateKind.WeakSignature];

    /// <summary>Revoked; only a server that is given the revocation list can know.</summary>
    public MtlsCertificate Revoked => made[BadCertificateKind.Revoked];

    /// <summary>The kinds.</summary>
    public override string ToString() => string.Join(", ", made.Keys);
}
