using System.Globalization;
using System.Net.Security;

namespace MtlsTools.Connections.Trace;

/// <summary>The names of TLS numbers (IANA's registries); unknown ones are shown as they are.</summary>
internal static class TlsNames
{
    private static readonly Dictionary<int, string> Extensions = new()
    {
        [0] = "server_name", [1] = "max_fragment_length", [5] = "status_request", [10] = "supported_groups", [11] = "ec_point_formats", [13] = "signature_algorithms",
        [14] = "use_srtp", [15] = "heartbeat", [16] = "application_layer_protocol_negotiation", [17] = "status_request_v2", [18] = "signed_certificate_timestamp",
        [19] = "client_certificate_type", [20] = "server_certificate_type", [21] = "padding", [22] = "encrypt_then_mac", [23] = "extended_master_secret",
        [27] = "compress_certificate", [28] = "record_size_limit", [34] = "delegated_credential", [35] = "session_ticket", [41] = "pre_shared_key", [42] = "early_data",
        [43] = "supported_versions", [44] = "cookie", [45] = "psk_key_exchange_modes", [47] = "certificate_authorities", [48] = "oid_filters", [49] = "post_handshake_auth",
        [50] = "signature_algorithms_cert", [51] = "key_share", [57] = "quic_transport_parameters", [13172] = "next_protocol_negotiation", [17513] = "application_settings",
        [65037] = "encrypted_client_hello", [65281] = "renegotiation_info",
    };

    private static readonly Dictionary<int, string> Groups = new()
    {
        [21] = "secp224r1", [22] = "secp256k1", [23] = "secp256r1", [24] = "secp384r1", [25] = "secp521r1", [26] = "brainpoolP256r1", [27] = "brainpoolP384r1", [28] = "brainpoolP512r1",
        [29] = "x25519", [30] = "x448", [31] = "brainpoolP256r1tls13", [32] = "brainpoolP384r1tls13", [33] = "brainpoolP512r1tls13",
        [256] = "ffdhe2048", [257] = "ffdhe3072", [258] = "ffdhe4096", [259] = "ffdhe6144", [260] = "ffdhe8192",
        [512] = "MLKEM512", [513] = "MLKEM768", [514] = "MLKEM1024", [4587] = "SecP256r1MLKEM768", [4588] = "X25519MLKEM768", [4589] = "SecP384r1MLKEM1024",
    };

    private static readonly Dictionary<int, string> Signatures = new()
    {
        [0x0201] = "rsa_pkcs1_sha1", [0x0202] = "dsa_sha1", [0x0203] = "ecdsa_sha1", [0x0301] = "rsa_pkcs1_sha224", [0x0302] = "dsa_sha224", [0x0303] = "ecdsa_sha224",
        [0x0401] = "rsa_pkcs1_sha256", [0x0402] = "dsa_sha256", [0x0403] = "ecdsa_secp256r1_sha256", [0x0501] = "rsa_pkcs1_sha384", [0x0502] = "dsa_sha384", [0x0503] = "ecdsa_secp384r1_sha384",
        [0x0601] = "rsa_pkcs1_sha512", [0x0602] = "dsa_sha512", [0x0603] = "ecdsa_secp521r1_sha512", [0x0804] = "rsa_pss_rsae_sha256", [0x0805] = "rsa_pss_rsae_sha384", [0x0806] = "rsa_pss_rsae_sha512",
        [0x0807] = "ed25519", [0x0808] = "ed448", [0x0809] = "rsa_pss_pss_sha256", [0x080A] = "rsa_pss_pss_sha384", [0x080B] = "rsa_pss_pss_sha512",
        [0x081A] = "ecdsa_brainpoolP256r1tls13_sha256", [0x081B] = "ecdsa_brainpoolP384r1tls13_sha384", [0x081C] = "ecdsa_brainpoolP512r1tls13_sha512",
        [0x0904] = "mldsa44", [0x0905] = "mldsa65", [0x0906] = "mldsa87",
    };

    private static readonly Dictionary<int, string> Handshakes = new()
    {
        [0] = "HelloRequest", [1] = "ClientHello", [2] = "ServerHello", [4] = "NewSessionTicket", [5] = "EndOfEarlyData", [8] = "EncryptedExtensions", [11] = "Certificate",
        [12] = "ServerKeyExchange", [13] = "CertificateRequest", [14] = "ServerHelloDone", [15] = "CertificateVerify", [16] = "ClientKeyExchange", [20] = "Finished",
        [22] = "CertificateStatus", [24] = "KeyUpdate", [25] = "CompressedCertificate", [67] = "NextProtocol",
    };

    internal static string Extension(int number) => Name(Extensions, number);

    internal static string Group(int number) => Name(Groups, number);

    internal static string Signature(int number) => Name(Signatures, number);

    internal static string Handshake(int type) => Handshakes.GetValueOrDefault(type) ?? $"Handshake {type}";

    internal static string Version(int number) => number switch
    {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => IsGrease(number) ? "GREASE" : Hex(number),
    };

    /// <summary>The platform knows IANA's names of cipher suites.</summary>
    internal static string CipherSuite(int number) => number switch
    {
        0x00FF => "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
        0x5600 => "TLS_FALLBACK_SCSV",
        _ when IsGrease(number) => "GREASE",
        _ => Enum.GetName((TlsCipherSuite)number) ?? Hex(number),
    };

    private static string Name(Dictionary<int, string> names, int number) => names.GetValueOrDefault(number) ?? (IsGrease(number) ? "GREASE" : Hex(number));

    /// <summary>Numbers that clients send to keep servers used to unknown ones (RFC 8701).</summary>
    private static bool IsGrease(int number) => (number & 0x0F0F) == 0x0A0A && number >> 8 == (number & 0xFF);

    private static string Hex(int number) => string.Create(CultureInfo.InvariantCulture, $"0x{number:X4}");
}
