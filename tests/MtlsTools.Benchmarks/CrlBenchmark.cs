using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Revocation;

namespace MtlsTools.Benchmarks;

/// <summary>A revocation list with 100 000 entries, signed, written and verified, beside <c>openssl ca -gencrl</c> and <c>openssl crl -verify</c>; and revoking one certificate of a million, beside <c>openssl ca -revoke</c>.</summary>
internal static class CrlBenchmark
{
    private const int Rounds = 3;
    private const int Revoked = 100_000;
    private const int Lines = 1_000_000;

    internal static bool Run()
    {
        Console.WriteLine("A revocation list with 100 000 entries; revoking one certificate of a million");
        if (!Shell.Exists("openssl"))
        {
            Console.WriteLine("  skipped: openssl is missing (Debian package openssl)\n");
            return true;
        }

        using var folder = new TemporaryFolder();
        return RunLists(folder) & RunRevocation(folder);
    }

    private static bool RunLists(TemporaryFolder folder)
    {
        var authority = Make(folder, "lists", Revoked, "R", "250101000000Z,keyCompromise");
        var ours = new Measured("MtlsTools, Publish (signed and verified)");
        var peer = new Measured("openssl ca -gencrl");
        var reading = new Measured("MtlsTools, read, verify and look one up");
        var peerReading = new Measured("openssl crl -verify");
        for (var round = 0; round < Rounds; round++)
        {
            ours.Time(() => Check(authority.PublishCrl().Count == Revoked));
            peer.Time(() => Shell.Run("openssl", authority.Path, "ca", "-config", "openssl.cnf", "-gencrl", "-out", "theirs.crl"));
            reading.Time(() => Check(CertificateRevocationList.ReadFile(authority.CrlPath)[0] is var list && list.IsSignedBy(authority.Certificate) && list.Find($"{Revoked:X40}") is not null));
            peerReading.Time(() => Shell.Run("openssl", authority.Path, "crl", "-in", "crl/ca.crl", "-CAfile", "ca.crt", "-verify", "-noout"));
        }

        Console.WriteLine($"  {ours}\n  {peer}\n  {reading}\n  {peerReading}\n");
        return ours.Median <= peer.Median;
    }

    private static bool RunRevocation(TemporaryFolder folder)
    {
        var authority = Make(folder, "million", Lines, "V", "");
        var ours = new Measured("MtlsTools, find and revoke one of a million");
        var peer = new Measured("openssl ca -revoke");
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName("client"), [], key);
        for (var round = 0; round < Rounds; round++)
        {
            var certificate = authority.Issue(request, new IssuanceOptions { Profile = CertificateProfile.Client });
            ours.Time(() => Check(authority.Revoke(authority.PlanRevocation([RevocationTarget.OfSerialNumber($"{Lines / 2 + round:X40}")], new RevokeOptions()).Revocations)[0].IsChanged));
            peer.Time(() => Shell.Run("openssl", authority.Path, "ca", "-config", "openssl.cnf", "-revoke", certificate.Path!));
        }

        Console.WriteLine($"  {ours}\n  {peer}\n");
        return ours.Median <= peer.Median;
    }

    private static void Check(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("The figure would be of something else.");
    }

    private static CertificateAuthority Make(TemporaryFolder folder, string name, int lines, string state, string revoked)
    {
        var authority = CertificateAuthority.Create(folder.At(name), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench CA"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 });
        using (var index = new StreamWriter(folder.At($"{name}/index.txt"), append: true) { NewLine = "\n" })
        {
            for (var i = 1; i <= lines; i++)
                index.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{state}\t401231235959Z\t{revoked}\t{i:X40}\tunknown\t/C=FR/O=Acme/CN=client-{i}"));
        }

        File.WriteAllText(folder.At($"{name}/openssl.cnf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=issued\ncertificate=ca.crt\nprivate_key=private/ca.key\nserial=serial\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=7\npolicy=p\n[p]\n");
        return authority;
    }
}
