using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Issuance;

/// <summary>What of a request's extensions is granted, and why the rest is not.</summary>
/// <param name="KeyUsage">The key usages of profile and request, or null for the profile's.</param>
/// <param name="ExtendedKeyUsage">The extended key usages of both, or null for the profile's.</param>
/// <param name="Copied">Extensions that are taken as they are.</param>
/// <param name="Dropped">What is not granted, with the reason, a sentence each.</param>
internal sealed record GrantedExtensions(X509KeyUsageFlags? KeyUsage, IReadOnlyList<string>? ExtendedKeyUsage, IReadOnlyList<X509Extension> Copied, IReadOnlyList<string> Dropped)
{
    private static readonly GrantedExtensions Nothing = new(null, null, [], []);

    internal static GrantedExtensions Decide(CertificateSigningRequest request, IssuanceProfile profile, ExtensionCopying copying)
    {
        if (request.Extensions.Count == 0)
            return Nothing;
        var granted = Nothing;
        var dropped = new List<string>();
        foreach (var extension in request.Extensions)
        {
            var oid = extension.Oid!.Value!;
            if (oid == AlternativeNames.Oid && copying != ExtensionCopying.None)
                continue;
            if (copying == ExtensionCopying.All)
            {
                try
                {
                    granted = Grant(granted, extension, request, profile, dropped);
                }
                catch (Exception damaged) when (damaged is CryptographicException or AsnContentException)
                {
                    dropped.Add($"The request's {ExtensionNames.Of(oid)} is not granted: it is damaged.");
                }
            }
            else
            {
                dropped.Add($"The request's {ExtensionNames.Of(oid)} is not granted: -CopyExtensions {copying} takes {(copying == ExtensionCopying.San ? "its names alone" : "nothing of it")}.");
            }
        }

        return granted with { Dropped = dropped };
    }

    private static GrantedExtensions Grant(GrantedExtensions granted, X509Extension extension, CertificateSigningRequest request, IssuanceProfile profile, List<string> dropped)
    {
        switch (extension.Oid!.Value)
        {
            case ExtensionNames.KeyUsage when !profile.IsCa:
                var wanted = new X509KeyUsageExtension(extension, extension.Critical).KeyUsages;
                var usage = wanted & profile.KeyUsageOf(request.PublicKey);
                Tell(UsageNames.ToNames(wanted & ~usage), "keyUsage");
                return usage == X509KeyUsageFlags.None ? granted : granted with { KeyUsage = usage };
            case ExtensionNames.ExtendedKeyUsage when !profile.IsCa:
                var oids = new X509EnhancedKeyUsageExtension(extension, extension.Critical).EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value!).ToList();
                Tell(oids.Except(profile.ExtendedKeyUsage).Select(UsageNames.ToName), "extendedKeyUsage");
                var both = profile.ExtendedKeyUsage.Intersect(oids).ToList();
                return both.Count == 0 ? granted : granted with { ExtendedKeyUsage = both };
            case ExtensionNames.TlsFeature:
                var features = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (features.HasData)
                    features.ReadInteger();
                return granted with { Copied = [.. granted.Copied, new X509Extension(extension.Oid, extension.RawData, critical: false)] };
            case ExtensionNames.BasicConstraints when new X509BasicConstraintsExtension(extension, extension.Critical).CertificateAuthority == profile.IsCa:
            case ExtensionNames.SubjectKeyIdentifier:
                return granted; // The certificate has its own, which says the same.
            case var oid:
                dropped.Add($"The request's {ExtensionNames.Of(oid!)} is not granted: {ReasonFor(oid!, profile)}.");
                return granted;
        }

        void Tell(IEnumerable<string> names, string name)
        {
            if (string.Join(", ", names) is { Length: > 0 } list)
                dropped.Add($"The request's {name} {list} is not granted: the profile {profile} does not have it.");
        }
    }

    private static string ReasonFor(string oid, IssuanceProfile profile) => oid switch
    {
        ExtensionNames.BasicConstraints => $"whether a certificate is a CA's is decided by the profile, and {profile} {(profile.IsCa ? "makes CAs" : "makes none")}",
        NameConstraints.Oid or ExtensionNames.KeyUsage or ExtensionNames.ExtendedKeyUsage => "what a CA may do is decided by the profile",
        ExtensionBuilder.CertificatePoliciesOid => "under which policy a certificate is issued is decided by the profile",
        ExtensionNames.AuthorityKeyIdentifier or ExtensionNames.CrlDistributionPoints or ExtensionNames.AuthorityInfoAccess => "it speaks of the issuer, who knows better",
        _ => "it is not on the list of extensions that may be copied (subjectAltName, keyUsage, extendedKeyUsage, tlsfeature)",
    };
}
