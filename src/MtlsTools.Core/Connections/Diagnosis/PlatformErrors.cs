using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>A number by which a platform's TLS, certificate or network code reports a failure.</summary>
/// <param name="Code">The number.</param>
/// <param name="Name">What its documentation calls it.</param>
/// <param name="Ids">What it means; several where it means one of them.</param>
internal sealed record PlatformError(int Code, string Name, IReadOnlyList<FindingId> Ids)
{
    /// <summary>What it means where that is one thing.</summary>
    internal FindingId? Id => Ids.Count == 1 ? Ids[0] : null;
}

/// <summary>The numbers of SChannel and CryptoAPI (winerror.h), WinHTTP, Secure Transport and Security.framework (SecBase.h), and OpenSSL 3. Alerts that were received are in <see cref="TlsAlerts"/>.</summary>
internal static class PlatformErrors
{
    internal static IReadOnlyList<PlatformError> All { get; } =
    [
        .. Unsigned(
        [
            (0x80090302, "SEC_E_UNSUPPORTED_FUNCTION", [FindingId.NoCommonTlsVersion]),
            (0x80090308, "SEC_E_INVALID_TOKEN", [FindingId.NotTls, FindingId.HandshakeFailed]),
            (0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS", [FindingId.KeyNotUsable]),
            (0x8009030E, "SEC_E_NO_CREDENTIALS", [FindingId.KeyNotUsable]),
            (0x80090317, "SEC_E_CONTEXT_EXPIRED", [FindingId.ClosedWithoutAnswer]),
            (0x00090320, "SEC_I_INCOMPLETE_CREDENTIALS", [FindingId.NoClientCertificateSent]),
            (0x80090320, "SEC_E_INCOMPLETE_CREDENTIALS", [FindingId.NoClientCertificateSent]),
            (0x80090322, "SEC_E_WRONG_PRINCIPAL", [FindingId.HostNameMismatch]),
            (0x80090325, "SEC_E_UNTRUSTED_ROOT", [FindingId.RootNotTrusted, FindingId.ClientCertificateUntrusted]),
            (0x80090326, "SEC_E_ILLEGAL_MESSAGE", [FindingId.NoClientCertificateSent, FindingId.NoCommonTlsVersion]),
            (0x80090327, "SEC_E_CERT_UNKNOWN", [FindingId.ClientCertificateRejected, FindingId.ChainInvalid]),
            (0x80090328, "SEC_E_CERT_EXPIRED", [FindingId.CertificateExpired, FindingId.ClientCertificateExpired]),
            (0x80090331, "SEC_E_ALGORITHM_MISMATCH", [FindingId.NoCommonTlsVersion]),
            (0x80090349, "SEC_E_CERT_WRONG_USAGE", [FindingId.WrongPurpose, FindingId.ClientCertificateWrongPurpose]),
            (0x8009000B, "NTE_BAD_KEY_STATE", [FindingId.KeyNotUsable]),
            (0x8009000D, "NTE_NO_KEY", [FindingId.KeyNotUsable]),
            (0x80090010, "NTE_PERM", [FindingId.KeyNotUsable]),
            (0x80090016, "NTE_BAD_KEYSET", [FindingId.KeyNotUsable]),
            (0x80092010, "CRYPT_E_REVOKED", [FindingId.CertificateRevoked]),
            (0x80092012, "CRYPT_E_NO_REVOCATION_CHECK", [FindingId.CrlMissing]),
            (0x80092013, "CRYPT_E_REVOCATION_OFFLINE", [FindingId.CrlMissing]),
            (0x800B0101, "CERT_E_EXPIRED", [FindingId.CertificateExpired]),
            (0x800B0109, "CERT_E_UNTRUSTEDROOT", [FindingId.RootNotTrusted]),
            (0x800B010A, "CERT_E_CHAINING", [FindingId.IssuerNotFound]),
            (0x800B010C, "CERT_E_REVOKED", [FindingId.CertificateRevoked]),
            (0x800B010E, "CERT_E_REVOCATION_FAILURE", [FindingId.CrlMissing]),
            (0x800B010F, "CERT_E_CN_NO_MATCH", [FindingId.HostNameMismatch]),
            (0x800B0110, "CERT_E_WRONG_USAGE", [FindingId.WrongPurpose]),
            (0x80070056, "ERROR_INVALID_PASSWORD", [FindingId.KeyNotOpened]),
            (0x80072EE2, "WININET_E_TIMEOUT", [FindingId.TimedOut]),
            (0x80072EE7, "WININET_E_NAME_NOT_RESOLVED", [FindingId.NameNotResolved]),
            (0x80072EFD, "WININET_E_CANNOT_CONNECT", [FindingId.ConnectionRefused]),
            (0x80072F05, "WININET_E_SEC_CERT_DATE_INVALID", [FindingId.CertificateExpired]),
            (0x80072F06, "WININET_E_SEC_CERT_CN_INVALID", [FindingId.HostNameMismatch]),
            (0x80072F0C, "WININET_E_CLIENT_AUTH_CERT_NEEDED", [FindingId.NoClientCertificateSent]),
            (0x80072F0D, "WININET_E_INVALID_CA", [FindingId.RootNotTrusted]),
            (0x80072F7D, "WININET_E_SECURITY_CHANNEL_ERROR", [FindingId.HandshakeFailed]),
            (0x80072F8F, "WININET_E_DECODING_FAILED", [FindingId.RootNotTrusted, FindingId.HostNameMismatch, FindingId.CertificateExpired]),
        ]),
        .. Signed(
        [
            (-9801, "errSSLNegotiation", [FindingId.NoCommonTlsVersion]),
            (-9806, "errSSLClosedAbort", [FindingId.NetworkFailed]),
            (-9807, "errSSLXCertChainInvalid", [FindingId.IssuerNotFound]),
            (-9812, "errSSLUnknownRootCert", [FindingId.RootNotTrusted]),
            (-9813, "errSSLNoRootCert", [FindingId.IssuerNotFound]),
            (-9814, "errSSLCertExpired", [FindingId.CertificateExpired]),
            (-9815, "errSSLCertNotYetValid", [FindingId.CertificateNotYetValid]),
            (-9843, "errSSLHostNameMismatch", [FindingId.HostNameMismatch]),
            (-25264, "errSecPkcs12VerifyFailure", [FindingId.KeyNotOpened]),
            (-25293, "errSecAuthFailed", [FindingId.KeyNotOpened]),
            (-25308, "errSecInteractionNotAllowed", [FindingId.KeyNotUsable]),
            (-67602, "errSecHostNameMismatch", [FindingId.HostNameMismatch]),
            (-67609, "errSecInvalidExtendedKeyUsage", [FindingId.WrongPurpose]),
            (-67818, "errSecCertificateExpired", [FindingId.CertificateExpired]),
            (-67819, "errSecCertificateNotValidYet", [FindingId.CertificateNotYetValid]),
            (-67820, "errSecCertificateRevoked", [FindingId.CertificateRevoked]),
            (-67843, "errSecNotTrusted", [FindingId.RootNotTrusted]),
        ]),
        .. Unsigned(
        [
            (0x05800074, "X509_R_KEY_VALUES_MISMATCH", [FindingId.KeyMismatch]),
            (0x0A000098, "SSL_R_EXCESSIVE_MESSAGE_SIZE", [FindingId.MessageTooLarge]),
            (0x0A00009C, "SSL_R_HTTP_REQUEST", [FindingId.NotTls]),
            (0x0A0000BF, "SSL_R_NO_PROTOCOLS_AVAILABLE", [FindingId.NoCommonTlsVersion]),
            (0x0A0000C1, "SSL_R_NO_SHARED_CIPHER", [FindingId.NoCommonTlsVersion]),
            (0x0A0000C7, "SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE", [FindingId.NoClientCertificateSent]),
            (0x0A000102, "SSL_R_UNSUPPORTED_PROTOCOL", [FindingId.NoCommonTlsVersion]),
            (0x0A00010B, "SSL_R_WRONG_VERSION_NUMBER", [FindingId.NotTls]),
            (0x0A000126, "SSL_R_UNEXPECTED_EOF_WHILE_READING", [FindingId.ClosedWithoutAnswer]),
            (0x0A00018D, "SSL_R_CA_KEY_TOO_SMALL", [FindingId.AlgorithmTooWeak]),
            (0x0A00018E, "SSL_R_CA_MD_TOO_WEAK", [FindingId.AlgorithmTooWeak]),
            (0x0A00018F, "SSL_R_EE_KEY_TOO_SMALL", [FindingId.AlgorithmTooWeak]),
            (0x11800071, "PKCS12_R_MAC_VERIFY_FAILURE", [FindingId.KeyNotOpened]),
            (0x1C800064, "PROV_R_BAD_DECRYPT", [FindingId.KeyNotOpened]),
        ]),
    ];

    private static readonly Dictionary<int, PlatformError> ByCode = All.ToDictionary(error => error.Code);

    /// <summary>What a number means, or null.</summary>
    internal static PlatformError? Find(int? code) => code is { } number ? ByCode.GetValueOrDefault(number) : null;

    /// <summary>SEC_E_NO_CREDENTIALS, 0x8009030E.</summary>
    internal static string Describe(int code)
    {
        var number = code is < 0 and > -100_000 ? code.ToString(CultureInfo.InvariantCulture) : $"0x{code:X8}";
        return Find(code) is { } known ? $"{known.Name}, {number}" : number;
    }

    /// <summary>The number inside an exception of the platform's TLS, or null.</summary>
    internal static int? CodeOf(Exception? failure)
    {
        int? code = null;
        for (var at = failure; at is not null; at = at.InnerException)
        {
            if (at is Win32Exception and not SocketException)
                code = ((Win32Exception)at).NativeErrorCode;
            else if (at is CryptographicException || Find(at.HResult) is not null)
                code = at.HResult;
        }

        return code;
    }

    /// <summary>The socket's own word inside an exception, or null.</summary>
    internal static SocketError? SocketErrorOf(Exception? failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
        {
            if (at is SocketException socket)
                return socket.SocketErrorCode;
        }

        return null;
    }

    private static IEnumerable<PlatformError> Unsigned((uint Code, string Name, FindingId[] Ids)[] rows) => rows.Select(row => new PlatformError(unchecked((int)row.Code), row.Name, row.Ids));

    private static IEnumerable<PlatformError> Signed((int Code, string Name, FindingId[] Ids)[] rows) => rows.Select(row => new PlatformError(row.Code, row.Name, row.Ids));
}
