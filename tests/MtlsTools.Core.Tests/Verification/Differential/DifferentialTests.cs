using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Verification.Differential;

/// <summary>Hundreds of chains, right and wrong in one or two ways, and the verdicts of four verifiers.</summary>
public sealed class DifferentialTests
{
    private const int Seed = 20261121;
    private const int Pairs = 240;

    /// <summary>Where another verifier refuses what we accept, and why we are right to.</summary>
    private static readonly Dictionary<(string Change, string Peer), string> PeerIsStricter = new()
    {
        [("any purpose", "openssl")] = "OpenSSL wants the purpose itself; RFC 5280, 4.2.1.12 lets anyExtendedKeyUsage stand for all",
        [("directory name constraint met", "go")] = "Go does not know directory names in constraints (RFC 5280, 4.2.1.10) and refuses what it does not know",
        [("version 1 leaf", "openssl")] = "OpenSSL takes a version 1 leaf for a root where its subject is its issuer's too",
        [("self-issued CA below path length 0", "go")] = "Go counts self-issued CAs as steps, which RFC 5280, 4.2.1.9 exempts",
        [("policy demanded and there", "go")] = "Go does not know policyConstraints and refuses what it does not know",
    };

    /// <summary>What all others accept and we refuse.</summary>
    private static readonly Dictionary<string, string> WeAreStricter = new()
    {
        ["leaf that is a CA"] = "a CA's certificate is not shown in TLS: whoever holds its key can make himself any other",
        ["leaf that may not sign"] = "TLS 1.3, and TLS 1.2 with forward secrecy, prove the key by a signature (RFC 8446, 4.4.2.2)",
    };

    public static TheoryData<string> Changes => new(ForgedChain.AllChanges.Select(change => change.Name));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_change_has_its_finding(string name)
    {
        var index = ForgedChain.AllChanges.ToList().FindIndex(change => change.Name == name);
        var expected = ForgedChain.AllChanges[index].Expected;
        foreach (var purpose in new[] { CertificatePurpose.Client, CertificatePurpose.Server })
        {
            var chain = new ForgedChain(1, 2, purpose);
            chain.Change(index);

            var report = Ours(Encode(1, chain));

            Assert.True(report.Success == expected is null, $"{chain}: {report}");
            if (expected is { } id)
                Assert.Contains(report.Findings, finding => finding.Id == id && finding.Severity == FindingSeverity.Error && finding.Cause.EndsWith('.') && finding.Remedy.EndsWith('.'));
        }
    }

    [SkippableFact]
    public void Nothing_is_accepted_that_two_strict_verifiers_refuse_for_one_reason()
    {
        using var folder = new TemporaryFolder();
        var forged = Make();
        var chains = forged.Select((chain, number) => Encode(number, chain)).ToList();
        var peers = new Dictionary<string, Dictionary<int, string?>>
        {
            ["openssl"] = Verifiers.OpenSsl(chains, folder),
            ["go"] = Verifiers.Go(chains),
            ["bouncycastle"] = Verifiers.BouncyCastle(chains),
        };

        var disputes = new List<string>();
        var accepted = 0;
        var needed = new HashSet<string>();
        foreach (var (chain, encoded) in forged.Zip(chains))
        {
            var ours = Ours(encoded);
            var refusing = peers.Where(peer => peer.Value[encoded.Number] is not null).Select(peer => peer.Key).ToList();
            accepted += ours.Success ? 1 : 0;

            // A refusal is excused by a change that this peer alone is known to be too strict about; one change excuses one peer.
            var excuses = refusing.Select(peer => chain.Changes.Find(change => PeerIsStricter.ContainsKey((change, peer)))).ToList();
            if (ours.Success)
                needed.UnionWith(refusing.Zip(excuses).Where(pair => pair.Second is not null).Select(pair => $"{pair.First}: {pair.Second}"));
            if (ours.Success && (excuses.Contains(null) || excuses.Distinct().Count() < excuses.Count))
                disputes.Add($"{chain}: we accept; {string.Join("; ", refusing.Select(peer => $"{peer}: {peers[peer][encoded.Number]}"))}");

            if (!ours.Success && refusing.Count == 0 && !chain.Changes.Exists(WeAreStricter.ContainsKey))
                disputes.Add($"{chain}: we alone refuse: {ours}");
        }

        Assert.True(disputes.Count == 0, $"{disputes.Count} of {chains.Count}:\n{string.Join('\n', disputes)}");
        Assert.Equal(PeerIsStricter.Keys.Select(key => $"{key.Peer}: {key.Change}").Order(), needed.Order());
        Assert.InRange(accepted, chains.Count / 20, chains.Count * 3 / 4);
    }

    /// <summary>Each change alone, then seeded pairs, at depths of one to three CAs.</summary>
    private static List<ForgedChain> Make()
    {
        var random = new Random(Seed);
        var chains = new List<ForgedChain>();
        for (var i = 0; i < ForgedChain.AllChanges.Count + Pairs; i++)
        {
            var chain = new ForgedChain(i, random.Next(1, 4), i % 2 == 0 ? CertificatePurpose.Client : CertificatePurpose.Server);
            if (i < ForgedChain.AllChanges.Count)
            {
                chain.Change(i);
            }
            else
            {
                chain.Change(random.Next(18));
                chain.Change(random.Next(ForgedChain.AllChanges.Count));
            }

            chains.Add(chain);
        }

        return chains;
    }

    private static EncodedChain Encode(int number, ForgedChain chain) =>
        new(number, chain.Purpose, chain.Leaf.Encode(), chain.Root.Encode(), chain.Intermediates.Concat(chain.Others).Select(one => one.Encode()).ToList());

    private static CertificateReport Ours(EncodedChain chain)
    {
        static MtlsCertificate? Read(byte[] der)
        {
            try
            {
                return MtlsCertificate.Create(new X509Certificate2(der));
            }
            catch (MtlsException)
            {
                return null;
            }
        }

        return CertificateVerifier.Verify(Read(chain.Leaf)!, new VerificationOptions
        {
            TrustedCas = [Read(chain.Root)!],
            Intermediates = chain.Intermediates.Select(Read).OfType<MtlsCertificate>().ToList(),
            Purpose = chain.Purpose,
        });
    }
}
