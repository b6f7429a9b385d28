using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Revocation;

namespace MtlsTools.Lab;

/// <summary>Adds to a scenario the certificates that its server has to refuse, signed by its own CAs wherever that is the point.</summary>
internal static class LabBadCertificates
{
    internal static void Add(LabEnvironment made, DateTimeOffset now)
    {
        var folder = Path.Combine(made.Path, "bad");
        Directory.CreateDirectory(folder);
        var root = made.Authorities.First(authority => authority.Certificate.Equals(made.TrustedClientCa));
        var mint = BadCertificateMint.Of(Minting(made.ClientCa), Minting(root), kind => NameFor(kind, made.ClientCertificate), now);
        made.Bad = new BadCertificates(Enum.GetValues<BadCertificateKind>().Select(kind => new BadCertificate(kind, LabFiles.Save(folder, FileName(kind), kind switch
        {
            BadCertificateKind.OtherKey => WithOtherKey(folder, made.ClientCertificate),
            BadCertificateKind.Revoked => Revoke(made.ClientCa),
            _ => mint.Mint(kind),
        }))));
        made.CrlPath = LabFiles.SaveCrls(Path.Combine(made.Path, "client-ca.crl"), made.Authorities.Where(one => one == made.ClientCa || made.ClientCa.Certificate.Chain.Contains(one.Certificate)));
    }

    private static MintingAuthority Minting(Authority.CertificateAuthority authority) => MintingAuthority.Of(authority.Certificate, PrivateKey.Open(authority.KeyPath));

    /// <summary>Who pretends to be the client has its name; the others are told apart by theirs.</summary>
    private static DistinguishedName NameFor(BadCertificateKind kind, MtlsCertificate client) =>
        kind is BadCertificateKind.SelfSigned or BadCertificateKind.LookAlikeCa ? client.Subject : DistinguishedName.FromCommonName(FileName(kind));

    /// <summary>The certificate of the client; the file beside it that should be its key holds another.</summary>
    private static MtlsCertificate WithOtherKey(string folder, MtlsCertificate client)
    {
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        other.Save(Path.Combine(folder, FileName(BadCertificateKind.OtherKey) + ".key"));
        return MtlsCertificate.Decode(client.RawData, null, client.Chain);
    }

    private static MtlsCertificate Revoke(Authority.CertificateAuthority authority)
    {
        var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName(FileName(BadCertificateKind.Revoked)), [], PrivateKey.Generate(KeyAlgorithm.EcdsaP256));
        var issued = authority.Issue(request, new IssuanceOptions { Profile = CertificateProfile.Client });
        authority.Revoke([issued], RevocationReason.KeyCompromise);
        return issued;
    }

    /// <summary>NotYetValid becomes not-yet-valid.</summary>
    private static string FileName(BadCertificateKind kind) =>
        string.Concat(kind.ToString().Select((c, index) => index > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
