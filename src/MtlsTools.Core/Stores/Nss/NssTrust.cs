using MtlsTools.Certificates;

namespace MtlsTools.Stores.Nss;

/// <summary>For what NSS trusts a certificate, in the letters of certutil: for TLS, for mail and for code.</summary>
/// <param name="Tls">TLS: C signs server certificates, T signs client certificates, P is trusted by itself, p is distrusted.</param>
/// <param name="Mail">S/MIME.</param>
/// <param name="Code">Signed code.</param>
internal sealed record NssTrust(string Tls, string Mail, string Code)
{
    /// <summary>Trust comes from elsewhere: from the CA above.</summary>
    internal static NssTrust None { get; } = new("", "", "");

    /// <summary>Whether it issues certificates that are accepted.</summary>
    internal bool IsTrustedCa => Tls.Contains('C', StringComparison.Ordinal) || Tls.Contains('T', StringComparison.Ordinal);

    /// <summary>Whether it is trusted without a CA.</summary>
    internal bool IsTrustedPeer => Tls.Contains('P', StringComparison.Ordinal);

    /// <summary>Whether the database says that it has the key. Of a database with a password it says so as well when only the public key is left.</summary>
    internal bool IsUser { get; private init; }

    /// <summary>Reads <c>CT,C,</c>. The letter u says that there is a key; it is no trust.</summary>
    internal static NssTrust Parse(string letters)
    {
        var parts = letters.Split(',');
        return new NssTrust(Letters(parts[0]), Letters(parts[1]), Letters(parts[2])) { IsUser = letters.Contains('u', StringComparison.Ordinal) };
    }

    /// <summary>What the words of certutil's long form say.</summary>
    internal static NssTrust ParseWords(IReadOnlyList<string> tls, IReadOnlyList<string> mail, IReadOnlyList<string> code) =>
        new(Letters(tls), Letters(mail), Letters(code)) { IsUser = tls.Contains("User") };

    /// <summary>
    /// What a trusted CA is trusted for: TLS alone, and there for both sides. With a certificate that only clients use comes no trust in servers, and the other way round.
    /// </summary>
    internal static NssTrust ForRootOf(MtlsCertificate imported)
    {
        var usages = imported.IsCa ? null : imported.ExtendedKeyUsage;
        var (server, client) = (usages?.Contains("serverAuth") == true, usages?.Contains("clientAuth") == true);
        return None with { Tls = server == client ? "CT" : server ? "C" : "T" };
    }

    /// <summary>Whether nothing is missing of what is wanted.</summary>
    internal bool Includes(NssTrust wanted) => wanted.Tls.All(letter => Tls.Contains(letter, StringComparison.Ordinal));

    /// <summary>This trust and what is wanted beside it; a distrust gives way.</summary>
    internal NssTrust With(NssTrust wanted) => wanted == None ? this : this with { Tls = new string(Tls.Where(letter => letter is not ('p' or 'c')).Union(wanted.Tls).ToArray()) };

    /// <summary>As certutil takes it.</summary>
    public override string ToString() => $"{Tls},{Mail},{Code}";

    private static string Letters(string part) => part.Trim().Replace("u", "", StringComparison.Ordinal);

    /// <summary>The rules by which certutil makes letters of the flags that the words name.</summary>
    private static string Letters(IReadOnlyList<string> words)
    {
        var flags = words.ToHashSet(StringComparer.Ordinal);
        var trustedCa = flags.Contains("Trusted CA") || flags.Contains("Trusted Client CA");
        return (flags.Contains("Valid CA") && !trustedCa ? "c" : "")
            + (flags.Contains("Terminal Record") && !flags.Contains("Trusted") ? "p" : "")
            + (flags.Contains("Trusted CA") ? "C" : "")
            + (flags.Contains("Trusted Client CA") ? "T" : "")
            + (flags.Contains("Trusted") ? "P" : "")
            + (flags.Contains("Warn When Sending") ? "w" : "");
    }
}
