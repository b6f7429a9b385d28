namespace MtlsTools.Configuration.Checking;

/// <summary>A value of a YAML document: a text, a list or a mapping.</summary>
internal sealed class YamlNode(int line)
{
    internal int Line { get; } = line;

    /// <summary>The text of a scalar; null for lists and mappings.</summary>
    internal string? Text { get; init; }

    internal List<YamlNode> Items { get; } = [];

    internal List<(string Key, YamlNode Value)> Entries { get; } = [];

    /// <summary>The value of a key, or null.</summary>
    internal YamlNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in Entries)
            {
                if (name == key)
                    return value;
            }

            return null;
        }
    }

    /// <summary>The value at the end of a way of keys, or null.</summary>
    internal YamlNode? At(params string[] keys)
    {
        var node = this;
        foreach (var key in keys)
            node = node?[key];
        return node;
    }

    internal string? TextAt(params string[] keys) => At(keys)?.Text;

    /// <summary>The items of the list at the end of a way of keys; none when there is no list.</summary>
    internal IReadOnlyList<YamlNode> ListAt(params string[] keys) => At(keys)?.Items ?? [];

    /// <summary>As a setting of the file that it was read from.</summary>
    internal ConfigSetting Setting(string name, string file, string? value = null) => new(name, value ?? Text ?? "", file, Line);
}

/// <summary>YAML that can not be read, and where.</summary>
internal sealed class YamlFault(int line, string message) : Exception(message)
{
    internal int Line { get; } = line;
}
