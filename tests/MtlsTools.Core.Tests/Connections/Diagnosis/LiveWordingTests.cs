using MtlsTools.Connections.Diagnosis;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>What real programs say, run here and now, is understood.</summary>
public sealed class LiveWordingTests(ErrorPeers peers) : IClassFixture<ErrorPeers>
{
    /// <summary>What goes wrong, and the finding that has to be among those that the words lead to.</summary>
    private static readonly Dictionary<string, FindingId> Causes = new()
    {
        ["none"] = FindingId.NoClientCertificateSent,
        ["other CA"] = FindingId.ClientCertificateUntrusted,
        ["expired"] = FindingId.ClientCertificateExpired,
        ["revoked"] = FindingId.ClientCertificateRevoked,
        ["MissingIntermediate"] = FindingId.IssuerNotFound,
        ["OtherHost"] = FindingId.HostNameMismatch,
        ["Expired"] = FindingId.CertificateExpired,
        ["nothing listens"] = FindingId.ConnectionRefused,
        ["no TLS"] = FindingId.NotTls,
    };

    /// <summary>Where a program has its own view of a cause: Java sends no certificate of a CA that the server does not name, and says of an expired one that no path is found; GnuTLS keeps the alert from wget.</summary>
    private static readonly Dictionary<(string Program, string Cause), FindingId> Own = new()
    {
        [("Java", "other CA")] = FindingId.NoClientCertificateSent,
        [("wget", "none")] = FindingId.ClientCertificateRejected,
        [("wget", "other CA")] = FindingId.ClientCertificateRejected,
        [("wget", "expired")] = FindingId.ClientCertificateRejected,
        [("wget", "revoked")] = FindingId.ClientCertificateRejected,
    };

    public static TheoryData<string> Programs => new("curl", "openssl", "gnutls-cli", "wget", "python3", "node", "go");

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void What_clients_say_is_understood(string program)
    {
        var client = peers.Clients[program];
        Assert.All(Causes, cause => AssertUnderstood(program, cause.Key, client(peers.Port(cause.Key), peers.Client(cause.Key))));
    }

    [SkippableFact]
    public void What_Java_says_is_understood() =>
        Assert.All(peers.Java([.. Causes.Keys]), said => AssertUnderstood("Java", said.Key, said.Value));

    /// <summary>Whatever loads the pair says so before it connects, a server before it starts.</summary>
    [SkippableTheory]
    [InlineData("curl")]
    [InlineData("openssl")]
    [InlineData("python3")]
    [InlineData("node")]
    [InlineData("go")]
    public void A_key_of_another_certificate_is_told(string program)
    {
        var said = peers.Clients[program](peers.Port("good"), peers.Mismatched());

        Assert.True(ErrorResolver.Resolve(said).Findings is [{ Id: FindingId.KeyMismatch }, ..], said);
    }

    [SkippableFact]
    public void A_certificate_with_a_common_name_alone_is_told()
    {
        using var server = peers.LegacyServer();

        var said = peers.Clients["go"](server.Port, null);

        Assert.Contains("legacy Common Name", said, StringComparison.Ordinal);
        Assert.Equal(FindingId.HostNameMismatch, Assert.Single(ErrorResolver.Resolve(said).Findings).Id);
    }

    private static void AssertUnderstood(string program, string cause, string said)
    {
        var explained = ErrorResolver.Resolve(said);
        var expected = Own.TryGetValue((program, cause), out var own) ? own : Causes[cause];

        Assert.True(explained.Findings.Any(finding => finding.Id == expected), $"{program}, {cause}: {explained} from:\n{said}");
    }
}
