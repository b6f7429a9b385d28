using System.Collections;

namespace MtlsTools.Issuance;

/// <summary>Reads the fields of one section of a profile; what was never asked for is an error, because a misspelt rule protects nobody.</summary>
internal sealed class ProfileFields
{
    private readonly Dictionary<string, object?> fields = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> known = [];
    private readonly string section;

    internal ProfileFields(IDictionary source, string? path, string section = "")
    {
        this.section = section;
        Path = path;
        foreach (DictionaryEntry field in source)
            fields[field.Key.ToString() ?? ""] = field.Value;
    }

    internal string? Path { get; }

    /// <summary>The error of a field: file, field and what to write instead.</summary>
    internal static InputException Invalid(string? path, string field, string reason) => new(
        ErrorCode.ProfileInvalid,
        $"The profile{(path is null ? "" : $" '{path}'")} can not be used{(field.Length == 0 ? "" : $": the field '{field}'")}: {reason}",
        path);

    internal InputException Invalid(string field, string reason) => Invalid(Path, section + field, reason);

    internal bool Has(string field) => Take(field) is not null;

    internal string? Text(string field) => Take(field) switch
    {
        null => null,
        string { Length: > 0 } text => text,
        _ => throw Invalid(field, "it takes a text that is not empty. Put it in quotes."),
    };

    internal int? Number(string field, int least, int most) => Take(field) switch
    {
        null => null,
        int number when number >= least && number <= most => number,
        long number when number >= least && number <= most => (int)number,
        _ => throw Invalid(field, $"it takes a whole number from {least} to {most}, without quotes. Correct it."),
    };

    internal bool? Flag(string field) => Take(field) switch
    {
        null => null,
        bool flag => flag,
        _ => throw Invalid(field, "it takes true or false, without quotes. Correct it."),
    };

    /// <summary>A list of texts; one text counts as a list of one.</summary>
    internal IReadOnlyList<string>? Texts(string field)
    {
        switch (Take(field))
        {
            case null:
                return null;
            case string { Length: > 0 } one:
                return [one];
            case IEnumerable list and not (string or IDictionary):
                var texts = list.Cast<object?>().ToList();
                if (texts.TrueForAll(text => text is string { Length: > 0 }))
                    return texts.Cast<string>().ToList();
                break;
        }

        throw Invalid(field, "it takes a list of texts. Put each into quotes.");
    }

    /// <summary>A list of texts, each of which is read by <paramref name="parse"/>; null from there is an error that names <paramref name="allowed"/>.</summary>
    internal IReadOnlyList<T>? Texts<T>(string field, Func<string, T?> parse, string allowed)
        where T : class => Texts(field)?.Select(text => parse(text) ?? throw Invalid(field, $"'{text}' is none of these: {allowed}. Correct it.")).ToList();

    internal T? Choice<T>(string field)
        where T : struct, Enum => Choice(field, Enum.GetValues<T>());

    internal T? Choice<T>(string field, params T[] allowed)
        where T : struct, Enum => Text(field) is { } text ? Among(field, text, allowed) : null;

    internal T? Choices<T>(string field, params T[] allowed)
        where T : struct, Enum => Texts(field) is { } texts
            ? (T)Enum.ToObject(typeof(T), texts.Aggregate(0, (all, text) => all | Convert.ToInt32(Among(field, text, allowed), System.Globalization.CultureInfo.InvariantCulture)))
            : null;

    internal IDictionary? Dictionary(string field) => Take(field) switch
    {
        null => null,
        IDictionary found => found,
        _ => throw Invalid(field, "it takes fields of its own. Write them between { and } (in a .psd1 file between @{ and })."),
    };

    internal ProfileFields? Section(string field) => Dictionary(field) is { } found ? new ProfileFields(found, Path, $"{section}{field}.") : null;

    internal IReadOnlyList<ProfileFields>? Sections(string field) => Take(field) switch
    {
        null => null,
        IDictionary one => [new ProfileFields(one, Path, $"{section}{field}.")],
        IEnumerable list and not string => list.Cast<object?>().Select(one => new ProfileFields(one as IDictionary ?? throw Invalid(field, "it takes a list of groups of fields. Write each between { and }."), Path, $"{section}{field}.")).ToList(),
        _ => throw Invalid(field, "it takes a list of groups of fields. Write each between { and }."),
    };

    /// <summary>Refuses what nobody asked for.</summary>
    internal void End()
    {
        if (fields.Keys.FirstOrDefault(field => !known.Contains(field, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw Invalid(unknown, $"there is no such field. There are {string.Join(", ", known.Order(StringComparer.OrdinalIgnoreCase))}.");
    }

    private T Among<T>(string field, string text, T[] allowed)
        where T : struct, Enum => Array.FindIndex(allowed, one => one.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) is var at and >= 0
            ? allowed[at]
            : throw Invalid(field, $"'{text}' is none of these: {string.Join(", ", allowed)}. Correct it.");

    private object? Take(string field)
    {
        known.Add(field);
        return fields.GetValueOrDefault(field);
    }
}
