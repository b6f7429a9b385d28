using System.Globalization;

namespace MtlsTools.Names;

/// <summary>Distinguished names as RFC 5280, 7.1 compares them: string types, letter case and the amount of space make no difference.</summary>
internal static class CanonicalName
{
    /// <summary>A text that is equal for names that are equal.</summary>
    internal static string Of(DistinguishedName name)
    {
        var text = new System.Text.StringBuilder(96);
        foreach (var part in name.Parts)
        {
            // Each value stands with its length, so that no value can imitate a boundary.
            text.Append('/');
            if (part.Count == 1)
                Append(part[0]);
            else
                foreach (var attribute in part.OrderBy(one => one.Oid, StringComparer.Ordinal).ThenBy(one => Fold(one), StringComparer.Ordinal))
                    Append(attribute);
        }

        return text.ToString();

        void Append(AttributeTypeAndValue attribute)
        {
            var value = Fold(attribute);
            text.Append(attribute.Oid).Append(CultureInfo.InvariantCulture, $"={value.Length}:").Append(value);
        }
    }

    private static string Fold(AttributeTypeAndValue attribute) => attribute.IsEncoded ? attribute.Value : NameSubtree.Fold(attribute.Value).ToUpperInvariant();
}
