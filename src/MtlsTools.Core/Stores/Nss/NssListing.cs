using System.Text.RegularExpressions;
using MtlsTools.Certificates;

namespace MtlsTools.Stores.Nss;

/// <summary>A certificate of a database.</summary>
/// <param name="Label">The nickname as certutil shows it and takes it.</param>
/// <param name="Trust">For what it is trusted.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="HasKey">Whether the database has its private key.</param>
internal sealed record NssEntry(string Label, NssTrust Trust, MtlsCertificate Certificate, bool HasKey)
{
    /// <summary>certutil puts the name of the database before a nickname that has a colon.</summary>
    private const string TokenPrefix = "NSS Certificate DB:";

    /// <summary>What the certificate is called there. Certificates of one subject have the same nickname, and those of two never do.</summary>
    internal string Nickname => Label.StartsWith(TokenPrefix, StringComparison.Ordinal) ? Label[TokenPrefix.Length..] : Label;

    internal MtlsStoreName StoreName => HasKey ? MtlsStoreName.My
        : Trust.IsTrustedCa ? MtlsStoreName.Root
        : Trust.IsTrustedPeer ? MtlsStoreName.TrustedPeople
        : MtlsStoreName.CA;
}

/// <summary>What certutil prints.</summary>
internal static partial class NssListing
{
    /// <summary>The rows of <c>certutil -L</c>: nicknames, in order, each with the trust of its certificates.</summary>
    internal static IReadOnlyList<(string Label, IReadOnlyList<NssTrust> Trusts)> ReadRows(string output) => Row().Matches(output)
        .Select(row => (Label: row.Groups["label"].Value is "(NULL)" ? "" : row.Groups["label"].Value, Trust: NssTrust.Parse(row.Groups["trust"].Value)))
        .GroupBy(row => row.Label, row => row.Trust)
        .Select(rows => (rows.Key, (IReadOnlyList<NssTrust>)rows.ToList()))
        .ToList();

    /// <summary>The identifiers of <c>certutil -K</c>, in lower-case hex.</summary>
    internal static IReadOnlySet<string> ReadKeys(string output) => Key().Matches(output).Select(key => key.Groups["id"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>The trust of each certificate (SHA-256, hex) of <c>certutil -L -n</c>, which has it in words.</summary>
    internal static Dictionary<string, NssTrust> ReadTrust(string output)
    {
        var found = new Dictionary<string, NssTrust>(StringComparer.Ordinal);
        foreach (Match one in Fingerprint().Matches(output))
        {
            var end = output.IndexOf("Fingerprint (SHA-256):", one.Index + one.Length, StringComparison.Ordinal);
            var text = output[one.Index..(end < 0 ? output.Length : end)];
            found[one.Groups["hex"].Value.Replace(":", "", StringComparison.Ordinal)] = NssTrust.ParseWords(
                Words(text, "SSL Flags:", "Email Flags:"),
                Words(text, "Email Flags:", "Object Signing Flags:"),
                Words(text, "Object Signing Flags:", null));
        }

        return found;
    }

    private static List<string> Words(string text, string from, string? to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        if (start < 0)
            return [];
        var end = to is null ? -1 : text.IndexOf(to, start, StringComparison.Ordinal);
        return text[(start + from.Length)..(end < 0 ? text.Length : end)].Split('\n').Skip(1).Select(line => line.Trim()).TakeWhile(line => line.Length > 0).ToList();
    }

    [GeneratedRegex(@"^(?<label>.*\S) +(?<trust>[a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*) *\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^< *\d+> +\S+ +(?<id>[0-9a-f]+)\b", RegexOptions.Multiline)]
    private static partial Regex Key();

    [GeneratedRegex(@"^ *Fingerprint \(SHA-256\):\s+(?<hex>[0-9A-F:]{95})", RegexOptions.Multiline)]
    private static partial Regex Fingerprint();
}
