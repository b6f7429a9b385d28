using System.Text.RegularExpressions;
using MtlsTools.Certificates;

namespace MtlsTools.Stores.Java;

/// <summary>An entry of a keystore.</summary>
/// <param name="Alias">Its name; Java does not tell capitals from small letters.</param>
/// <param name="HasKey">Whether it is a private key with its chain; otherwise it is a trusted certificate.</param>
/// <param name="Certificates">The chain, or the trusted certificate alone.</param>
internal sealed record JavaEntry(string Alias, bool HasKey, IReadOnlyList<MtlsCertificate> Certificates)
{
    /// <summary>The certificate that it is about.</summary>
    internal MtlsCertificate Certificate => Certificates[0];

    internal MtlsStoreName StoreName => HasKey ? MtlsStoreName.My : TrustedAs(Certificate);

    /// <summary>What a trusted entry is.</summary>
    internal static MtlsStoreName TrustedAs(MtlsCertificate certificate) =>
        !certificate.IsCa ? MtlsStoreName.TrustedPeople : certificate.IsSelfSigned ? MtlsStoreName.Root : MtlsStoreName.CA;
}

/// <summary>What keytool prints.</summary>
internal static partial class JavaListing
{
    /// <summary>The entries of <c>keytool -list -rfc</c> that hold certificates: secret keys have none.</summary>
    internal static IReadOnlyList<JavaEntry> Read(string output)
    {
        var heads = Head().Matches(output);
        var entries = new List<JavaEntry>();
        for (var at = 0; at < heads.Count; at++)
        {
            var text = output[heads[at].Index..(at + 1 < heads.Count ? heads[at + 1].Index : output.Length)];
            var certificates = StoredCertificates.Read(text);
            if (certificates.Count > 0)
                entries.Add(new JavaEntry(heads[at].Groups["alias"].Value, heads[at].Groups["kind"].Value == "PrivateKeyEntry", certificates));
        }

        return entries;
    }

    [GeneratedRegex(@"^Alias name: (?<alias>.*?)\r?\nCreation date: .*\r?\nEntry type: (?<kind>\w+)", RegexOptions.Multiline)]
    private static partial Regex Head();
}
