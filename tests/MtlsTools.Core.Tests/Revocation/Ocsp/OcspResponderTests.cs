using System.Diagnostics;
using System.Security.Cryptography;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>The responder's engine: it says what the index says at the moment it is asked, whoever changed that.</summary>
public sealed class OcspResponderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");
    private readonly CertificateAuthority ca;

    public OcspResponderTests() => ca = TestAuthority.Create(folder, "Responder CA", clock);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_follows_the_index_at_once_and_signs_only_what_is_new()
    {
        using var responder = Start();
        var alice = Issue("alice");
        Assert.Equal(OcspCertStatus.Good, Ask(responder, alice).Status);
        Assert.Equal(1, responder.Signed);
        Assert.Equal(OcspCertStatus.Good, Ask(responder, alice).Status);
        Assert.Equal(1, responder.Signed);

        // Another object, as another process would be, issues: what is prepared stays prepared.
        var elsewhere = CertificateAuthority.Open(ca.Path, null, clock);
        var bob = elsewhere.Issue(CertificateProfile.Client, TestAuthority.Request("CN=bob"));
        Assert.Equal(OcspCertStatus.Good, Ask(responder, alice).Status);
        Assert.Equal(1, responder.Signed);
        Assert.Equal(OcspCertStatus.Good, Ask(responder, bob).Status);

        // It revokes: the very next answer says so.
        elsewhere.Revoke([alice], RevocationReason.KeyCompromise);
        var revoked = Ask(responder, alice);
        Assert.Equal((OcspCertStatus.Revoked, RevocationReason.KeyCompromise, clock.Now), (revoked.Status, revoked.Reason, revoked.RevokedAt));
        Assert.Equal(OcspCertStatus.Good, Ask(responder, bob).Status);
    }

    [Fact]
    public void A_change_that_leaves_the_length_of_the_index_as_it_was_is_noticed()
    {
        using var responder = Start();
        var (alice, bob) = (Issue("alice"), Issue("bob"));
        ca.Revoke([alice], RevocationReason.CertificateHold);
        Assert.Equal((OcspCertStatus.Revoked, OcspCertStatus.Good), (Ask(responder, alice).Status, Ask(responder, bob).Status));

        // Alice's hold is lifted and bob is put on hold, by somebody who replaces the file: as many octets go as come.
        var index = Path.Combine(ca.Path, "index.txt");
        var lines = File.ReadAllLines(index);
        var hold = lines.Single(line => line.StartsWith('R')).Split('\t')[2];
        File.WriteAllLines(index + ".new", lines.Select(line => line.StartsWith('R') ? "V" + line[1..].Replace(hold, "", StringComparison.Ordinal) : line.EndsWith("CN=bob", StringComparison.Ordinal) ? "R" + line[1..].Replace("\t\t", $"\t{hold}\t", StringComparison.Ordinal) : line));
        Assert.Equal(new FileInfo(index).Length, new FileInfo(index + ".new").Length);
        File.Move(index + ".new", index, overwrite: true);
        Assert.Equal((OcspCertStatus.Good, OcspCertStatus.Revoked), (Ask(responder, alice).Status, Ask(responder, bob).Status));
    }

    [Fact]
    public void A_line_appended_by_another_program_counts_when_it_is_whole()
    {
        using var responder = Start();
        var index = Path.Combine(ca.Path, "index.txt");
        File.AppendAllText(index, "V\t270101000000Z\t\t0AFE\tunk");
        Assert.Equal(OcspCertStatus.Unknown, AskSerial(responder, 0x0AFE).Status);
        File.AppendAllText(index, "nown\t/CN=appended\n");
        Assert.Equal(OcspCertStatus.Good, AskSerial(responder, 0x0AFE).Status);

        // Should a later line contradict an earlier one, the later one counts.
        File.AppendAllText(index, "R\t270101000000Z\t260201000000Z,superseded\t0AFE\tunknown\t/CN=appended\n");
        Assert.Equal(OcspCertStatus.Revoked, AskSerial(responder, 0x0AFE).Status);
    }

    [Fact]
    public void Without_the_index_it_says_nothing()
    {
        using var responder = Start();
        var alice = Issue("alice");
        Ask(responder, alice);
        File.Move(Path.Combine(ca.Path, "index.txt"), Path.Combine(ca.Path, "index.gone"));
        Assert.Equal(OcspResponseStatus.TryLater, OcspResponse.Read(responder.Answer(Request(alice)).Body).Status);
        File.Move(Path.Combine(ca.Path, "index.gone"), Path.Combine(ca.Path, "index.txt"));
        Assert.Equal(OcspCertStatus.Good, Ask(responder, alice).Status);
    }

    [Fact]
    public void It_does_not_answer_for_others_and_not_what_it_can_not_read()
    {
        using var responder = Start();
        var other = TestAuthority.Create(folder, "Stranger", clock);
        var stranger = other.Issue(CertificateProfile.Client, TestAuthority.Request("CN=stranger"));
        var request = new OcspRequest([OcspCertId.Create(stranger, other.Certificate, HashAlgorithmName.SHA1)], null).Encode();
        Assert.Equal(OcspResponseStatus.Unauthorized, OcspResponse.Read(responder.Answer(request).Body).Status);
        var mixed = new OcspRequest([Id(Issue("alice")), OcspCertId.Create(stranger, other.Certificate, HashAlgorithmName.SHA1)], null).Encode();
        Assert.Equal(OcspResponseStatus.Unauthorized, OcspResponse.Read(responder.Answer(mixed).Body).Status);
        foreach (var bad in new byte[][] { [], [0x30], [0x30, 0x80], RandomNumberGenerator.GetBytes(500), request[..^3] })
            Assert.Equal(OcspResponseStatus.MalformedRequest, OcspResponse.Read(responder.Answer(bad).Body).Status);
        Assert.Equal(OcspCertStatus.Unknown, AskSerial(responder, 0x7777).Status);
    }

    [Fact]
    public void One_responder_answers_for_several_CAs_and_one_request_for_several_certificates()
    {
        var second = TestAuthority.Create(folder, "Second CA", clock);
        using var responder = OcspResponder.Create(new ResponderOptions { Authorities = [ca, second], Clock = clock });
        var (alice, bob, carol) = (Issue("alice"), Issue("bob"), second.Issue(CertificateProfile.Client, TestAuthority.Request("CN=carol")));
        ca.Revoke([bob], RevocationReason.Unspecified);
        var both = OcspResponse.Read(responder.Answer(new OcspRequest([Id(alice), Id(bob)], new byte[32]).Encode()).Body);
        Assert.Equal([OcspCertStatus.Good, OcspCertStatus.Revoked], both.Answers.Select(answer => answer.Status));
        var carols = OcspResponse.Read(responder.Answer(new OcspRequest([OcspCertId.Create(carol, second.Certificate, HashAlgorithmName.SHA256)], null).Encode()).Body);
        Assert.Equal(OcspCertStatus.Good, Assert.Single(carols.Answers).Status);
        Assert.Equal(second.Certificate.Subject, Assert.Single(carols.Certificates).Issuer);
    }

    [Fact]
    public void The_signer_is_a_short_lived_certificate_of_the_CA_that_is_renewed_in_time()
    {
        using var responder = Start();
        var alice = Issue("alice");
        var signer = responder.Authorities[0].Signer;
        Assert.Equal([OcspOids.Signing], signer.Content.ExtendedKeyUsage!);
        Assert.NotNull(signer.Content.FindExtension(OcspOids.NoCheck));
        Assert.Equal(clock.Now.AddDays(7), signer.NotAfter);
        Assert.Equal(signer.SerialNumber, Assert.Single(ca.GetIssued(), entry => entry.SerialNumber == signer.SerialNumber).SerialNumber);
        Assert.Equal(signer, Assert.Single(OcspResponse.Read(responder.Answer(Request(alice)).Body).Certificates));

        clock.Now = signer.RenewAfter.AddSeconds(1);
        var next = Assert.Single(OcspResponse.Read(responder.Answer(Request(alice)).Body).Certificates);
        Assert.NotEqual(signer, next);
        Assert.NotEqual(signer.PublicKey, next.PublicKey);

    }

    [Fact]
    public void No_answer_outlives_its_signer()
    {
        using var responder = OcspResponder.Create(new ResponderOptions { Authorities = [ca], Clock = clock, ValidFor = TimeSpan.FromDays(30) });
        Assert.Equal(responder.Authorities[0].Signer.NotAfter, Ask(responder, Issue("alice")).NextUpdate);
    }

    [Fact]
    public void The_CA_itself_signs_where_that_is_wanted()
    {
        using var responder = OcspResponder.Create(new ResponderOptions { Authorities = [ca], Clock = clock, SignWithCa = true });
        var alice = Issue("alice");
        var response = OcspResponse.Read(responder.Answer(Request(alice)).Body);
        Assert.Empty(response.Certificates);
        Assert.Equal(OcspCertStatus.Good, Assert.Single(response.Answers).Status);
        Assert.Single(ca.GetIssued());
    }

    [Fact]
    public void A_nonce_is_answered_and_such_an_answer_is_nobody_elses()
    {
        using var responder = Start();
        var alice = Issue("alice");
        var request = new OcspRequest([Id(alice)], RandomNumberGenerator.GetBytes(32));
        for (var round = 1; round <= 2; round++)
        {
            var reply = responder.Answer(request.Encode());
            Assert.Equal(request.Nonce!, OcspResponse.Read(reply.Body).Nonce!);
            Assert.Null(reply.NextUpdate);
            Assert.Equal(round, responder.Signed);
        }
    }

    [Fact]
    public void Many_threads_ask_while_certificates_are_issued_and_revoked()
    {
        using var responder = Start();
        var issued = Enumerable.Range(0, 20).Select(number => Issue($"client {number}")).ToList();
        var revoked = 0;
        var wrong = 0;
        Parallel.Invoke(
            () =>
            {
                foreach (var one in issued)
                {
                    ca.Revoke([one], RevocationReason.Superseded);
                    Interlocked.Increment(ref revoked);
                }
            },
            () => Ask(),
            () => Ask());
        Assert.Equal(0, wrong);

        void Ask()
        {
            for (var round = 0; round < 300; round++)
            {
                var index = round % issued.Count;
                var certainlyRevoked = Volatile.Read(ref revoked) > index;
                if (certainlyRevoked && OcspResponderTests.Ask(responder, issued[index], this).Status != OcspCertStatus.Revoked)
                    Interlocked.Increment(ref wrong);
            }
        }
    }

    /// <summary>A million lines with MTLSTOOLS_FULL=1, thirty thousand otherwise.</summary>
    [Fact]
    public void A_large_index_is_read_once_and_what_is_appended_alone_after_that()
    {
        var count = Environment.GetEnvironmentVariable("MTLSTOOLS_FULL") == "1" ? 1_000_000 : 30_000;
        var path = folder.At("large.txt");
        using (var writer = new StreamWriter(path) { NewLine = "\n" })
        {
            for (var number = 1; number <= count; number++)
                writer.WriteLine(number % 10 == 0 ? $"R\t270101000000Z\t260201000000Z,keyCompromise\t{number:X32}\tunknown\t/O=Acme/CN=client {number}" : $"V\t270101000000Z\t\t{number:X32}\tunknown\t/O=Acme/CN=client {number}");
        }

        using var table = new IssuedTable(path);
        var watch = Stopwatch.StartNew();
        var version = table.Refresh();
        Console.WriteLine($"{count} lines: {watch.ElapsedMilliseconds} ms");
        Assert.Equal(count, table.Count);
        Assert.Null(table.Find([0x01])!.Value.RevokedAt);
        Assert.Equal(RevocationReason.KeyCompromise, table.Find([0x0A])!.Value.Reason);
        Assert.Null(table.Find(BitConverter.GetBytes(count + 1).Reverse().ToArray()));
        File.AppendAllText(path, $"V\t270101000000Z\t\t{count + 1:X32}\tunknown\t/CN=new\n");
        Assert.Equal(version, table.Refresh());
        Assert.Equal(count + 1, table.Count);
        Assert.NotNull(table.Find(BitConverter.GetBytes(count + 1).Reverse().ToArray()));
    }

    [Fact]
    public void The_memory_of_prepared_answers_is_bounded()
    {
        using var responder = Start();
        var authority = responder.Authorities[0];
        var cache = new AnswerCache();
        var answer = new PreparedAnswer(authority, 1, new OcspReply([]));
        for (var number = 0; number < 50_000; number++)
            cache.Add(BitConverter.GetBytes(number), answer);
        var kept = Enumerable.Range(0, 50_000).Count(number => cache.Find(BitConverter.GetBytes(number)) is not null);
        Assert.InRange(kept, 1, 2 * 16384);
        Assert.NotNull(cache.Find(BitConverter.GetBytes(49_999)));
    }

    private static OcspAnswer Ask(OcspResponder responder, MtlsCertificate certificate, OcspResponderTests test)
    {
        var response = OcspResponse.Read(responder.Answer(test.Request(certificate)).Body);
        Assert.Equal(OcspResponseStatus.Successful, response.Status);
        return Assert.Single(response.Answers);
    }

    private OcspResponder Start() => OcspResponder.Create(new ResponderOptions { Authorities = [ca], Clock = clock });

    private MtlsCertificate Issue(string name) => ca.Issue(CertificateProfile.Client, TestAuthority.Request($"CN={name}"));

    private OcspCertId Id(MtlsCertificate certificate) => OcspCertId.Create(certificate, ca.Certificate, HashAlgorithmName.SHA1);

    private byte[] Request(MtlsCertificate certificate) => new OcspRequest([Id(certificate)], null).Encode();

    private OcspAnswer Ask(OcspResponder responder, MtlsCertificate certificate) => Ask(responder, certificate, this);

    private OcspAnswer AskSerial(OcspResponder responder, int serial)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        var known = Id(responder.Authorities[0].Signer);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(known.HashOid);
            writer.WriteOctetString(known.NameHash.Span);
            writer.WriteOctetString(known.KeyHash.Span);
            writer.WriteInteger(serial);
        }

        var id = OcspCertId.Read(new System.Formats.Asn1.AsnReader(writer.Encode(), System.Formats.Asn1.AsnEncodingRules.DER));
        return Assert.Single(OcspResponse.Read(responder.Answer(new OcspRequest([id], null).Encode()).Body).Answers);
    }
}
