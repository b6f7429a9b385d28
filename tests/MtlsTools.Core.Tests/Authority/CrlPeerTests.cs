using System.Text.RegularExpressions;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.X509;

namespace MtlsTools.Tests.Authority;

/// <summary>Our lists before other implementations, and openssl in our folder before and after us.</summary>
public sealed class CrlPeerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Others_verify_a_list_and_read_every_entry()
    {
        var ca = TestAuthority.Create(folder, "ca");
        var reasons = new[] { RevocationReason.Unspecified, RevocationReason.KeyCompromise, RevocationReason.CaCompromise, RevocationReason.AffiliationChanged, RevocationReason.Superseded, RevocationReason.CessationOfOperation, RevocationReason.CertificateHold };
        var issued = reasons.Select((reason, number) => (Certificate: ca.Issue(TestAuthority.Request($"CN={reason}"), new IssuanceOptions { Profile = CertificateProfile.Client, SerialNumber = number == 0 ? "FF01" : null }), Reason: reason)).ToList();
        foreach (var (certificate, reason) in issued)
            ca.Revoke([certificate], reason);
        var list = ca.PublishCrl();

        var openssl = Peer.Require("openssl");
        Assert.Contains("verify OK", openssl.Run("crl", "-in", list.Path, "-CAfile", ca.CertificatePath, "-noout", "-verify").All, StringComparison.Ordinal);
        var text = openssl.Run("crl", "-in", list.Path, "-noout", "-text").Output;
        Assert.All(issued, one => Assert.Contains($"Serial Number: {one.Certificate.SerialNumber}", text, StringComparison.Ordinal));
        Assert.Equal(reasons.Length - 1, Regex.Count(text, "CRL Reason Code"));
        Assert.Contains("Version 2 (0x1)", text, StringComparison.Ordinal);

        Assert.Contains("Verification output: Verified", Peer.Require("certtool").Run("--verify-crl", "--load-ca-certificate", ca.CertificatePath, "--infile", list.Path).All, StringComparison.Ordinal);

        var go = GoPeer.Require().Run("crl", list.Path, ca.CertificatePath).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([$"list 1 ca {issued.Count}", .. issued.Select(one => $"{one.Certificate.SerialNumber.TrimStart('0')} {(int)one.Reason}")], go);

        var bouncy = new X509CrlParser().ReadCrl(list.Lists[0].RawData.ToArray());
        bouncy.Verify(new X509CertificateParser().ReadCertificate(ca.Certificate.RawData.ToArray()).GetPublicKey());
        Assert.All(issued, one => Assert.NotNull(bouncy.GetRevokedCertificate(new Org.BouncyCastle.Math.BigInteger(one.Certificate.SerialNumber, 16))));
    }

    [SkippableFact]
    public void OpenSSL_checks_a_whole_chain_by_one_file_also_after_a_change_of_key()
    {
        var openssl = Peer.Require("openssl");
        var root = TestAuthority.Create(folder, "root");
        var below = TestAuthority.Create(folder, "below", issuer: root);
        var old = below.Issue(CertificateProfile.Client, TestAuthority.Request("CN=old"));
        var revoked = below.Issue(CertificateProfile.Client, TestAuthority.Request("CN=revoked"));
        below.Revoke([revoked], RevocationReason.KeyCompromise);
        below = below.Renew(new RenewalOptions { Issuer = root, NewKey = true });
        var fresh = below.Issue(CertificateProfile.Client, TestAuthority.Request("CN=fresh"));
        var bundle = new CrlBundle();
        root.PublishCrl();
        below.PublishCrl();
        bundle.Add(below);
        bundle.Add(root);
        var lists = bundle.Save(folder.At("all.crl"))[0];

        Assert.Equal(0, Verify(old).ExitCode);
        Assert.Equal(0, Verify(fresh).ExitCode);
        Assert.Contains("certificate revoked", Verify(revoked).All, StringComparison.Ordinal);

        PeerResult Verify(MtlsCertificate leaf)
        {
            var chain = folder.Write("chain.pem", string.Concat(leaf.Intermediates.Prepend(leaf).Select(one => one.ToPem())));
            return openssl.Try("verify", "-crl_check_all", "-CAfile", root.CertificatePath, "-CRLfile", lists, "-untrusted", chain, chain);
        }
    }

    [SkippableFact]
    public void OpenSSL_and_we_revoke_and_publish_in_one_folder_by_turns()
    {
        var openssl = Peer.Require("openssl");
        var ca = TestAuthority.Create(folder, "ca");
        var issued = Enumerable.Range(0, 3).Select(number => ca.Issue(CertificateProfile.Client, TestAuthority.Request($"CN=client {number}"))).ToList();
        var configuration = folder.Write("openssl.cnf", $"""
            [ca]
            default_ca = d
            [d]
            database = {folder.At("ca", "index.txt")}
            new_certs_dir = {folder.At("ca", "issued")}
            crlnumber = {folder.At("ca", "crlnumber")}
            certificate = {ca.CertificatePath}
            private_key = {ca.KeyPath}
            default_md = sha256
            default_crl_days = 7
            """);

        ca.Revoke([issued[0]], RevocationReason.AffiliationChanged);
        openssl.Run("ca", "-config", configuration, "-revoke", issued[1].Path!, "-crl_reason", "keyCompromise");
        var ours = ca.PublishCrl().Lists[0];
        openssl.Run("ca", "-config", configuration, "-gencrl", "-out", folder.At("theirs.crl"));
        Assert.Contains("Already revoked", openssl.Try("ca", "-config", configuration, "-revoke", issued[0].Path!).All, StringComparison.Ordinal);
        var again = ca.Revoke([issued[1], issued[2]], RevocationReason.CertificateHold);
        var last = ca.PublishCrl(new CrlOptions { IfNeeded = true });

        var theirs = CertificateRevocationList.ReadFile(folder.At("theirs.crl"))[0];
        Assert.Equal(ours.Entries.ToHashSet(), theirs.Entries.ToHashSet());
        Assert.Equal([1, 2, 3], new[] { ours, theirs, last.Lists[0] }.Select(list => (int)list.Number!.Value));
        Assert.Equal([RevocationOutcome.AlreadyRevoked, RevocationOutcome.Revoked], again.Select(one => one.Outcome));
        ca.Revoke([issued[2]], RevocationReason.RemoveFromCrl);
        openssl.Run("ca", "-config", configuration, "-gencrl", "-out", folder.At("theirs.crl"));
        Assert.Equal(2, CertificateRevocationList.ReadFile(folder.At("theirs.crl"))[0].Count);
    }
}
