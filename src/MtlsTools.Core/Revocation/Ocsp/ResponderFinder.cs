using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Finds who signed a response, and whether that one may speak for the CA (RFC 6960, 4.2.2.2): the CA itself, or whom the CA itself has certified for it.</summary>
internal sealed class ResponderFinder(PathCertificate issuer, DateTimeOffset asOf, TimeSpan skew)
{
    /// <summary>Checking many signatures for a stranger would keep this machine busy.</summary>
    private const int MostCertificates = 8;

    /// <summary>Who signed; null when nobody did who may, and the reason is told.</summary>
    internal MtlsCertificate? Find(OcspResponse response, Action<Finding> tell)
    {
        var candidates = response.Certificates.Take(MostCertificates).Prepend(issuer.Certificate).Where(one => IsNamed(one, response)).Distinct().ToList();
        if (candidates.Count == 0)
        {
            tell(OcspFindings.NotAuthorized("the responder that it names is neither the CA, nor among the certificates that came along"));
            return null;
        }

        if (Signature.WeakHash(response.Signature!.Algorithm) is { } weak)
        {
            tell(RevocationFindings.Error(FindingId.AlgorithmTooWeak, $"The OCSP response is signed with {weak}, which can be forged.", "Have the responder sign with SHA-256 or better."));
            return null;
        }

        foreach (var candidate in candidates)
        {
            switch (new SignatureChecker(candidate.PublicKey).Check(response.Signature))
            {
                case SignatureVerdict.Valid when Refusal(candidate) is not { } refusal:
                    return candidate;
                case SignatureVerdict.Valid when Refusal(candidate) is { } refusal:
                    tell(OcspFindings.NotAuthorized(refusal));
                    return null;
                case SignatureVerdict.NotSupported:
                    tell(RevocationFindings.Error(FindingId.AlgorithmNotSupported, $"The OCSP response is signed with an algorithm ({response.Signature.AlgorithmOid}) that can not be checked here.", "Have the responder sign with ECDSA or RSA."));
                    return null;
            }
        }

        tell(RevocationFindings.Error(FindingId.SignatureInvalid, $"The signature of the OCSP response is wrong: '{candidates[0].Name}', whom it names, did not sign it, or it was changed on the way.", "Ask again; if it stays so, somebody answers who is not the CA's responder."));
        return null;
    }

    private static bool IsNamed(MtlsCertificate candidate, OcspResponse response) => response.ResponderKeyHash is { } hash
        ? hash.Span.SequenceEqual(IssuerIdentity.KeyIdOf(candidate.PublicKey))
        : response.ResponderName is { } name && name.Span.SequenceEqual(candidate.Subject.Der.Span);

    /// <summary>Why a signer may not speak for the CA; null when it may.</summary>
    private string? Refusal(MtlsCertificate signer)
    {
        if (signer.PublicKey.Equals(issuer.Certificate.PublicKey))
            return null;
        var content = signer.Content;
        var delegated = new PathCertificate(signer);
        if (delegated.Defect is { } defect)
            return $"the certificate of '{signer.Name}' is damaged ({defect})";
        if (delegated.IssuerName != issuer.SubjectName || delegated.SignedBy(issuer) != SignatureVerdict.Valid)
            return $"'{signer.Name}' is not certified by '{issuer}' itself";
        if (content.ExtendedKeyUsage?.Contains(OcspOids.Signing) != true)
            return $"the certificate of '{signer.Name}' lacks the extended key usage OCSPSigning";
        if (content.KeyUsage is { } usage && (usage & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
            return $"the key of '{signer.Name}' may not sign (keyUsage)";
        if (asOf + skew < signer.NotBefore)
            return $"the certificate of '{signer.Name}' is not valid before {signer.NotBefore:u}";
        return asOf - skew > signer.NotAfter ? $"the certificate of '{signer.Name}' ended on {signer.NotAfter:u}" : null;
    }
}
