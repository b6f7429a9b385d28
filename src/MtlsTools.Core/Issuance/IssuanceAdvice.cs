using System.Globalization;
using MtlsTools.Requests;

namespace MtlsTools.Issuance;

/// <summary>What is allowed but unwise about a certificate, in words for whoever asked for it.</summary>
internal static class IssuanceAdvice
{
    private static readonly TimeSpan LongLife = TimeSpan.FromDays(825.1);
    private static readonly TimeSpan LongCaLife = TimeSpan.FromDays(25 * 366);

    internal static IEnumerable<string> Of(CertificatePlan plan, IssuanceOptions options, CertificateSigningRequest? request = null)
    {
        var name = plan.Subject.CommonName ?? (plan.San.Count > 0 ? plan.San[0].Value : plan.Subject.ToString());
        var life = plan.NotAfter - plan.NotBefore;
        var days = life.TotalDays.ToString("F0", CultureInfo.InvariantCulture);
        if (!plan.Profile.IsCa && life > LongLife)
            yield return $"'{name}' is valid for {days} days. Apple systems refuse servers beyond 825 days, and a stolen key stays useful that long; 90 days is the default.";
        if (plan.Profile.IsCa && life > LongCaLife)
            yield return $"The CA '{name}' is valid for {days} days, longer than any algorithm in use has lasted. 10 years are the default of a root.";
        if (plan.Profile.IsCa && plan.PublicKey is { IsRsa: true, Bits: < 3072 })
            yield return $"The CA '{name}' has an RSA key of {plan.PublicKey.Bits} bits, which is thought to hold until about 2030. Use EcdsaP384, the default, or Rsa4096.";
        if (options.SerialNumber is not null)
            yield return $"'{name}' has the chosen serial number {Convert.ToHexString(plan.SerialNumber)}. A random one, the default, can be neither guessed nor used twice.";
        if (plan.Profile.IsBare)
            yield return $"'{name}' has no extensions: wherever its CA is trusted it can be used for anything, and some programs refuse it. Use the profile Client or Server.";
        if (plan.Profile.IsBare && request is { San: [var first, ..] })
            yield return $"'{name}' has no extensions, so '{first}' of the request is not in it.";
        if (!plan.Profile.IsBare && !plan.Profile.IsCa && plan.ExtendedKeyUsage.Count == 0)
            yield return $"'{name}' does not say what it is for (extendedKeyUsage): wherever its CA is trusted it is taken as a server and as a client. Name the usages in the profile.";
        if (plan.Profile.Netscape is not null)
            yield return $"'{name}' has Netscape's extensions, which no program of today looks at; extendedKeyUsage says what it is for.";
        if (plan.Profile.AuthorityKeyIdentifier == AuthorityKeyIdentifierForm.KeyIdAndIssuer)
            yield return $"'{name}' names its CA's certificate by its serial number: once the CA is renewed, strict programs no longer find it. KeyId is the default.";
    }
}
