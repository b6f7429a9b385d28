using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Revocation;
using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Tests.Verification;

/// <summary>NIST's Public Key Interoperability Test Suite, all of it, where the folder that MTLSTOOLS_PKITS names holds it: certs, crls, and the list of tests in the form of BoringSSL's pkits_testcases-inl.h. It is large, so it is not part of this repository.</summary>
public sealed partial class PkitsTests
{
    /// <summary>Where we say no on purpose to what PKITS calls valid; there is no case the other way round.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["4.1.4"] = "DSA is not supported",
        ["4.1.5"] = "DSA is not supported",
        ["4.4.19"] = "the CRL is signed with a key of its own, not with that of the certificate's issuer",
        ["4.5.4"] = "the CRL is signed with a key that no certificate of the path has",
        ["4.5.6"] = "the CRL is signed with a key that no certificate of the path has",
        ["4.14.4"] = "names relative to the CRL's issuer are not supported",
        ["4.14.5"] = "names relative to the CRL's issuer are not supported",
        ["4.14.7"] = "names relative to the CRL's issuer are not supported",
        ["4.14.18"] = "CRLs of some reasons are not supported",
        ["4.14.19"] = "CRLs of some reasons are not supported",
        ["4.14.22"] = "indirect CRLs are not supported",
        ["4.14.24"] = "indirect CRLs are not supported",
        ["4.14.25"] = "indirect CRLs are not supported",
        ["4.14.28"] = "indirect CRLs are not supported",
        ["4.14.29"] = "indirect CRLs are not supported",
        ["4.14.30"] = "indirect CRLs are not supported",
        ["4.14.33"] = "indirect CRLs are not supported",
        ["4.15.5"] = "delta CRLs are not supported",
    };

    [SkippableFact]
    public void Every_test_has_the_verdict_that_NIST_gives_it()
    {
        var folder = Environment.GetEnvironmentVariable("MTLSTOOLS_PKITS");
        Skip.If(folder is null, "MTLSTOOLS_PKITS names no folder with NIST's PKITS data");
        var count = 0;
        var wrong = new List<string>();
        foreach (Match test in TestPattern().Matches(File.ReadAllText(Path.Combine(folder!, "pkits_testcases-inl.h"))))
        {
            var number = Regex.Match(test.Value, "test_number = \"([^\"]+)\"").Groups[1].Value;
            var expected = test.Value.Contains("should_validate = true", StringComparison.Ordinal) && !Refused.ContainsKey(number);
            var outcome = Run(folder!, test.Value);
            count++;
            if (outcome.IsValid != expected)
                wrong.Add($"{number} should be {(expected ? "valid" : "refused")}: {string.Join(" | ", outcome.Problems.Select(problem => $"{problem.Level} {problem.Finding}"))}");
        }

        Assert.True(count > 200, $"only {count} tests were found");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static PathOutcome Run(string folder, string test)
    {
        var certificates = Names(test, "certs").Select(name => MtlsCertificate.Create(new X509Certificate2(File.ReadAllBytes(Path.Combine(folder, "certs", name + ".crt"))))).ToList();
        var lists = Names(test, "crls").SelectMany(name => CertificateRevocationList.ReadFile(Path.Combine(folder, "crls", name + ".crl"))).ToList();
        var pool = CertificatePool.Create([certificates[0]], certificates.Skip(1));
        return new PathBuilder(pool, new PathSettings
        {
            AsOf = new DateTimeOffset(2011, 4, 15, 0, 0, 0, TimeSpan.Zero),
            Revocation = new RevocationChecker(lists, CrlScope.Chain),
            InitialPolicies = Regex.Match(test, "SetInitialPolicySet\\(\\s*\"([^\"]*)\"").Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(PolicyOid).ToHashSet(),
            RequireExplicitPolicy = test.Contains("SetInitialExplicitPolicy(true)", StringComparison.Ordinal),
            InhibitPolicyMapping = test.Contains("SetInitialPolicyMappingInhibit(true)", StringComparison.Ordinal),
            InhibitAnyPolicy = test.Contains("SetInitialInhibitAnyPolicy(true)", StringComparison.Ordinal),
        }).Build(pool.Enter(certificates[^1]));
    }

    private static IEnumerable<string> Names(string test, string list) =>
        Regex.Matches(Regex.Match(test, list + @"\[\] = \{([^}]*)\}").Groups[1].Value, "\"([^\"]+)\"").Select(name => name.Groups[1].Value);

    private static string PolicyOid(string name) => name.Trim() == "anyPolicy" ? "2.5.29.32.0" : string.Create(CultureInfo.InvariantCulture, $"2.16.840.1.101.3.2.1.48.{name.Trim()["NIST-test-policy-".Length..]}");

    [GeneratedRegex(@"WRAPPED_TYPED_TEST_P\([^)]*\)\s*\{.*?RunTest\(", RegexOptions.Singleline)]
    private static partial Regex TestPattern();
}
