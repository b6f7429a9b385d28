using System.Collections;
using System.Security.Cryptography;
using System.Text.Json;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;
using Org.BouncyCastle.Pkix;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Store;

namespace MtlsTools.Tests.Verification.Differential;

/// <summary>A chain in DER: what all verifiers are given.</summary>
internal sealed record EncodedChain(int Number, CertificatePurpose Purpose, byte[] Leaf, byte[] Root, IReadOnlyList<byte[]> Intermediates);

/// <summary>Other verifiers: each answers why it refuses a chain, or null. Each program is started once for all chains (openssl twice, once for each purpose).</summary>
internal static class Verifiers
{
    /// <summary>openssl verify -x509_strict, with one file of all roots and one of all intermediates.</summary>
    internal static Dictionary<int, string?> OpenSsl(IReadOnlyList<EncodedChain> chains, TemporaryFolder folder)
    {
        var openssl = Peer.Require("openssl");
        var roots = folder.Write("roots.pem", Pem(chains.Select(chain => chain.Root)));
        var untrusted = folder.Write("untrusted.pem", Pem(chains.SelectMany(chain => chain.Intermediates)));
        var verdicts = new Dictionary<int, string?>();
        foreach (var group in chains.GroupBy(chain => chain.Purpose))
        {
            var files = group.ToDictionary(chain => folder.Write($"{chain.Number}.pem", Pem([chain.Leaf])), chain => chain.Number);
            var result = openssl.Try(["verify", "-x509_strict", "-policy_check", "-policy", "2.5.29.32.0", "-no-CApath", "-no-CAstore", "-purpose", group.Key == CertificatePurpose.Server ? "sslserver" : "sslclient", "-CAfile", roots, "-untrusted", untrusted, .. files.Keys]);
            var good = result.Output.Split('\n').Where(line => line.EndsWith(": OK", StringComparison.Ordinal)).Select(line => line[..^4]).ToHashSet();
            var errors = result.Error.Split('\n');
            foreach (var (file, number) in files)
            {
                var at = Array.FindIndex(errors, line => line.Contains($"error {file}: verification failed", StringComparison.Ordinal));
                verdicts[number] = good.Contains(file) ? null : at > 0 ? errors[at - 1] : "refused";
            }
        }

        return verdicts;
    }

    /// <summary>Go's crypto/x509.</summary>
    internal static Dictionary<int, string?> Go(IReadOnlyList<EncodedChain> chains)
    {
        var go = Peer.Require("go");
        var source = Path.Combine(AppContext.BaseDirectory, "Peers", "verify.go");
        var input = JsonSerializer.Serialize(chains.Select(chain => new { chain.Number, Server = chain.Purpose == CertificatePurpose.Server, chain.Leaf, chain.Root, chain.Intermediates }));
        var result = go.Run(["run", source], input, TimeSpan.FromMinutes(3));
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(parts => int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts => parts[1] == "ok" ? null : parts[1]);
    }

    /// <summary>BouncyCastle's PKIX builder. It does not know of TLS purposes, and does not look at the trust anchor.</summary>
    internal static Dictionary<int, string?> BouncyCastle(IReadOnlyList<EncodedChain> chains) => chains.ToDictionary(chain => chain.Number, BouncyCastle);

    private static string? BouncyCastle(EncodedChain chain)
    {
        try
        {
            var parser = new X509CertificateParser();
            var leaf = parser.ReadCertificate(chain.Leaf);
            var anchors = new HashSet { new TrustAnchor(parser.ReadCertificate(chain.Root), null) };
            var parameters = new PkixBuilderParameters(anchors, new X509CertStoreSelector { Certificate = leaf }) { IsRevocationEnabled = false };
            var all = new ArrayList(chain.Intermediates.Select(parser.ReadCertificate).Append(leaf).ToArray());
            parameters.AddStore(X509StoreFactory.Create("Certificate/Collection", new X509CollectionStoreParameters(all)));
            new PkixCertPathBuilder().Build(parameters);
            return null;
        }
        catch (Exception refused) when (refused is PkixCertPathBuilderException or CertificateException or CertificateParsingException or ArgumentException or IOException or InvalidOperationException)
        {
            return (refused.InnerException ?? refused).Message;
        }
    }

    private static string Pem(IEnumerable<byte[]> certificates) => string.Concat(certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der) + "\n"));
}
