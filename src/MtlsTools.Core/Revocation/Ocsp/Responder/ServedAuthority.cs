using MtlsTools.Authority;
using MtlsTools.Certificates;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>One CA that a responder answers for: its index, and who signs for it.</summary>
internal sealed class ServedAuthority : IDisposable
{
    private static readonly TimeSpan SignerLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly ResponderOptions options;
    private readonly Dictionary<string, (byte[] Name, byte[] Key)> hashes;
    private readonly object renewal = new();
    private volatile SigningIdentity signer;
    private DateTimeOffset retryAt;

    private ServedAuthority(CertificateAuthority authority, ResponderOptions options, SigningIdentity signer)
    {
        Authority = authority;
        this.options = options;
        this.signer = signer;
        Table = new IssuedTable(authority.Layout.Index);
        hashes = OcspCertId.KnownHashes.ToDictionary(OcspCertId.OidOf, hash => OcspCertId.HashIssuer(authority.Certificate.Subject.Der, authority.Certificate.PublicKey, hash));
    }

    internal CertificateAuthority Authority { get; }

    internal IssuedTable Table { get; }

    internal MtlsCertificate Signer => signer.Certificate;

    /// <exception cref="MtlsException">The CA's key can not be opened, or the CA refuses to certify a signer.</exception>
    /// <exception cref="IOException">The index can not be read.</exception>
    internal static ServedAuthority Open(CertificateAuthority authority, ResponderOptions options)
    {
        var served = new ServedAuthority(authority, options, options.SignWithCa ? SigningIdentity.OfAuthority(authority) : SigningIdentity.Delegate(authority, SignerLife));
        served.Table.Refresh();
        return served;
    }

    /// <summary>Whether a certificate that is asked about is this CA's, as far as its key and name say.</summary>
    internal bool Issued(OcspCertId id) => hashes.TryGetValue(id.HashOid, out var own) && id.KeyHash.Span.SequenceEqual(own.Key) && id.NameHash.Span.SequenceEqual(own.Name);

    /// <summary>The answer about one certificate. One that the index does not list was never issued, as far as the CA knows: that is "unknown", and signed, because the CA's own record is complete.</summary>
    internal OcspAnswer Answer(OcspCertId id, DateTimeOffset now)
    {
        var end = Min(now + options.ValidFor, signer.Certificate.NotAfter);
        return Table.Find(id.SerialNumber.Span) switch
        {
            null => new OcspAnswer(id, OcspCertStatus.Unknown, now, end),
            { RevokedAt: { } at } state => new OcspAnswer(id, OcspCertStatus.Revoked, now, end) { RevokedAt = at, Reason = state.Reason },
            _ => new OcspAnswer(id, OcspCertStatus.Good, now, end),
        };
    }

    /// <summary>Signs; null when there is nobody who may any more.</summary>
    internal byte[]? Sign(IReadOnlyList<OcspAnswer> answers, DateTimeOffset now, byte[]? nonce) => signer.Certificate.NotAfter <= now ? null : signer.Sign(answers, now, nonce);

    /// <summary>Has the signer's certificate renewed in time; should that fail, the old one serves until its end.</summary>
    internal void RenewSigner(DateTimeOffset now)
    {
        if (options.SignWithCa || now <= signer.Certificate.RenewAfter)
            return;
        lock (renewal)
        {
            if (now <= signer.Certificate.RenewAfter || now < retryAt)
                return;
            try
            {
                // The old handles may be at work still; the garbage collector takes them back.
                signer = SigningIdentity.Delegate(Authority, SignerLife);
            }
            catch (MtlsException)
            {
                retryAt = now + RetryAfter;
            }
        }
    }

    public void Dispose()
    {
        signer.Dispose();
        Table.Dispose();
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
