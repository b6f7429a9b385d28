using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Requests;

namespace MtlsTools.Policy;

/// <summary>Asks the rules. It reads nothing but what it is given, and verifies no chain: quick enough to look at every certificate that is issued.</summary>
public static class PolicyChecker
{
    /// <summary>Judges a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Its issuer; null takes the nearest of <see cref="MtlsCertificate.Chain"/>, and without one the rules about both are not asked.</param>
    /// <param name="options">Which rules, and for which day.</param>
    /// <returns>The rules that are broken, the gravest first.</returns>
    /// <exception cref="InputException">The certificate's structure is damaged.</exception>
    public static IReadOnlyList<PolicyFinding> Check(MtlsCertificate certificate, MtlsCertificate? issuer = null, PolicyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Check(ReadFacts(certificate, issuer, options), options);
    }

    /// <summary>Judges a request.</summary>
    /// <exception cref="InputException">The request's structure is damaged.</exception>
    public static IReadOnlyList<PolicyFinding> Check(CertificateSigningRequest request, PolicyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Ask(RequestFacts.Read(request), rule => rule.Request, options, request.ToString());
    }

    /// <summary>Judges a file with a private key. An encrypted key whose password is not given is judged from outside.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Opens an encrypted key, so that the key itself is judged too.</param>
    /// <param name="isCaKey">Whether it is the key of a CA.</param>
    /// <param name="options">Which rules.</param>
    /// <exception cref="MtlsException">The file can not be read, or holds no private key.</exception>
    public static IReadOnlyList<PolicyFinding> CheckKeyFile(string path, SecureString? password = null, bool isCaKey = false, PolicyOptions? options = null)
    {
        var facts = KeyFileFacts.Read(path, InputFile.Read(path), password)
            ?? throw new InputException(ErrorCode.WrongContent, $"'{path}' holds no private key. Name the key file.", path);
        facts.IsCaKey = isCaKey;
        return Check(facts, options);
    }

    internal static CertificateFacts ReadFacts(MtlsCertificate certificate, MtlsCertificate? issuer, PolicyOptions? options) =>
        CertificateFacts.Read(certificate, issuer ?? (certificate.Chain.Count > 0 ? certificate.Chain[0] : null), options?.AsOf ?? DateTimeOffset.UtcNow);

    internal static IReadOnlyList<PolicyFinding> Check(CertificateFacts facts, PolicyOptions? options) => Ask(facts, rule => rule.Certificate, options, facts.Name);

    internal static IReadOnlyList<PolicyFinding> Check(KeyFileFacts facts, PolicyOptions? options) => Ask(facts, rule => rule.KeyFile, options, facts.Path);

    internal static IReadOnlyList<PolicyFinding> Check(ChainFileFacts facts, string path, PolicyOptions? options) => Ask(facts, rule => rule.ChainFile, options, path);

    internal static IReadOnlyList<PolicyFinding> Check(CrlFacts facts, PolicyOptions? options) => Ask(facts, rule => rule.Crl, options, facts.Issuer.ToString());

    internal static IReadOnlyList<PolicyFinding> Check(AuthorityFacts facts, PolicyOptions? options) => Ask(facts, rule => rule.Authority, options, facts.Certificate.Name);

    private static List<PolicyFinding> Ask<T>(T facts, Func<PolicyRule, Func<T, string?>?> checkOf, PolicyOptions? options, string subject)
    {
        options ??= PolicyOptions.Default;
        var findings = new List<PolicyFinding>();
        foreach (var rule in PolicyRules.All)
        {
            if (checkOf(rule) is { } check && options.Asks(rule) && check(facts) is { } cause)
                findings.Add(new PolicyFinding(rule, subject, cause, rule.Fix.Replace("<file>", subject, StringComparison.Ordinal)));
        }

        findings.Sort((one, other) => other.Severity.CompareTo(one.Severity));
        return findings;
    }
}
