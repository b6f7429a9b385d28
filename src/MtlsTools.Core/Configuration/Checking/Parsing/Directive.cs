namespace MtlsTools.Configuration.Checking;

/// <summary>One directive of a configuration that is made of directives and blocks: nginx, Apache, Caddy.</summary>
internal sealed class Directive
{
    /// <summary>No configuration that a person wrote nests deeper; a file that does is stopped here.</summary>
    internal const int MaximumDepth = 60;

    /// <summary>From so many on, looking through all of them for each question would take too long.</summary>
    private const int Many = 16;

    private readonly List<Directive> children = [];
    private ILookup<string, Directive>? byName;

    internal Directive(string name, IReadOnlyList<string> arguments, string file, int line)
    {
        Name = name;
        Arguments = arguments;
        File = file;
        Line = line;
    }

    internal string Name { get; }

    internal IReadOnlyList<string> Arguments { get; }

    internal string File { get; }

    internal int Line { get; }

    internal bool IsBlock { get; set; }

    internal Directive? Parent { get; private set; }

    internal IReadOnlyList<Directive> Children => children;

    internal string First => Arguments.Count > 0 ? Arguments[0] : "";

    internal string Text => string.Join(' ', Arguments);

    /// <summary>Its arguments as a setting.</summary>
    internal ConfigSetting Setting => At(Text);

    internal ConfigSetting At(string value) => new(Name, value, File, Line);

    internal int Depth
    {
        get
        {
            var depth = 0;
            for (var one = Parent; one is not null; one = one.Parent)
                depth++;
            return depth;
        }
    }

    internal void Add(Directive child)
    {
        child.Parent = this;
        children.Add(child);
        byName = null;
    }

    internal bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Its own directives of a name.</summary>
    internal IEnumerable<Directive> Own(string name) => children.Count < Many
        ? children.Where(child => child.Is(name))
        : (byName ??= children.ToLookup(child => child.Name, StringComparer.OrdinalIgnoreCase))[name];

    /// <summary>The directives of a name in this block or, where it has none, in the nearest one around it: that is how they are inherited.</summary>
    internal IReadOnlyList<Directive> Inherited(string name)
    {
        for (var block = this; block is not null; block = block.Parent)
        {
            if (block.Own(name).ToList() is { Count: > 0 } found)
                return found;
        }

        return [];
    }

    /// <summary>The value of an inherited directive, or null.</summary>
    internal string? Value(string name) => Inherited(name) is [var first, ..] ? first.First : null;

    /// <summary>Every directive below it.</summary>
    internal IEnumerable<Directive> All()
    {
        foreach (var child in children)
        {
            yield return child;
            foreach (var below in child.All())
                yield return below;
        }
    }
}
