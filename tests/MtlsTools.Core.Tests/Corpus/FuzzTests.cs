using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Corpus;

/// <summary>Changed inputs: whatever comes, our own errors come out, in little time and memory. MTLS_FUZZ_INPUTS says how many (200 000), MTLS_FUZZ_SEED which.</summary>
public sealed class FuzzTests
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(30); // generous: the machine may be busy
    private const long MostMemory = 64 * 1024 * 1024;

    private static int Inputs { get; } = Setting("MTLS_FUZZ_INPUTS", 200_000);

    private static int Seed { get; } = Setting("MTLS_FUZZ_SEED", 20260101);

    /// <summary>Per thousand inputs: how many go where. What opens keys or checks signatures costs a hundred times as much as what only reads.</summary>
    public static TheoryData<string, int> Targets => new()
    {
        { "certificate", 420 },
        { "certificate file", 40 },
        { "request", 50 },
        { "key", 70 },
        { "pfx", 20 },
        { "name constraints", 100 },
        { "PEM", 80 },
        { "names in words", 120 },
        { "index line", 50 },
        { "TLS records", 50 },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Only_our_own_errors_come_out(string target, int share)
    {
        var (seeds, read) = Of(target);
        var others = Bytes("leaf.der", "request.der", "ec.pkcs8.der", "modern.pfx");
        var failures = new ConcurrentQueue<string>();
        Parallel.For(0, (int)((long)Inputs * share / 1000), (index, state) =>
        {
            var random = new Random(HashCode(target, index));
            var input = Mutation.Of(seeds[random.Next(seeds.Length)], others[random.Next(others.Length)], random);
            if (Judge(read, input) is { } failure)
            {
                failures.Enqueue($"{target} {index} of seed {Seed}: {failure}\n{Convert.ToBase64String(input)}");
                if (failures.Count >= 5)
                    state.Stop();
            }
        });
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    /// <summary>The platform decodes the same bytes by another program's hand: where both accept, they must agree.</summary>
    [Fact]
    public void What_we_read_is_what_the_platform_reads()
    {
        var seeds = Bytes("leaf.der", "odd-san-all-kinds.crt", "odd-name-several-values.crt", "odd-unique-ids.crt", "odd-date-9999.crt", "odd-serial-leading-zeros.crt");
        var differences = new ConcurrentQueue<string>();
        var compared = 0;
        Parallel.For(0, Inputs / 20, index =>
        {
            var random = new Random(HashCode("platform", index));
            var input = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                input[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
            CertificateContent ours;
            X509Certificate2 theirs;
            try
            {
                ours = CertificateContent.Decode(input);
                theirs = new X509Certificate2(input);
            }
            catch (Exception refused) when (refused is MtlsException or System.Formats.Asn1.AsnContentException or CryptographicException)
            {
                return;
            }

            using (theirs)
            {
                Interlocked.Increment(ref compared);
                if (Difference(ours, theirs) is { } difference)
                    differences.Enqueue($"{index} of seed {Seed}: {difference}\n{Convert.ToBase64String(input)}");
            }
        });
        Assert.True(differences.IsEmpty, $"{differences.Count} of {compared} differ:\n{string.Join("\n\n", differences.Take(10))}");
        Assert.True(compared > Inputs / 100, $"Only {compared} were accepted by both.");
    }

    private static string? Difference(CertificateContent ours, X509Certificate2 theirs)
    {
        string Show(string what, object? our, object? their) => Equals(our, their) ? "" : $"{what}: {our} here, {their} there. ";
        string difference;
        try
        {
            difference = Show("subject", Convert.ToHexString(ours.Subject.Der.Span), Convert.ToHexString(theirs.SubjectName.RawData))
                + Show("issuer", Convert.ToHexString(ours.Issuer.Der.Span), Convert.ToHexString(theirs.IssuerName.RawData))
                + Show("serial", Convert.ToHexString(ours.SerialNumber.Span), theirs.SerialNumber.TrimStart('0').PadLeft(ours.SerialNumber.Length * 2, '0')) // the platform shows the octet that keeps a number positive; OpenSSL and we do not
                + Show("notBefore", ours.NotBefore.UtcDateTime, theirs.NotBefore.ToUniversalTime())
                + Show("notAfter", ours.NotAfter.UtcDateTime, theirs.NotAfter.ToUniversalTime())
                + Show("version", ours.Version, theirs.Version)
                + Show("extensions", string.Join(' ', ours.Extensions.Select(one => $"{one.Oid} {one.IsCritical} {Convert.ToHexString(one.Value.Span)}")), string.Join(' ', theirs.Extensions.Select(one => $"{one.Oid!.Value} {one.Critical} {Convert.ToHexString(one.RawData)}")));
        }
        catch (CryptographicException)
        {
            return null; // decoded lazily, and refused there
        }

        return difference.Length == 0 ? null : difference;
    }

    private static string? Judge(Action<byte[]> read, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            read(input);
        }
        catch (MtlsException)
        {
            // Ours.
        }
#pragma warning disable CA1031 // that is the point
        catch (Exception foreign)
#pragma warning restore CA1031
        {
            return foreign.ToString();
        }

        if (watch.Elapsed > MostTime)
            return $"took {watch.Elapsed}";
        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        return memory > MostMemory ? $"took {memory} octets" : null;
    }

    private static (byte[][] Seeds, Action<byte[]> Read) Of(string target)
    {
        var password = Secret.From("test");
        return target switch
        {
            "certificate" => (Matching("odd-*.crt", "leaf.der"), input => LookAt(MtlsCertificate.Decode(input))),
            "certificate file" => (Bytes("leaf.der", "leaf.crt", "trusted.crt", "bundle.crt", "bundle.p7b", "bundle.der.p7b", "detached.p7s", "key-and-certificate.pem"), input => CertificateReader.Read(input)),
            "request" => (Matching("*.csr", "request.der"), input => _ = CertificateSigningRequest.Parse(input).ToString()),
            "key" => (Bytes("ec.pem", "ec.sec1.der", "ec.pkcs8.der", "ec-with-parameters.pem", "ec-explicit-parameters.pem", "rsa.pkcs1.der", "rsa.pkcs8.der", "ed25519.pem", "dek-aes128.pem", "dek-3des.pem", "scrypt.pem", "public.der"), input => PrivateKey.Parse(input, password).Dispose()),
            "pfx" => (Bytes("plain.pfx", "no-mac.pfx", "unsealed.pfx", "nested-3.pfx", "modern.pfx", "legacy-rc2.pfx", "truststore.jks"), input => CertificateReader.Read(input, password)),
            "name constraints" => (Matching("*.constraints"), input => _ = NameConstraints.Decode(input).FindViolation(DistinguishedName.Parse("CN=a.example.com,O=Acme,C=FR"), AlternativeNames.Parse(["DNS:a.example.com,IP:10.0.0.1,email:a@example.com,URI:spiffe://example.com/a"]))),
            "PEM" => (Matching("text-*.crt", "with-text.crt", "bag-attributes.pem", "dek-*.pem", "pgp-public.pem", "ssh-private.pem"), input => _ = PemBlock.ReadAll(input).Count),
            "names in words" => (Words("CN=api.example.com,O=Acme\\, Inc.,C=FR", "/C=FR/O=Acme\\/x/CN=a+UID=b", "CN=#0C03617069,OU=\"a;b\"+2.5.4.12=t", "CN=Stra\\C3\\9Fe,DC=example", "DNS:*.example.com", "IP:2001:db8::1", "email:a@example.com", "URI:spiffe://example.org/a", "DNS:münchen.example", "IP:10.0.0.0/8", "dirName:O=Acme,C=FR"), ReadWords),
            "index line" => (Words("V\t360101000000Z\t\t0A\tunknown\t/CN=a", "R\t360101000000Z\t260201000000Z,keyCompromise\t0A\tunknown\t/C=FR/CN=a", "E\t20500101000000Z\t\t0A\tunknown\t/CN=\\xC3\\xA9"), input => _ = IssuedEntry.Parse(System.Text.Encoding.Latin1.GetString(input), DateTimeOffset.UnixEpoch)),
            "TLS records" => ([[0x16, 3, 3, 0, 8, 14, 0, 0, 4, 1, 2, 3, 4, 0x15, 3, 3, 0, 2, 2, 42], [0x16, 3, 3, 0, 5, 13, 0, 0, 1, 0, 0x14, 3, 3, 0, 1, 1, 0x17, 3, 3, 0, 3, 1, 2, 3]], input => new TlsRecordReader().Observe(input)),
            _ => throw new ArgumentOutOfRangeException(nameof(target)),
        };
    }

    private static void LookAt(MtlsCertificate certificate)
    {
        _ = certificate.ToString() + certificate.DaysLeft + certificate.PublicKey + certificate.Subject.ToOneLine() + certificate.Subject.ToSlashString() + certificate.Issuer;
        _ = certificate.CanSignCertificates;
    }

    private static void ReadWords(byte[] input)
    {
        var text = System.Text.Encoding.UTF8.GetString(input) + (input.Length % 3 == 0 ? "\uD800" : "");
        foreach (var read in new Action[] { () => _ = DistinguishedName.Parse(text).ToOneLine(), () => AlternativeNames.Parse([text]), () => NameConstraint.Parse(text) })
        {
            try
            {
                read();
            }
            catch (NameException)
            {
                // Ours; the next one has its own opinion.
            }
        }
    }

    private static byte[][] Words(params string[] texts) => texts.Select(System.Text.Encoding.UTF8.GetBytes).ToArray();

    private static byte[][] Bytes(params string[] files) => files.Select(CorpusEntry.Read).ToArray();

    private static byte[][] Matching(params string[] patterns) => patterns
        .SelectMany(pattern => Directory.GetFiles(CorpusEntry.Folder, pattern))
        .Where(path => new FileInfo(path).Length is > 0 and < 4096)
        .Order(StringComparer.Ordinal)
        .Select(File.ReadAllBytes)
        .ToArray();

    /// <summary>The same on every run, as string.GetHashCode is not.</summary>
    private static int HashCode(string target, int index) => unchecked((target.Aggregate(Seed, (hash, c) => hash * 31 + c) * 1_000_003) + index);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
