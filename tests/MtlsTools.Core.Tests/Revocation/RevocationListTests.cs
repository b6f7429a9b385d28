using System.Diagnostics;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;
using MtlsTools.Tests.Verification;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Revocation;

/// <summary>Revocation lists given by hand: read, looked up, and judged as OpenSSL judges them; what no fresh list covers is refused.</summary>
public sealed class RevocationListTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [SkippableTheory]

    // lists of the intermediate and of the root; what is found; OpenSSL's switch
    [InlineData("inter root", CrlScope.Chain, null)]
    [InlineData("root inter", CrlScope.Chain, null)]
    [InlineData("inter", CrlScope.Leaf, null)]
    [InlineData("inter", CrlScope.Chain, FindingId.CrlMissing)]
    [InlineData("root", CrlScope.Chain, FindingId.CrlMissing)]
    [InlineData("", CrlScope.Chain, FindingId.CrlMissing)]
    [InlineData("other", CrlScope.Leaf, FindingId.CrlMissing)]
    [InlineData("revoked-leaf root", CrlScope.Chain, FindingId.CertificateRevoked)]
    [InlineData("revoked-leaf", CrlScope.Leaf, FindingId.CertificateRevoked)]
    [InlineData("inter revoked-inter", CrlScope.Chain, FindingId.CertificateRevoked)]
    [InlineData("inter revoked-inter", CrlScope.Leaf, null)]
    [InlineData("stale root", CrlScope.Chain, FindingId.CrlNotFresh)]
    [InlineData("early root", CrlScope.Chain, FindingId.CrlNotFresh)]
    [InlineData("stale inter root", CrlScope.Chain, null)]
    [InlineData("forged root", CrlScope.Chain, FindingId.CrlNotUsable)]
    [InlineData("damaged root", CrlScope.Chain, FindingId.CrlNotUsable)]
    public void Every_certificate_needs_a_fresh_list(string lists, CrlScope scope, FindingId? expected)
    {
        var files = lists.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Save).ToList();
        var report = CertificateVerifier.Verify(pki.Client, new VerificationOptions
        {
            TrustedCas = [pki.ClientRoot.Certificate],
            Crls = files.SelectMany(CertificateRevocationList.ReadFile).ToList(),
            CrlScope = scope,
        });

        Assert.Equal(expected is null ? [] : [expected.Value], report.Findings.Select(finding => finding.Id).Distinct());
        Assert.Equal(expected is null, report.Success);

        var openssl = Peer.Require("openssl");
        var result = openssl.Try(["verify", "-CAfile", pki.Save("root.pem", pki.ClientRoot.Certificate), "-untrusted", pki.Save("inter.pem", pki.ClientInter.Certificate), .. files.SelectMany(file => new[] { "-CRLfile", file }), "-crl_check", .. scope == CrlScope.Chain ? ["-crl_check_all"] : Array.Empty<string>(), pki.Save("leaf.pem", pki.Client)]);
        Assert.True((expected is null) == (result.ExitCode == 0), result.All);
    }

    [Fact]
    public void A_revocation_is_told_with_date_and_reason_even_by_a_stale_list()
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(pki.Client.X509, Now.AddDays(-3), X509RevocationReason.KeyCompromise);
        var list = Read(Sign(builder, pki.ClientInter, Now.AddDays(-2), Now.AddDays(-1)));

        var finding = Assert.Single(Judge(list, CrlScope.Leaf));

        Assert.Equal(FindingId.CertificateRevoked, finding.Id);
        Assert.Contains(Now.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), finding.Cause, StringComparison.Ordinal);
        Assert.Contains("KeyCompromise", finding.Cause, StringComparison.Ordinal);
        Assert.Equal(RevocationReason.KeyCompromise, list.Find(pki.Client.SerialNumber)!.Reason);
        Assert.Equal(pki.Client.SerialNumber, list.Find(pki.Client.SerialNumber)!.SerialNumber);
        Assert.Null(list.Find("77"));
    }

    [Fact]
    public void A_CA_without_cRLSign_makes_no_lists()
    {
        var root = Forge.Sign("CN=mute root", algorithm: KeyAlgorithm.EcdsaP384, extensions: [Forge.Ca(), Forge.Usage(X509KeyUsageFlags.KeyCertSign)]);
        var leaf = Forge.Sign("CN=leaf", root, extensions: [Forge.Purposes(MtlsCertificate.ClientAuthOid)]);
        var signing = Forge.Sign("CN=mute root", algorithm: KeyAlgorithm.EcdsaP384, extensions: [Forge.Ca(), Forge.Usage(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)]);
        using var issuer = signing.ToX509WithKey();
        var der = new CertificateRevocationListBuilder().Build(issuer, 1, Now.AddDays(7), HashAlgorithmName.SHA256, thisUpdate: Now.AddDays(-1));

        var finding = Assert.Single(CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [root], Crls = CertificateRevocationList.Read(der) }).Findings);

        Assert.Equal(FindingId.CrlNotUsable, finding.Id);
        Assert.Contains("cRLSign", finding.Cause, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("issuingDistributionPoint=critical,@p\n[p]\nonlyuser=TRUE", true)]
    [InlineData("issuingDistributionPoint=critical,@p\n[p]\nonlyCA=TRUE", false)]
    [InlineData("issuingDistributionPoint=critical,@p\n[p]\nonlyAA=TRUE", false)]
    [InlineData("issuingDistributionPoint=critical,@p\n[p]\nindirectCRL=TRUE", false)]
    [InlineData("issuingDistributionPoint=critical,@p\n[p]\nonlysomereasons=keyCompromise", false)]
    [InlineData("issuingDistributionPoint=critical,@p\n[p]\nfullname=URI:http://crl.example.com/1", false)]
    [InlineData("2.5.29.27=critical,ASN1:INTEGER:1", false)]
    [InlineData("1.2.3.4=critical,ASN1:NULL", false)]
    [InlineData("1.2.3.4=ASN1:NULL", true)]
    public void A_list_covers_only_what_it_says(string extension, bool covers)
    {
        var list = Read(SignByOpenSsl(extension));

        var findings = Judge(list, CrlScope.Leaf);

        Assert.Equal(covers, findings.Count == 0);
        Assert.All(findings, finding => Assert.True(finding.Id is FindingId.CrlNotUsable or FindingId.CrlMissing));
    }

    [SkippableFact]
    public void Fields_are_those_that_OpenSSL_shows()
    {
        var openssl = Peer.Require("openssl");
        var file = Save("revoked-leaf");
        var list = Assert.Single(CertificateRevocationList.ReadFile(file));

        var text = openssl.Run("crl", "-in", file, "-noout", "-issuer", "-crlnumber", "-lastupdate", "-nextupdate", "-dateopt", "iso_8601").Output;

        Assert.Contains("issuer=" + list.Issuer.ToOneLine(), text, StringComparison.Ordinal);
        Assert.Contains("crlNumber=0x" + list.Number!.Value.ToString("X2", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(2, '0'), text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("lastUpdate=" + list.ThisUpdate.ToString("u", CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        Assert.Contains("nextUpdate=" + list.NextUpdate!.Value.ToString("u", CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        Assert.Equal(1, list.Count);
    }

    [Fact]
    public void A_million_entries_are_looked_up_quickly_and_in_little_memory()
    {
        const int count = 1_000_000;
        var serial = new byte[16];
        serial[0] = 1;
        var list = Read(SignMany(count, serial, pki.ClientInter));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(count, list.Count);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 32_000_000);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 10_000; i++)
        {
            BitConverter.TryWriteBytes(serial.AsSpan(4), i * 97);
            Assert.NotNull(list.Find(Convert.ToHexString(serial)));
            BitConverter.TryWriteBytes(serial.AsSpan(4), i + count);
            Assert.Null(list.Find(Convert.ToHexString(serial)));
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), clock.Elapsed.ToString());
        Assert.Empty(Judge(list, CrlScope.Leaf));
    }

    [Theory]
    [InlineData("certificate", ErrorCode.WrongContent)]
    [InlineData("text", ErrorCode.ContentDamaged)]
    [InlineData("cut", ErrorCode.ContentDamaged)]
    public void Other_files_are_no_revocation_lists(string kind, ErrorCode expected)
    {
        var good = Sign(new CertificateRevocationListBuilder(), pki.ClientInter, Now.AddDays(-1), Now.AddDays(7));
        var content = kind switch { "certificate" => pki.Client.X509.RawData, "text" => "no list"u8.ToArray(), _ => good[..^9] };

        var error = Assert.Throws<InputException>(() => CertificateRevocationList.Read(content, "some.crl"));

        Assert.Equal((expected, "some.crl"), (error.Code, error.Path));
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.WrongContent, Assert.Throws<InputException>(() => CertificateReader.Read(good)).Code);
        Assert.Equal(ErrorCode.WrongContent, Assert.Throws<InputException>(() => CertificateRevocationList.Read(System.Text.Encoding.ASCII.GetBytes(pki.Client.ToPem()))).Code);
    }

    /// <summary>The platform's builder takes too long for so many entries; here each is 35 octets of a fixed form.</summary>
    private static byte[] SignMany(int count, byte[] serial, CertificateAuthority authority)
    {
        byte[] entry = [0x30, 33, 0x02, 16, .. serial, 0x17, 13, .. "260101000000Z"u8];
        var entries = new byte[count * entry.Length];
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(entry.AsSpan(8), i);
            entry.CopyTo(entries, i * entry.Length);
        }

        using var key = PrivateKey.Open(Path.Combine(authority.Path, "private", "ca.key"));
        var generator = key.CreateSignatureGenerator();
        var algorithm = generator.GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256);
        var signed = new AsnWriter(AsnEncodingRules.DER);
        using (signed.PushSequence())
        {
            signed.WriteInteger(1);
            signed.WriteEncodedValue(algorithm);
            signed.WriteEncodedValue(authority.Certificate.X509.SubjectName.RawData);
            signed.WriteUtcTime(Now.AddDays(-1));
            signed.WriteUtcTime(Now.AddDays(7));
            signed.WriteEncodedValue([0x30, 0x84, (byte)(entries.Length >> 24), (byte)(entries.Length >> 16), (byte)(entries.Length >> 8), (byte)entries.Length, .. entries]);
        }

        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(signed.Encode());
            list.WriteEncodedValue(algorithm);
            list.WriteBitString(generator.SignData(signed.Encode(), HashAlgorithmName.SHA256));
        }

        return list.Encode();
    }

    private List<Finding> Judge(CertificateRevocationList list, CrlScope scope) =>
        CertificateVerifier.Verify(pki.Client, new VerificationOptions { TrustedCas = [pki.ClientRoot.Certificate], Crls = [list], CrlScope = scope }).Findings.ToList();

    private string Save(string kind) => pki.At(kind + ".crl") is var path && File.Exists(path) ? path : WriteList(path, kind switch
    {
        "inter" => Sign(new(), pki.ClientInter, Now.AddDays(-1), Now.AddDays(7)),
        "root" => Sign(new(), pki.ClientRoot, Now.AddDays(-1), Now.AddDays(7)),
        "other" => Sign(new(), pki.OtherRoot, Now.AddDays(-1), Now.AddDays(7)),
        "stale" => Sign(new(), pki.ClientInter, Now.AddDays(-7), Now.AddDays(-1)),
        "early" => Sign(new(), pki.ClientInter, Now.AddDays(1), Now.AddDays(7)),
        "revoked-leaf" => Sign(Listing(pki.Client), pki.ClientInter, Now.AddDays(-1), Now.AddDays(7)),
        "revoked-inter" => Sign(Listing(pki.ClientInter.Certificate), pki.ClientRoot, Now.AddDays(-1), Now.AddDays(7)),
        "forged" => Sign(new(), pki.ClientInter, Now.AddDays(-1), Now.AddDays(7), pki.OtherRoot),
        _ => Damage(Sign(new(), pki.ClientInter, Now.AddDays(-1), Now.AddDays(7))),
    });

    private static string WriteList(string path, byte[] der)
    {
        File.WriteAllText(path, PemEncoding.WriteString("X509 CRL", der) + "\n");
        return path;
    }

    private static byte[] Damage(byte[] der)
    {
        der[^1] ^= 1;
        return der;
    }

    private static CertificateRevocationListBuilder Listing(MtlsCertificate revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(revoked.X509, Now.AddDays(-2));
        return builder;
    }

    private static CertificateRevocationList Read(byte[] der) => Assert.Single(CertificateRevocationList.Read(der));

    private static byte[] Sign(CertificateRevocationListBuilder builder, CertificateAuthority authority, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, CertificateAuthority? signer = null)
    {
        using var key = PrivateKey.Open(Path.Combine((signer ?? authority).Path, "private", "ca.key"));
        var keyId = authority.Certificate.X509.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First();
        return builder.Build(authority.Certificate.X509.SubjectName, key.CreateSignatureGenerator(), new BigInteger(5), nextUpdate, HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyId), thisUpdate);
    }

    private byte[] SignByOpenSsl(string extension)
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        folder.Write("index.txt", "");
        folder.Write("crlnumber", "05\n");
        folder.Write("ca.cnf", $"[ca]\ndefault_ca=d\n[d]\ndatabase={folder.At("index.txt")}\ncrlnumber={folder.At("crlnumber")}\ndefault_md=sha256\ndefault_crl_days=7\ncrl_extensions=x\n[x]\n{extension}\n");
        openssl.Run("ca", "-gencrl", "-config", folder.At("ca.cnf"), "-cert", pki.Save("signer.pem", pki.ClientInter.Certificate), "-keyfile", Path.Combine(pki.ClientInter.Path, "private", "ca.key"), "-out", folder.At("out.crl"));
        var text = File.ReadAllText(folder.At("out.crl"));
        var fields = PemEncoding.Find(text);
        return Convert.FromBase64String(text[fields.Base64Data]);
    }
}
