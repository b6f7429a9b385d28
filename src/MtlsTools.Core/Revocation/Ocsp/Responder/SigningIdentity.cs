using System.Collections.Concurrent;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Who signs the answers: the CA, or a certificate that it has issued for that, whose key never leaves the memory. Owns the handles of a delegated key.</summary>
internal sealed class SigningIdentity : IDisposable
{
    private readonly ConcurrentBag<OcspResponseWriter> writers = [];
    private readonly PrivateKey key;
    private readonly bool isDelegated;

    private SigningIdentity(MtlsCertificate certificate, PrivateKey key, bool isDelegated)
    {
        Certificate = certificate;
        this.key = key;
        this.isDelegated = isDelegated;
    }

    internal MtlsCertificate Certificate { get; }

    /// <summary>The CA's own key.</summary>
    /// <exception cref="MtlsException">The key can not be opened.</exception>
    internal static SigningIdentity OfAuthority(CertificateAuthority authority) => new(authority.Certificate, authority.SigningKey, isDelegated: false);

    /// <summary>A new key, certified by the CA itself for this purpose alone and for a short time (RFC 6960, 4.2.2.2).</summary>
    /// <param name="authority">The CA; the certificate is recorded in its index.</param>
    /// <param name="life">How long it is valid, if the CA itself is.</param>
    /// <exception cref="MtlsException">The CA's key can not be opened, or the CA refuses.</exception>
    internal static SigningIdentity Delegate(CertificateAuthority authority, TimeSpan life)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        try
        {
            // Each has a name of its own: some indexes allow one valid certificate for a subject.
            var name = $"OCSP responder {Convert.ToHexString(SerialNumbers.Create().AsSpan(0, 4))}";
            var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName(name), [], key);
            var profile = IssuanceProfile.Of(CertificateProfile.Client) with { Name = "OcspResponder", ExtendedKeyUsage = [OcspOids.Signing], CrlUrls = [], OcspUrls = [] };
            var plan = authority.Plan(request, new IssuanceOptions { Profile = profile, NotAfter = authority.Now + life, AllowClamp = true });
            var noCheck = new System.Security.Cryptography.X509Certificates.X509Extension(OcspOids.NoCheck, [0x05, 0x00], critical: false);
            return new SigningIdentity(authority.IssuePlanned(plan with { Copied = [noCheck] }, request, null, default), key, isDelegated: true);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs an answer; any number of threads may at a time.</summary>
    internal byte[] Sign(IReadOnlyList<OcspAnswer> answers, DateTimeOffset producedAt, byte[]? nonce)
    {
        if (!writers.TryTake(out var writer))
            writer = isDelegated ? new OcspResponseWriter(Copy(), Certificate.RawData) : new OcspResponseWriter(key, null);
        if (!isDelegated)
        {
            // The CA's key may live in a device, of which there is one handle.
            lock (key)
                return Return(writer, answers, producedAt, nonce);
        }

        return Return(writer, answers, producedAt, nonce);
    }

    public void Dispose()
    {
        if (isDelegated)
            key.Dispose();
    }

    private byte[] Return(OcspResponseWriter writer, IReadOnlyList<OcspAnswer> answers, DateTimeOffset producedAt, byte[]? nonce)
    {
        var signed = writer.Sign(answers, producedAt, nonce);
        writers.Add(writer);
        return signed;
    }

    /// <summary>Handles of the platform are not made for several threads; the garbage collector takes them back.</summary>
    private PrivateKey Copy()
    {
        var pkcs8 = key.ExportPkcs8();
        try
        {
            return PrivateKey.Parse(pkcs8);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
