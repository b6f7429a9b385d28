using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using MtlsTools.Names;

namespace MtlsTools.Commands;

/// <summary>Wherever a subject is wanted: a common name, a distinguished name as text or object, or a dictionary of attributes.</summary>
public sealed class SubjectArgument
{
    private readonly object value;

    /// <summary>A distinguished name; a text without '=' is a common name.</summary>
    public SubjectArgument(string text) => value = text ?? "";

    /// <summary>A distinguished name.</summary>
    public SubjectArgument(DistinguishedName name) => value = name;

    /// <summary>Attributes, as in <c>@{CN='api'; O='Acme'}</c>; several values make several attributes of the type. An ordered dictionary keeps its order, the most specific first.</summary>
    public SubjectArgument(IDictionary attributes) => value = attributes;

    /// <inheritdoc/>
    public override string ToString() => value is IDictionary attributes
        ? string.Join(',', Pairs(attributes).Select(pair => $"{pair.Key}={pair.Value}"))
        : value.ToString() ?? "";

    /// <exception cref="NameException">It is no distinguished name.</exception>
    internal DistinguishedName Resolve() => value switch
    {
        DistinguishedName name => name,
        IDictionary attributes => DistinguishedName.FromAttributes(Pairs(attributes), ordered: attributes is IOrderedDictionary),
        string text when text.Contains('=', StringComparison.Ordinal) || text.Trim().Length == 0 => DistinguishedName.Parse(text),
        string text => DistinguishedName.FromCommonName(text.Trim()),
        _ => throw new InvalidOperationException("The constructors admit nothing else."),
    };

    private static IEnumerable<KeyValuePair<string, string>> Pairs(IDictionary attributes)
    {
        foreach (DictionaryEntry entry in attributes)
        {
            foreach (var one in LanguagePrimitives.GetEnumerable(entry.Value) ?? new[] { entry.Value })
                yield return new KeyValuePair<string, string>(LanguagePrimitives.ConvertTo<string>(entry.Key), LanguagePrimitives.ConvertTo<string>(one));
        }
    }
}
