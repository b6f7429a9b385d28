using System.Collections;
using MtlsTools.Certificates;
using Org.BouncyCastle.Pkix;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.Utilities.Date;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Store;

namespace MtlsTools.Tests.Support;

/// <summary>Other implementations that verify a chain: each answers null when it holds, and what it says against it otherwise.</summary>
public sealed class ChainPeers(TemporaryFolder folder)
{
    private int number;

    /// <summary>All of them, by name; skips the test where a program is missing.</summary>
    public IReadOnlyDictionary<string, Func<MtlsCertificate, MtlsCertificate, string, string[], string?>> All => new Dictionary<string, Func<MtlsCertificate, MtlsCertificate, string, string[], string?>>
    {
        ["openssl"] = OpenSsl,
        ["certtool"] = GnuTls,
        ["go"] = Go,
        ["certutil"] = Nss,
        ["BouncyCastle"] = (leaf, root, _, _) => BouncyCastle(leaf, root),
    };

    /// <summary>Asserts that every one of them accepts a leaf and its intermediates.</summary>
    /// <param name="leaf">The certificate, with its chain.</param>
    /// <param name="root">What is trusted.</param>
    /// <param name="usage">"server" or "client".</param>
    /// <param name="hosts">Hosts that the certificate must be good for.</param>
    public void AssertAccepted(MtlsCertificate leaf, MtlsCertificate root, string usage, params string[] hosts) =>
        Assert.All(All, peer => Assert.True(peer.Value(leaf, root, usage, hosts) is null, $"{peer.Key} refuses {leaf} as {usage}: {peer.Value(leaf, root, usage, hosts)}"));

    /// <summary>Writes a leaf with its intermediates.</summary>
    public string FullChain(MtlsCertificate leaf) => folder.Write($"chain {++number}.pem", CertificateExporter.Export(leaf, ExportFormat.FullChain));

    private string Pem(MtlsCertificate certificate) => folder.Write($"certificate {++number}.pem", certificate.ToPem());

    private string? OpenSsl(MtlsCertificate leaf, MtlsCertificate root, string usage, string[] hosts)
    {
        var (openssl, trusted, chain) = (Peer.Require("openssl"), Pem(root), FullChain(leaf));
        string[] names = hosts.Length == 0 ? [""] : hosts;
        return Complaint(names.Select(host => openssl.Try(["verify", "-x509_strict", "-purpose", "ssl" + usage, "-CAfile", trusted, "-untrusted", chain, .. Name(host), chain])), _ => true);

        static string[] Name(string host) => host.Length == 0 ? [] : System.Net.IPAddress.TryParse(host, out _) ? ["-verify_ip", host] : ["-verify_hostname", host];
    }

    private string? GnuTls(MtlsCertificate leaf, MtlsCertificate root, string usage, string[] hosts)
    {
        var (certtool, trusted, chain) = (Peer.Require("certtool"), Pem(root), FullChain(leaf));
        var purpose = usage == "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
        string[] names = hosts.Length == 0 ? [""] : hosts;
        return Complaint(
            names.Select(host => certtool.Try(["--verify", "--verify-purpose", purpose, .. host.Length == 0 ? [] : new[] { "--verify-hostname", host }, "--load-ca-certificate", trusted, "--infile", chain])),
            said => said.Contains("Chain verification output: Verified", StringComparison.Ordinal));
    }

    private string? Go(MtlsCertificate leaf, MtlsCertificate root, string usage, string[] hosts) =>
        Complaint([GoPeer.Require().Try(["verify", Pem(root), FullChain(leaf), usage, .. hosts])], said => said.Contains("paths: 1", StringComparison.Ordinal));

    /// <summary>NSS looks issuers up in a database, by name and key.</summary>
    private string? Nss(MtlsCertificate leaf, MtlsCertificate root, string usage, string[] hosts)
    {
        var (certutil, database) = (Peer.Require("certutil"), "sql:" + folder.At($"nss {++number}"));
        Directory.CreateDirectory(database[4..]);
        certutil.Run("-N", "-d", database, "--empty-password");
        certutil.Run("-A", "-d", database, "-n", "root", "-t", "CT,,", "-i", Pem(root));
        foreach (var issuer in leaf.Intermediates)
            certutil.Run("-A", "-d", database, "-n", $"issuer {++number}", "-t", ",,", "-i", Pem(issuer));
        certutil.Run("-A", "-d", database, "-n", "leaf", "-t", ",,", "-i", Pem(leaf));
        return Complaint([certutil.Try("-V", "-e", "-d", database, "-n", "leaf", "-u", usage == "server" ? "V" : "C")], said => said.Contains("certificate is valid", StringComparison.Ordinal));
    }

    /// <summary>Builds the path itself, out of an unsorted store.</summary>
    private static string? BouncyCastle(MtlsCertificate leaf, MtlsCertificate root)
    {
        var parser = new X509CertificateParser();
        X509Certificate Read(MtlsCertificate one) => parser.ReadCertificate(one.RawData.ToArray());
        var pool = leaf.Intermediates.Append(leaf).Select(Read).ToList();
        var parameters = new PkixBuilderParameters(new HashSet(new ArrayList { new TrustAnchor(Read(root), null) }), new X509CertStoreSelector { Certificate = Read(leaf) })
        {
            IsRevocationEnabled = false,
            Date = new DateTimeObject(DateTime.UtcNow),
        };
        parameters.AddStore(X509StoreFactory.Create("Certificate/Collection", new X509CollectionStoreParameters(pool)));
        try
        {
            new PkixCertPathBuilder().Build(parameters);
            return null;
        }
        catch (PkixCertPathBuilderException refused)
        {
            return refused.ToString();
        }
    }

    private static string? Complaint(IEnumerable<PeerResult> results, Func<string, bool> holds) =>
        results.FirstOrDefault(result => result.ExitCode != 0 || !holds(result.All))?.All;
}
