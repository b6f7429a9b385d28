namespace MtlsTools.Revocation.Ocsp;

/// <summary>Object identifiers of OCSP (RFC 6960).</summary>
internal static class OcspOids
{
    /// <summary>The one type of response that there is.</summary>
    internal const string BasicResponse = "1.3.6.1.5.5.7.48.1.1";

    internal const string Nonce = "1.3.6.1.5.5.7.48.1.2";

    /// <summary>In a responder's certificate: its own revocation is not looked up, because its life is short.</summary>
    internal const string NoCheck = "1.3.6.1.5.5.7.48.1.5";

    /// <summary>The purpose that lets a certificate answer for its CA.</summary>
    internal const string Signing = "1.3.6.1.5.5.7.3.9";
}
