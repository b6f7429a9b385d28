using System.Security.Cryptography;
using MtlsTools.Certificates;

namespace MtlsTools.Revocation;

/// <summary>Whom to ask about revocation.</summary>
public enum RevocationMethod
{
    /// <summary>OCSP, and a revocation list where that gives no answer.</summary>
    Auto,

    /// <summary>OCSP alone.</summary>
    Ocsp,

    /// <summary>Revocation lists alone.</summary>
    Crl,
}

/// <summary>How the question "is this certificate revoked?" is asked.</summary>
public sealed record RevocationOptions
{
    /// <summary>Whom to ask.</summary>
    public RevocationMethod Method { get; init; }

    /// <summary>CAs that may have issued the certificate; those of its chain are looked at too.</summary>
    public IReadOnlyList<MtlsCertificate> Issuers { get; init; } = [];

    /// <summary>Responders, instead of those that the certificate names.</summary>
    public IReadOnlyList<Uri> OcspUrls { get; init; } = [];

    /// <summary>Revocation lists at hand, instead of those that the certificate names.</summary>
    public IReadOnlyList<CertificateRevocationList> Crls { get; init; } = [];

    /// <summary>Where revocation lists lie, instead of where the certificate says.</summary>
    public IReadOnlyList<Uri> CrlUrls { get; init; } = [];

    /// <summary>The file of an OCSP response, or null.</summary>
    public string? ResponseFile { get; init; }

    /// <summary>The hash by which a request names the issuer. SHA-1 is a name here and not a protection, and the one that every responder knows.</summary>
    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA1;

    /// <summary>Whether a request has a nonce, so that the answer can not be an old one.</summary>
    public bool UseNonce { get; init; } = true;

    /// <summary>Whether an answer that does not repeat the nonce is refused; responders with prepared answers leave it out.</summary>
    public bool RequireNonce { get; init; }

    /// <summary>How far two clocks may differ.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How old an answer may be, whatever it says of itself; null goes by what it says.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>How long each server may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that the answer is for; null is now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Reads the revocation lists of a file, or of every file of a folder that is called *.crl, or *.pem and holds some.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or there is no list.</exception>
    public static IReadOnlyList<CertificateRevocationList> ReadLists(string path)
    {
        if (!Directory.Exists(path))
            return CertificateRevocationList.ReadFile(path);
        var lists = Directory.EnumerateFiles(path).Where(IsList).Order(StringComparer.Ordinal).SelectMany(CertificateRevocationList.ReadFile).ToList();
        return lists.Count > 0 ? lists : throw new InputException(ErrorCode.FileNotFound, $"The folder '{path}' holds no revocation list (*.crl, or *.pem with an X509 CRL). Name the file.", path);
    }

    private static bool IsList(string file) => System.IO.Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".CRL" => true,
        ".PEM" => File.ReadAllText(file).Contains("-----BEGIN X509 CRL-----", StringComparison.Ordinal),
        _ => false,
    };
}
