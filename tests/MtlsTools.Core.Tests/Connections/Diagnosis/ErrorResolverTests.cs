using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using MtlsTools.Connections;
using MtlsTools.Connections.Diagnosis;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>Messages, numbers and exceptions are explained without a connection.</summary>
public sealed class ErrorResolverTests(LivePki pki) : IClassFixture<LivePki>
{
    /// <summary>Words of programs that are not at hand in every test, as they were recorded; the first finding.</summary>
    public static TheoryData<string, FindingId> Messages => new()
    {
        { "nginx: [emerg] SSL_CTX_use_PrivateKey(\"a.key\") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)", FindingId.KeyMismatch },
        { "2026/11/21 10:00:00 [info] 7#7: *1 client SSL certificate verify error: (10:certificate has expired) while reading client request headers, client: 127.0.0.1, server: , request: \"GET / HTTP/1.1\"", FindingId.ClientCertificateExpired },
        { "*3 client SSL certificate verify error: (21:unable to verify the first certificate) while reading client request headers, client: 10.0.0.7", FindingId.ClientChainIncomplete },
        { "*3 client SSL certificate verify error: (26:unsuitable certificate purpose) while reading client request headers, client: 10.0.0.7", FindingId.ClientCertificateWrongPurpose },
        { "*3 client SSL certificate verify error: (3:unable to get certificate CRL) while reading client request headers, client: 10.0.0.7", FindingId.CrlMissing },
        { "*3 client SSL certificate verify error: (12:CRL has expired) while reading client request headers, client: 10.0.0.7", FindingId.CrlNotFresh },
        { "*3 client SSL certificate verify error: (23:certificate revoked) while reading client request headers, client: 10.0.0.7", FindingId.ClientCertificateRevoked },
        { "*9 client sent no required SSL certificate while reading client request headers, client: 127.0.0.1", FindingId.NoClientCertificateSent },
        { "*5 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking, client: 10.0.0.7", FindingId.RootNotTrusted },
        { "curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0", FindingId.NoClientCertificateSent },
        { "curl: (60) SSL certificate problem: unable to get local issuer certificate", FindingId.IssuerNotFound },
        { "curl: (58) schannel: certificate format compatibility error for alice.crt", FindingId.KeyNotUsable },
        { "curl: (35) schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK (0x80092012) - The revocation function was unable to check revocation for the certificate.", FindingId.CrlMissing },
        { "Verify return code: 20 (unable to get local issuer certificate)", FindingId.IssuerNotFound },
        { "verify error:num=26:unsuitable certificate purpose", FindingId.WrongPurpose },
        { "error 7 at 0 depth lookup: certificate signature failure", FindingId.SignatureInvalid },
        { "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'x'. (_ssl.c:1006)", FindingId.HostNameMismatch },
        { "ssl.SSLError: [SSL: KEY_VALUES_MISMATCH] key values mismatch (_ssl.c:4046)", FindingId.KeyMismatch },
        { "certificate verify failed", FindingId.IssuerNotFound },
        { "no certificate returned", FindingId.NoClientCertificateSent },
        { "x509: certificate relies on legacy Common Name field, use SANs instead", FindingId.HostNameMismatch },
        { "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs", FindingId.HostNameMismatch },
        { "remote error: tls: bad certificate", FindingId.ClientCertificateRejected },
        { "http: TLS handshake error from 127.0.0.1:40000: remote error: tls: unknown certificate authority", FindingId.RootNotTrusted },
        { "http: TLS handshake error from 127.0.0.1:40000: tls: client didn't provide a certificate", FindingId.NoClientCertificateSent },
        { "javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target", FindingId.IssuerNotFound },
        { "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired", FindingId.ClientCertificateExpired },
        { "java.io.IOException: keystore password was incorrect", FindingId.KeyNotOpened },
        { "Error: UNABLE_TO_VERIFY_LEAF_SIGNATURE", FindingId.IssuerNotFound },
        { "code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'", FindingId.ClientCertificateUntrusted },
        { "The remote certificate is invalid because of errors in the certificate chain: PartialChain", FindingId.IssuerNotFound },
        { "Le certificat distant n'est pas valide selon la procédure de validation : RemoteCertificateNameMismatch", FindingId.HostNameMismatch },
        { "The specified network password is not correct.", FindingId.KeyNotOpened },
        { "security: SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)", FindingId.KeyNotOpened },
        { "Error outputting keys and certificates: error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported: Algorithm (RC2-40-CBC : 0)", FindingId.KeyNotOpened },
        { "No supported key formats were found. Check that the input represents the contents of a PEM-encoded key file, not the path to such a file.", FindingId.KeyNotOpened },
        { "HTTP Error 403.7 - Forbidden", FindingId.NoClientCertificateSent },
        { "403.13", FindingId.ClientCertificateRevoked },
        { "HTTP Error 403.16 - Forbidden", FindingId.ClientCertificateUntrusted },
        { "2026-11-21 GET / - 443 - 10.0.0.7 curl/8 403.17 0", FindingId.ClientCertificateExpired },
        { "AH02039: Certificate Verification: Error (20): unable to get local issuer certificate", FindingId.ClientCertificateUntrusted },
        { "1795278427: Client connection from 127.0.0.1 failed: error:0A000086:SSL routines::certificate verify failed.", FindingId.ClientCertificateRejected },
        { "1795278427: OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed\n1795278427: Client <unknown> disconnected: Protocol error.", FindingId.ClientCertificateRejected },
        { "FATAL:  connection requires a valid client certificate", FindingId.NoClientCertificateSent },
        { "https/1: SSL client certificate not trusted", FindingId.ClientCertificateUntrusted },
        { "*** Fatal error: A TLS fatal alert has been received.\n*** Received alert [42]: Certificate is bad", FindingId.ClientCertificateRejected },
        { "Exception calling AuthenticateAsClient (0x8009030E)", FindingId.KeyNotUsable },
        { "Interop+AppleCrypto+SslException: OSStatus -9807", FindingId.IssuerNotFound },
        { "OSStatus -9829", FindingId.ClientCertificateRejected },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Messages_are_understood(string message, FindingId first)
    {
        var explained = ErrorResolver.Resolve(message);

        Assert.True(explained.IsKnown);
        Assert.Equal(first, explained.Findings[0].Id);
        Assert.NotEmpty(explained.Recognized);
        Assert.All(explained.Findings, finding => Assert.False(finding.Confidence == FindingConfidence.Certain)); // A text is no proof.
    }

    [Theory]
    [InlineData("48", FindingId.ClientCertificateUntrusted)]
    [InlineData("116", FindingId.NoClientCertificateSent)]
    [InlineData("0x8009030E", FindingId.KeyNotUsable)]
    [InlineData("-2146893042", FindingId.KeyNotUsable)]
    [InlineData("2148074254", FindingId.KeyNotUsable)]
    [InlineData("0x80090328", FindingId.CertificateExpired)]
    [InlineData("0x800B0109", FindingId.RootNotTrusted)]
    [InlineData("0x0A000418", FindingId.ClientCertificateUntrusted)]
    [InlineData("0x14094415", FindingId.ClientCertificateExpired)]
    [InlineData("-9813", FindingId.IssuerNotFound)]
    [InlineData("-9828", FindingId.ClientCertificateExpired)]
    [InlineData("496", FindingId.NoClientCertificateSent)]
    [InlineData("495", FindingId.ClientCertificateRejected)]
    public void Numbers_are_understood(string number, FindingId first) => Assert.Equal(first, ErrorResolver.Resolve(number).Findings[0].Id);

    [Theory]
    [InlineData("")]
    [InlineData("Segmentation fault (core dumped)")]
    [InlineData("The term 'foo' is not recognized as a name of a cmdlet")]
    [InlineData("I alerted 48 people about the new certificate")]
    [InlineData("999999999999999999999")]
    [InlineData("0xZZ")]
    [InlineData("0x12345678")]
    [InlineData("300")]
    [InlineData("-99999999999")]
    public void What_is_not_known_is_said_to_be_that(string text)
    {
        var explained = ErrorResolver.Resolve(text);

        Assert.Equal((false, 0, 0), (explained.IsKnown, explained.Findings.Count, explained.Recognized.Count));
        Assert.StartsWith("Not known", explained.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The last table of docs/errors.md: message, meaning, finding.</summary>
    [Fact]
    public void The_messages_of_the_page_are_understood()
    {
        var page = File.ReadAllText(Repository.At("docs", "errors.md")).ReplaceLineEndings("\n");
        var rows = page[page.IndexOf("## Messages of other programs", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal)).Select(line => line.Split('|')).ToList();

        Assert.True(rows.Count >= 9);
        Assert.All(rows, row => Assert.All(row[1].Split(';'), message =>
            Assert.Contains($"`{ErrorResolver.Resolve(message).Findings[0].Id}`", row[3], StringComparison.Ordinal)));
    }

    [Fact]
    public void Particular_words_drive_out_general_ones()
    {
        var explained = ErrorResolver.Resolve("curl: (60) SSL certificate problem: certificate has expired\n[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed");

        Assert.Equal(FindingId.CertificateExpired, Assert.Single(explained.Findings).Id);
    }

    [Fact]
    public void Exceptions_are_searched_to_the_bottom()
    {
        Exception alert = new AuthenticationException("x", new IOException("y", new CodedException(0x0A00045C)));

        Assert.Equal(FindingId.NoClientCertificateSent, ErrorResolver.Resolve(alert).Findings[0].Id);
        Assert.Equal(FindingId.NoClientCertificateSent, ErrorResolver.Resolve(new AggregateException(new IOException("z"), alert)).Findings[0].Id);
        Assert.Equal(FindingId.KeyNotUsable, ErrorResolver.Resolve(new AuthenticationException("?", new Win32Exception(unchecked((int)0x8009030E)))).Findings[0].Id);
        Assert.Equal(FindingId.ConnectionRefused, ErrorResolver.Resolve(new HttpRequestException("?", new SocketException((int)SocketError.ConnectionRefused))).Findings[0].Id);
        Assert.Equal(FindingId.NameNotResolved, ErrorResolver.Resolve(new SocketException((int)SocketError.HostNotFound)).Findings[0].Id);
        Assert.Equal(FindingId.NoClientCertificateSent, ErrorResolver.Resolve(new HttpRequestException("Response status code does not indicate success: 400"), "<center>No required SSL certificate was sent</center>").Findings[0].Id);
        Assert.Equal(FindingId.ClosedWithoutAnswer, ErrorResolver.Resolve(new HttpRequestException("?", new HttpIOException(HttpRequestError.ResponseEnded))).Findings[0].Id);
        Assert.False(ErrorResolver.Resolve(new InvalidOperationException("?")).IsKnown);
    }

    [Fact]
    public void An_exception_that_holds_itself_ends()
    {
        Exception deep = new IOException("bottom");
        for (var i = 0; i < 10_000; i++)
            deep = new IOException("deep", deep);

        Assert.False(ErrorResolver.Resolve(deep).IsKnown);
    }

    [SkippableFact]
    [SuppressMessage("Security", "CA5359", Justification = "The server is the test's own.")]
    public async Task The_platform_s_own_exceptions_are_understood()
    {
        using var server = OpenSslServer.Start(pki.SavePair("server", pki.Server), "-www", "-CAfile", pki.ClientRoot.CertificatePath, "-Verify", "2", "-verify_return_error");
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        using var strict = new HttpClient();

        var none = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"https://localhost:{server.Port}/")));
        var untrusted = await Assert.ThrowsAsync<HttpRequestException>(() => strict.GetAsync(new Uri($"https://localhost:{server.Port}/")));

        Assert.Equal(FindingId.NoClientCertificateSent, ErrorResolver.Resolve(none).Findings[0].Id);
        Assert.Contains(ErrorResolver.Resolve(untrusted).Findings, finding => finding.Id is FindingId.IssuerNotFound or FindingId.RootNotTrusted);
    }

    [Fact]
    public async Task The_report_of_a_failed_request_is_the_explanation()
    {
        using var server = ScriptedServer.OnTls(pki.ClientOf("self-signed")!, (_, _) => Task.CompletedTask);
        var target = ConnectionTarget.Parse($"https://localhost:{server.Port}/");
        using var request = MtlsRequest.Create(target.Uri, "GET", [], null, "text/plain");

        var failed = await Assert.ThrowsAsync<MtlsRequestException>(() => MtlsRequest.SendAsync(target, new ConnectionOptions { TrustedCas = [pki.ServerRoot.Certificate] }, request));

        Assert.Equal(failed.Report!.Findings, ErrorResolver.Resolve(failed).Findings);
    }

    [Fact]
    public void This_module_s_own_errors_are_understood()
    {
        var mismatch = Assert.Throws<KeyException>(() => pki.Client.WithKey(PrivateKey.Generate(KeyAlgorithm.EcdsaP256)));

        Assert.Equal(FindingId.KeyMismatch, ErrorResolver.Resolve(mismatch).Findings[0].Id);
    }

    [Fact]
    public void Every_line_of_every_table_has_texts_for_its_findings()
    {
        Assert.All(Wordings.All, wording => Assert.NotEmpty(wording.Meaning(inServerLog: true).Findings.Concat(wording.Meaning(inServerLog: false).Findings)));
        Assert.All(PlatformErrors.All, error => Assert.NotEmpty(FindingCatalog.Of(error.Ids)));
        Assert.Contains(Enumerable.Range(0, 256), number => Enum.GetValues<FindingSide>().Any(side => AlertClues.Find(number, side) is not null));
        Assert.Contains(Enumerable.Range(0, 100), number => VerifyCodes.Find(number, inServerLog: true) is not null && VerifyCodes.Find(number, inServerLog: false) is not null);
        Assert.All(FindingCatalog.Of([.. FindingCatalog.Ids]), finding => Assert.Matches(@"^[A-Z].*\.\n[A-Z].*\.$", $"{finding.Cause}\n{finding.Remedy}"));
    }

    [Fact]
    public void Long_and_hostile_texts_end_soon()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        ErrorResolver.Resolve(new string('a', 10_000_000));
        ErrorResolver.Resolve(string.Concat(Enumerable.Repeat("alert number x509: certificate is valid for ", 100_000)));
        ErrorResolver.Resolve(string.Concat(Enumerable.Repeat("error:0A000418 -99999 0x80090", 100_000)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    private sealed class CodedException : CryptographicException
    {
        public CodedException(int code)
            : base("z") => HResult = code;
    }
}
