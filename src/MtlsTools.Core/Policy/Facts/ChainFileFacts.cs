using MtlsTools.Certificates;

namespace MtlsTools.Policy;

/// <summary>A file with several certificates.</summary>
internal sealed class ChainFileFacts
{
    internal ChainFileFacts(IReadOnlyList<MtlsCertificate> certificates)
    {
        Certificates = certificates;
        var first = certificates.FirstOrDefault(certificate => !certificate.IsCa) ?? certificates[0];
        Chain = [first, .. CertificateReader.BuildChain(first, certificates)];
    }

    /// <summary>In the order in which they stand there.</summary>
    internal IReadOnlyList<MtlsCertificate> Certificates { get; }

    /// <summary>The first certificate of a server or client, or else the first of all, and its issuers as far as the file has them, in the right order.</summary>
    internal IReadOnlyList<MtlsCertificate> Chain { get; }

    /// <summary>Whether it holds the certificate of a server or client, and so is meant to be sent.</summary>
    internal bool IsSent => !Chain[0].IsCa;

    /// <summary>Certificates that belong to no other in the file.</summary>
    internal IEnumerable<MtlsCertificate> Foreign => Certificates.Where(certificate => !Chain.Contains(certificate));
}
