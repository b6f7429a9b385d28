using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Lab;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Lab;

/// <summary>Each bad certificate has the fault that it is called by, and no other: openssl and we agree on it.</summary>
public sealed class BadCertificateTests(BadCertificateTests.Labs labs) : IClassFixture<BadCertificateTests.Labs>
{
    public sealed class Labs : IDisposable
    {
        public MtlsLab Lab { get; } = MtlsLab.Create(new LabOptions { Scenario = LabScenario.All, BadCertificates = true });

        public void Dispose() => Lab.Dispose();
    }

    /// <summary>Kind, what openssl verify says (x509_vfy.h), what we find.</summary>
    public static TheoryData<LabScenario, BadCertificateKind, int, FindingId> Faults()
    {
        var rows = new TheoryData<LabScenario, BadCertificateKind, int, FindingId>();
        foreach (var scenario in new[] { LabScenario.HelloWorld, LabScenario.Workshop })
        {
            rows.Add(scenario, BadCertificateKind.SelfSigned, 18, FindingId.RootNotTrusted);
            rows.Add(scenario, BadCertificateKind.OtherCa, 20, FindingId.RootNotTrusted);
            rows.Add(scenario, BadCertificateKind.LookAlikeCa, 7, FindingId.IssuerKeyDiffers);
            rows.Add(scenario, BadCertificateKind.Expired, 10, FindingId.CertificateExpired);
            rows.Add(scenario, BadCertificateKind.NotYetValid, 9, FindingId.CertificateNotYetValid);
            rows.Add(scenario, BadCertificateKind.ServerOnly, 26, FindingId.WrongPurpose);
            rows.Add(scenario, BadCertificateKind.CaCertificate, 26, FindingId.WrongPurpose);
            rows.Add(scenario, BadCertificateKind.NoIntermediate, 20, FindingId.IssuerNotFound);
            rows.Add(scenario, BadCertificateKind.WeakKey, 66, FindingId.AlgorithmTooWeak);
            rows.Add(scenario, BadCertificateKind.WeakSignature, 68, FindingId.AlgorithmTooWeak);
            rows.Add(scenario, BadCertificateKind.Revoked, 23, FindingId.CertificateRevoked);
        }

        return rows;
    }

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public void It_has_its_fault_and_no_other(LabScenario scenario, BadCertificateKind kind, int error, FindingId finding)
    {
        var openssl = Peer.Require("openssl");
        var made = labs.Lab.Environments.First(one => one.Scenario == scenario);
        var bad = made.Bad!.All.Single(one => one.Kind == kind).Certificate;
        var root = made.Authorities.First(authority => authority.Certificate.Equals(made.TrustedClientCa));

        // CRLs beside the others would hide their fault behind one of their own: no list covers a CA that is not known.
        string[] lists = kind == BadCertificateKind.Revoked ? ["-crl_check_all", "-CRLfile", made.CrlPath!] : [];
        var said = openssl.Try(["verify", "-purpose", "sslclient", "-auth_level", "2", "-CAfile", root.CertificatePath, .. lists, "-untrusted", bad.Path!, bad.Path!]).All;

        Assert.Equal([error], Regex.Matches(said, @"error (\d+) at").Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct());
        var report = CertificateVerifier.Verify(bad, new VerificationOptions
        {
            TrustedCas = [made.TrustedClientCa],
            Purpose = CertificatePurpose.Client,
            Crls = kind == BadCertificateKind.Revoked ? CertificateRevocationList.ReadFile(made.CrlPath!) : null,
        });
        Assert.Equal([finding], report.Findings.Where(one => one.Severity == FindingSeverity.Error).Select(one => one.Id).Distinct());
    }

    [Fact]
    public void The_good_client_is_on_no_list()
    {
        foreach (var made in labs.Lab.Environments)
        {
            var report = CertificateVerifier.Verify(made.ClientCertificate, new VerificationOptions { TrustedCas = [made.TrustedClientCa], Purpose = CertificatePurpose.Client, Crls = CertificateRevocationList.ReadFile(made.CrlPath!) });
            Assert.True(report.Success, string.Join('\n', report.Findings));
        }
    }

    [Fact]
    public void Each_lies_in_a_file_with_its_key_beside_it()
    {
        foreach (var one in labs.Lab.Environments.SelectMany(made => made.Bad!.All))
        {
            Assert.EndsWith($"{Path.DirectorySeparatorChar}bad{Path.DirectorySeparatorChar}{Path.GetFileName(one.Certificate.Path)}", one.Certificate.Path, StringComparison.Ordinal);
            if (one.Kind == BadCertificateKind.OtherKey)
                Assert.Equal(ErrorCode.KeyMismatch, Assert.Throws<KeyException>(() => CertificateReader.ReadIdentity(one.Certificate.Path!, null, null)).Code);
            else
                Assert.Equal(one.Certificate, CertificateReader.ReadIdentity(one.Certificate.Path!, null, null));
        }
    }

    [Fact]
    public void Each_has_a_name_of_its_own()
    {
        var bad = labs.Lab.Workshop!.Bad!;

        Assert.Equal(Enum.GetValues<BadCertificateKind>(), bad.All.Select(one => one.Kind));
        Assert.Equal(bad.All.Select(one => one.Certificate), [bad.SelfSigned, bad.OtherCa, bad.LookAlikeCa, bad.Expired, bad.NotYetValid, bad.ServerOnly, bad.CaCertificate, bad.OtherKey, bad.NoIntermediate, bad.WeakKey, bad.WeakSignature, bad.Revoked]);
        Assert.All(new[] { bad.SelfSigned, bad.LookAlikeCa, bad.OtherKey }, one => Assert.Equal(labs.Lab.Workshop.ClientCertificate.Subject, one.Subject));
    }

    [Fact]
    public void A_look_alike_names_the_true_CA_s_key()
    {
        var made = labs.Lab.HelloWorld!;

        Assert.Equal(made.ClientCertificate.AuthorityKeyIdentifier, made.Bad!.LookAlikeCa.AuthorityKeyIdentifier);
        Assert.Equal(made.ClientCertificate.Issuer, made.Bad.LookAlikeCa.Issuer);
        Assert.NotEqual(made.ClientCertificate.SpkiSha256, made.Bad.LookAlikeCa.SpkiSha256);
    }
}
