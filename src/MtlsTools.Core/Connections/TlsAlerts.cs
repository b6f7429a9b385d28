using System.ComponentModel;

namespace MtlsTools.Connections;

/// <summary>TLS alerts by number, and their numbers out of what each platform throws. Texts are never looked at: they are localised and change.</summary>
internal static class TlsAlerts
{
    internal const int HandshakeFailure = 40;
    internal const int BadCertificate = 42;
    internal const int UnsupportedCertificate = 43;
    internal const int CertificateRevoked = 44;
    internal const int CertificateExpired = 45;
    internal const int CertificateUnknown = 46;
    internal const int UnknownCa = 48;
    internal const int AccessDenied = 49;
    internal const int DecodeError = 50;
    internal const int DecryptError = 51;
    internal const int ProtocolVersion = 70;
    internal const int InsufficientSecurity = 71;
    internal const int InternalError = 80;
    internal const int UnrecognizedName = 112;
    internal const int CertificateRequired = 116;
    private const string Unnamed = "alert";

    internal static string NameOf(int number) => number switch
    {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        22 => "record_overflow",
        HandshakeFailure => "handshake_failure",
        BadCertificate => "bad_certificate",
        UnsupportedCertificate => "unsupported_certificate",
        CertificateRevoked => "certificate_revoked",
        CertificateExpired => "certificate_expired",
        CertificateUnknown => "certificate_unknown",
        47 => "illegal_parameter",
        UnknownCa => "unknown_ca",
        AccessDenied => "access_denied",
        DecodeError => "decode_error",
        DecryptError => "decrypt_error",
        ProtocolVersion => "protocol_version",
        InsufficientSecurity => "insufficient_security",
        InternalError => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        109 => "missing_extension",
        110 => "unsupported_extension",
        UnrecognizedName => "unrecognized_name",
        113 => "bad_certificate_status_response",
        115 => "unknown_psk_identity",
        CertificateRequired => "certificate_required",
        120 => "no_application_protocol",
        _ => Unnamed,
    };

    /// <summary>The number of a name, or null.</summary>
    internal static int? NumberOf(string name) =>
        Enumerable.Range(0, 256).Where(number => NameOf(number) is var known && known != Unnamed && known.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(number => (int?)number).FirstOrDefault();

    /// <summary>Whether the alert is about the client's certificate, once one was asked for.</summary>
    internal static bool IsAboutClientCertificate(int number) =>
        number is HandshakeFailure or BadCertificate or UnsupportedCertificate or CertificateRevoked or CertificateExpired or CertificateUnknown or UnknownCa or AccessDenied or DecryptError or CertificateRequired;

    /// <summary>GnuTLS calls an empty certificate message one that it can not decode.</summary>
    internal static bool IsAboutMissingCertificate(int number, bool sent) => number == DecodeError && !sent;

    /// <summary>The alert number inside an exception of the platform's TLS, or null.</summary>
    internal static int? FromException(Exception failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
        {
            if ((at is Win32Exception windows ? FromSchannel(windows.NativeErrorCode) : FromOpenSsl(at.HResult) ?? FromApple(at.HResult)) is { } number)
                return number;
        }

        return null;
    }

    /// <summary>The alert number that a platform's number stands for, or null.</summary>
    internal static int? FromCode(int code) => FromSchannel(code) ?? FromOpenSsl(code) ?? FromApple(code);

    /// <summary>OpenSSL reports a received alert as library 20 (SSL), reason 1000 + alert; version 3 packs 8+23 bits, 1.1 packed 8+12+12.</summary>
    private static int? FromOpenSsl(int code)
    {
        var reason = ((uint)code >> 24) switch
        {
            0x0A => code & 0x7FFFFF,
            0x14 => code & 0xFFF,
            _ => 0,
        };
        return reason is >= 1000 and < 1256 ? reason - 1000 : null;
    }

    /// <summary>SChannel's status codes for alerts it received (winerror.h).</summary>
    private static int? FromSchannel(int code) => unchecked((uint)code) switch
    {
        0x80090325 => UnknownCa,              // SEC_E_UNTRUSTED_ROOT
        0x80090326 => HandshakeFailure,       // SEC_E_ILLEGAL_MESSAGE
        0x80090327 => CertificateUnknown,     // SEC_E_CERT_UNKNOWN
        0x80090328 => CertificateExpired,     // SEC_E_CERT_EXPIRED
        0x80090331 => ProtocolVersion,        // SEC_E_ALGORITHM_MISMATCH
        0x80090349 => UnsupportedCertificate, // SEC_E_CERT_WRONG_USAGE
        0x80092010 => CertificateRevoked,     // CRYPT_E_REVOKED
        _ => null,
    };

    /// <summary>Secure Transport's codes for alerts it received (SecureTransport.h, errSSLPeer…).</summary>
    private static int? FromApple(int code) => code switch
    {
        -9824 => HandshakeFailure,
        -9825 => BadCertificate,
        -9826 => UnsupportedCertificate,
        -9827 => CertificateRevoked,
        -9828 => CertificateExpired,
        -9829 => CertificateUnknown,
        -9831 => UnknownCa,
        -9832 => AccessDenied,
        -9836 => ProtocolVersion,
        _ => null,
    };
}
