using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Certificates;

/// <summary>A certificate with its key and intermediates, in the form in which the platform's TLS can really use it. Owns the key handle.</summary>
internal sealed class TlsIdentity : IDisposable
{
    private readonly X509Certificate2 certificate;

    private TlsIdentity(X509Certificate2 certificate, SslStreamCertificateContext context)
    {
        this.certificate = certificate;
        Context = context;
    }

    /// <summary>The certificate with its key.</summary>
    internal X509Certificate2 Certificate => certificate;

    /// <summary>What SslStream takes; it sends the intermediates as well.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>Makes an identity.</summary>
    /// <param name="source">The certificate, with its private key.</param>
    /// <param name="announced">For a server: the CAs whose clients are welcome, told in the handshake where the platform can.</param>
    internal static TlsIdentity Create(MtlsCertificate source, IReadOnlyList<MtlsCertificate>? announced = null)
    {
        var usable = source.ToX509WithKey();
        if (OperatingSystem.IsWindows() && source.PrivateKey!.IsEphemeral)
        {
            using var inMemory = usable;
            usable = WindowsKeys.Reimport(inMemory, X509KeyStorageFlags.UserKeySet);
        }

        var intermediates = new X509Certificate2Collection(source.Intermediates.Select(one => one.X509).ToArray());
        var trust = announced is { Count: > 0 } && !OperatingSystem.IsWindows()
            ? SslCertificateTrust.CreateForX509Collection(new X509Certificate2Collection(announced.Select(one => one.X509).ToArray()), sendTrustInHandshake: true)
            : null;
        return new TlsIdentity(usable, SslStreamCertificateContext.Create(usable, intermediates, offline: true, trust));
    }

    public void Dispose() => certificate.Dispose();
}
