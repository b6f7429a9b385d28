using MtlsTools.Encoding;

namespace MtlsTools.Configuration.Checking;

/// <summary>Reads the texts of a configuration. What is wrong with a file becomes a finding, and the text is read as far as it goes.</summary>
internal sealed class ConfigText(ConfigFacts facts)
{
    /// <summary>More files than these are a mistake, or an attack.</summary>
    private const int MaximumFiles = 1000;

    private readonly HashSet<string> open = new(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <summary>Whether the program stumbles over a byte order mark, as most do.</summary>
    internal bool RefusesMark { get; init; } = true;

    /// <summary>Reads a file and has it parsed; null when it can not be read. A file that includes itself is told and left out.</summary>
    /// <param name="path">The file on this machine.</param>
    /// <param name="from">The setting that includes it; null for the first.</param>
    /// <param name="parse">Takes the text.</param>
    internal void Read(string path, ConfigSetting? from, Action<string> parse)
    {
        if (!open.Add(path))
        {
            facts.Note("IncludeLoop", from!, $"'{path}' includes itself, over this line.");
            return;
        }

        try
        {
            if (facts.Files.Count >= MaximumFiles)
                facts.Note("SyntaxBroken", from!, $"The configuration has more than {MaximumFiles} files; the others were not read.");
            else if (Decode(path, from) is { } text)
                parse(text);
        }
        finally
        {
            open.Remove(path);
        }
    }

    /// <summary>Reads the first file into a tree, as far as it goes.</summary>
    /// <param name="path">The file on this machine.</param>
    /// <param name="parse">Takes the text, its file, and the block that holds everything.</param>
    internal Directive ReadTree(string path, Action<string, string, Directive> parse)
    {
        var root = new Directive("", [], path, 1) { IsBlock = true };
        Read(path, null, text => parse(text, path, root));
        return root;
    }

    private string? Decode(string path, ConfigSetting? from)
    {
        byte[] content;
        try
        {
            content = InputFile.Read(path);
        }
        catch (InputException empty) when (empty.Code == ErrorCode.FileEmpty && from is not null)
        {
            facts.Files.Add(path);
            return "";
        }
        catch (InputException failure) when (from is not null)
        {
            facts.Note("IncludeMissing", from, failure.Message);
            return null;
        }

        facts.Files.Add(path);
        var text = content switch
        {
            [0xFF, 0xFE, ..] => System.Text.Encoding.Unicode.GetString(content.AsSpan(2)),
            [0xFE, 0xFF, ..] => System.Text.Encoding.BigEndianUnicode.GetString(content.AsSpan(2)),
            [0xEF, 0xBB, 0xBF, ..] => System.Text.Encoding.UTF8.GetString(content.AsSpan(3)),
            _ => System.Text.Encoding.UTF8.GetString(content),
        };
        if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            facts.Note("SyntaxBroken", path, 1, "The file is UTF-16, which the program does not read. Save it as UTF-8.");
        else if (RefusesMark && content is [0xEF, 0xBB, 0xBF, ..])
            facts.Note("SyntaxBroken", path, 1, "The file begins with a byte order mark, which the program takes for a part of the first word. Save it as UTF-8 without one.");
        if (text.IndexOf('\0') is >= 0 and var at)
        {
            facts.Note("SyntaxBroken", path, text.AsSpan(0, at).Count('\n') + 1, "There is a NUL byte: the file is damaged, or no text.");
            text = text.Replace('\0', ' ');
        }

        return text;
    }
}
