using MtlsTools.Keys;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>The signature schemes by which a client may prove that it holds its key (RFC 8446, 4.2.3; RFC 5246, 7.4.1.4.1).</summary>
internal static class SignatureSchemes
{
    /// <summary>Whether a key can sign by one of them. An empty list was not seen and forbids nothing.</summary>
    internal static bool Fit(IReadOnlyList<int> schemes, PublicKeyInfo key) =>
        schemes.Count == 0 || schemes.Any(scheme => key.IsRsa ? IsRsa(scheme) : key.IsEc ? IsEcdsa(scheme) : IsEdwards(scheme));

    internal static string Describe(IReadOnlyList<int> schemes)
    {
        var kinds = new List<string>();
        if (schemes.Any(IsRsa))
            kinds.Add("RSA");
        if (schemes.Any(IsEcdsa))
            kinds.Add("ECDSA");
        if (schemes.Any(IsEdwards))
            kinds.Add("Ed25519 or Ed448");
        return kinds.Count == 0 ? "none that is known here" : string.Join(" and ", kinds);
    }

    private static bool IsRsa(int scheme) => (scheme & 0xFF) == 1 || scheme is >= 0x0804 and <= 0x0806 or >= 0x0809 and <= 0x080B;

    private static bool IsEcdsa(int scheme) => (scheme & 0xFF) == 3 || scheme is >= 0x081A and <= 0x081C;

    private static bool IsEdwards(int scheme) => scheme is 0x0807 or 0x0808;
}
