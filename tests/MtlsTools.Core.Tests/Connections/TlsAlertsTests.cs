using System.ComponentModel;
using System.Security.Authentication;
using MtlsTools.Connections;

namespace MtlsTools.Tests.Connections;

/// <summary>The same alert comes as another number on every platform.</summary>
public sealed class TlsAlertsTests
{
    [Theory]
    [InlineData(0x0A000418, 48)] // OpenSSL 3: library 20 << 23 | 1048
    [InlineData(0x0A00045C, 116)]
    [InlineData(0x0A000410, 40)]
    [InlineData(0x14094418, 48)] // OpenSSL 1.1: library 20 << 24 | function << 12 | 1048
    [InlineData(0x14094415, 45)]
    [InlineData(0x0A0000C1, null)] // a local reason, no alert
    [InlineData(-9831, 48)] // Secure Transport
    [InlineData(-9828, 45)]
    [InlineData(-9800, null)]
    [InlineData(0, null)]
    public void Numbers_of_OpenSSL_and_Apple(int code, int? alert) =>
        Assert.Equal(alert, TlsAlerts.FromException(new AuthenticationException("x", new IOException("y", new CodedException(code)))));

    [Theory]
    [InlineData(0x80090325, 48)] // SEC_E_UNTRUSTED_ROOT
    [InlineData(0x80090328, 45)] // SEC_E_CERT_EXPIRED
    [InlineData(0x80092010, 44)] // CRYPT_E_REVOKED
    [InlineData(0x80090349, 43)] // SEC_E_CERT_WRONG_USAGE
    [InlineData(0x80090308, null)] // SEC_E_INVALID_TOKEN
    public void Numbers_of_SChannel(uint code, int? alert) =>
        Assert.Equal(alert, TlsAlerts.FromException(new AuthenticationException("x", new Win32Exception(unchecked((int)code)))));

    [Theory]
    [InlineData(40, "handshake_failure", true)]
    [InlineData(42, "bad_certificate", true)]
    [InlineData(43, "unsupported_certificate", true)]
    [InlineData(44, "certificate_revoked", true)]
    [InlineData(45, "certificate_expired", true)]
    [InlineData(46, "certificate_unknown", true)]
    [InlineData(48, "unknown_ca", true)]
    [InlineData(116, "certificate_required", true)]
    [InlineData(70, "protocol_version", false)]
    [InlineData(80, "internal_error", false)]
    [InlineData(200, "alert", false)]
    public void Names(int number, string name, bool aboutClient)
    {
        Assert.Equal($"{name} ({number})", new TlsAlertInfo(number).ToString());
        Assert.Equal(aboutClient, TlsAlerts.IsAboutClientCertificate(number));
    }

    private sealed class CodedException : Exception
    {
        public CodedException(int code)
            : base("z") => HResult = code;
    }
}
