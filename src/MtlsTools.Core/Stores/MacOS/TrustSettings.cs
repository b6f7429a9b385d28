using System.Xml;
using System.Xml.Linq;

namespace MtlsTools.Stores.MacOS;

/// <summary>What <c>security trust-settings-export</c> writes: a property list with an entry for each certificate, by its SHA-1.</summary>
internal static class TrustSettings
{
    private const string Deny = "3";

    /// <summary>The certificates that are trusted. An entry without settings, or one whose settings have no result, trusts for everything.</summary>
    /// <exception cref="StoreException">It is no such list.</exception>
    internal static IReadOnlySet<string> Trusted(string content)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(content), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            var root = XDocument.Load(reader).Root?.Element("dict");
            return Entries(root is null ? null : Value(root, "trustList")).Where(entry => IsTrusted(entry.Value)).Select(entry => entry.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        }
        catch (XmlException damaged)
        {
            throw new StoreException(ErrorCode.ToolFailed, $"security exported trust settings that are no property list: {damaged.Message} Run 'security trust-settings-export' by hand to see them.", damaged);
        }
    }

    private static bool IsTrusted(XElement entry) =>
        Value(entry, "trustSettings") is not { } settings
        || !settings.Elements("dict").Any()
        || settings.Elements("dict").Any(setting => Value(setting, "kSecTrustSettingsResult")?.Value.Trim() != Deny);

    private static XElement? Value(XElement dictionary, string key) => Entries(dictionary).FirstOrDefault(entry => entry.Key == key).Value;

    private static IEnumerable<(string Key, XElement Value)> Entries(XElement? dictionary) =>
        dictionary?.Elements("key").Select(key => (key.Value, key.ElementsAfterSelf().FirstOrDefault())).Where(entry => entry.Item2 is not null).Select(entry => (entry.Value, entry.Item2!)) ?? [];
}
