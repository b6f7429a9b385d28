using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Language;
using MtlsTools.Encoding;

namespace MtlsTools.Commands;

/// <summary>PowerShell data files (.psd1), read as Import-PowerShellDataFile does: nothing in them is run.</summary>
internal static class DataFile
{
    /// <exception cref="InputException">It can not be read, is no data file, or holds code.</exception>
    internal static IDictionary Read(string path)
    {
        var text = new StreamReader(new MemoryStream(InputFile.Read(path)), System.Text.Encoding.UTF8).ReadToEnd();
        var ast = Parser.ParseInput(text, path, out _, out var errors);
        if (errors.Length > 0)
            throw Invalid(path, $"is no PowerShell data file: line {errors[0].Extent.StartLineNumber}: {errors[0].Message} Correct it there");
        try
        {
            return ast.Find(node => node is HashtableAst, searchNestedScriptBlocks: false) is { } table && ast.EndBlock?.Statements.Count == 1 && ast.ParamBlock is null
                ? Unwrap((IDictionary)table.SafeGetValue())
                : throw Invalid(path, "is no PowerShell data file. Write the fields between @{ and }");
        }
        catch (InvalidOperationException code)
        {
            throw Invalid(path, "holds code, which is not run. Write texts, numbers, $true, $false and lists of them", code);
        }
    }

    /// <summary>The plain values behind the objects that PowerShell puts around them.</summary>
    internal static IDictionary Unwrap(IDictionary fields)
    {
        var plain = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry field in fields)
            plain.Add(field.Key, Unwrap(field.Value));
        return plain;
    }

    private static object? Unwrap(object? value) => value switch
    {
        PSObject wrapped => Unwrap(wrapped.BaseObject),
        IDictionary fields => Unwrap(fields),
        string text => text,
        IEnumerable list => list.Cast<object?>().Select(Unwrap).ToArray(),
        Enum choice => choice.ToString(),
        _ => value,
    };

    private static InputException Invalid(string path, string reason, Exception? cause = null) => new(ErrorCode.ProfileInvalid, $"The profile '{path}' {reason}.", path, cause);
}
