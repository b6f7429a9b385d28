using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Tests.Support;

/// <summary>Short ways to authorities and what they issue.</summary>
public static class TestAuthority
{
    /// <summary>Makes a root, or an intermediate below <paramref name="issuer"/>, in a folder of that name.</summary>
    public static CertificateAuthority Create(TemporaryFolder folder, string name, TimeProvider? clock = null, CertificateAuthority? issuer = null, Func<AuthorityOptions, AuthorityOptions>? change = null)
    {
        var options = new AuthorityOptions { Subject = DistinguishedName.Parse($"CN={name},O=Acme"), Issuer = issuer, KeyAlgorithm = KeyAlgorithm.EcdsaP256 };
        return CertificateAuthority.Create(folder.At(name), change?.Invoke(options) ?? options, clock);
    }

    /// <summary>A request with the shared key of an algorithm.</summary>
    public static CertificateSigningRequest Request(string subject = "CN=api.example.com", string san = "", KeyAlgorithm algorithm = KeyAlgorithm.EcdsaP256) =>
        CertificateSigningRequest.Create(DistinguishedName.Parse(subject), AlternativeNames.Parse([san]), SharedKeys.Of(algorithm));

    /// <summary>Issues a certificate with that profile's defaults.</summary>
    public static MtlsCertificate Issue(this CertificateAuthority authority, CertificateProfile profile, CertificateSigningRequest? request = null) =>
        authority.Issue(request ?? Request(), new IssuanceOptions { Profile = profile });
}
