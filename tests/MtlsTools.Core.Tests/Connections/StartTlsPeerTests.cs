using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>Real servers that begin in the clear: aiosmtpd, Dovecot, OpenLDAP, MariaDB, Prosody, vsftpd. PostgreSQL is among the servers of the matrix.</summary>
public sealed class StartTlsPeerTests(LivePki pki) : IClassFixture<LivePki>
{
    [SkippableTheory]
    [InlineData(StartTlsProtocol.Smtp, ClientAuthentication.Required)]
    [InlineData(StartTlsProtocol.Imap, ClientAuthentication.Optional)] // Dovecot says so at the log-in only.
    [InlineData(StartTlsProtocol.Pop3, ClientAuthentication.Optional)]
    [InlineData(StartTlsProtocol.Ldap, ClientAuthentication.Required)]
    [InlineData(StartTlsProtocol.MySql, ClientAuthentication.Optional)] // MariaDB leaves it to the account.
    [InlineData(StartTlsProtocol.Xmpp, ClientAuthentication.Required)]
    [InlineData(StartTlsProtocol.Ftp, ClientAuthentication.Required)]
    public async Task A_good_client_is_accepted_and_a_stranger_as_the_server_has_it(StartTlsProtocol protocol, ClientAuthentication mode)
    {
        using var server = StartTlsPeer.Start(protocol, pki);

        var good = await TestAsync(server, protocol, pki.Client);
        var nobody = await TestAsync(server, protocol, null);

        Assert.True(good.Success, string.Join('\n', good.Findings));
        Assert.Equal((ConnectionStage.Done, true, true, true), (good.Stage, good.ServerTrusted, good.ClientCertificateSent, good.ClientCertificateAccepted));
        Assert.DoesNotContain(good.Findings, finding => finding.Id is FindingId.UnexpectedAnswer or FindingId.AnswerIncomplete);
        Assert.Equal((mode, mode == ClientAuthentication.Optional), (nobody.ClientAuth, nobody.Success));
        Assert.Equal(mode == ClientAuthentication.Required, nobody.Findings.Any(finding => finding.Id == FindingId.NoClientCertificateSent));
    }

    private Task<ConnectionReport> TestAsync(StartTlsPeer server, StartTlsProtocol protocol, MtlsCertificate? client) => ConnectionTester.TestAsync(
        ConnectionTarget.Parse($"localhost:{server.Port}"),
        new ConnectionOptions { StartTls = protocol, Certificate = client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) });
}
