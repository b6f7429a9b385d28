using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Verification;

namespace MtlsTools.Benchmarks;

/// <summary>Reading and verifying 10 000 chains of three (client, intermediate, root), beside one run of <c>openssl verify</c> over the same files.</summary>
internal static class VerificationBenchmark
{
    private const int Rounds = 5;
    private const int Chains = 10_000;

    internal static bool Run()
    {
        Console.WriteLine("Verifying 10 000 chains of three");
        if (!Shell.Exists("openssl"))
        {
            Console.WriteLine("  skipped: openssl is missing (Debian package openssl)\n");
            return true;
        }

        using var folder = new TemporaryFolder();
        var files = Make(folder, out var root, out var intermediate);
        var ours = new Measured("MtlsTools, own path validation");
        var peer = new Measured("openssl verify, one process for all");
        for (var round = 0; round < Rounds; round++)
        {
            ours.Time(() => Verify(files, root, intermediate));
            peer.Time(() => Shell.Run("openssl", folder.Path, ["verify", "-CAfile", "root.crt", "-untrusted", "int.crt", "-purpose", "sslclient", .. files.Select(file => Path.GetFileName(file)!)]));
        }

        Console.WriteLine($"  {ours}\n  {peer}\n  MtlsTools takes {ours.Median / peer.Median:P0} of openssl's time\n");
        return true;
    }

    private static void Verify(List<string> files, MtlsCertificate root, MtlsCertificate intermediate)
    {
        var verifier = CertificateVerifier.Create(new VerificationOptions { TrustedCas = [root], Intermediates = [intermediate], Purpose = CertificatePurpose.Client });
        foreach (var file in files)
        {
            if (!verifier.Verify(CertificateReader.ReadFile(file)[0]).Success)
                throw new InvalidOperationException($"'{file}' should verify.");
        }
    }

    private static List<string> Make(TemporaryFolder folder, out MtlsCertificate root, out MtlsCertificate intermediate)
    {
        var rootCa = CertificateAuthority.Create(folder.At("root"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench Root"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 });
        var issuer = CertificateAuthority.Create(folder.At("int"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench Issuing"), KeyAlgorithm = KeyAlgorithm.EcdsaP256, Issuer = rootCa });
        (root, intermediate) = (rootCa.Certificate, issuer.Certificate);
        File.WriteAllText(folder.At("root.crt"), root.ToPem());
        File.WriteAllText(folder.At("int.crt"), intermediate.ToPem());
        var files = new List<string>(Chains);
        for (var i = 0; i < Chains; i++)
        {
            using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
            var issued = issuer.Issue(CertificateSigningRequest.Create(DistinguishedName.FromCommonName($"client-{i}"), [], key), new IssuanceOptions { Profile = CertificateProfile.Client });
            files.Add(folder.At($"{i}.crt"));
            File.WriteAllText(files[^1], issued.ToPem());
        }

        return files;
    }
}
