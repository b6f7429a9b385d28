using System.Text;

namespace MtlsTools.Commands;

/// <summary>PEM text that comes down the pipeline, whole or line by line.</summary>
internal sealed class PemCollector
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private readonly StringBuilder lines = new();
    private bool inBlock;

    /// <summary>The lines gathered until now; empty when there are none.</summary>
    internal string Lines => lines.ToString();

    /// <summary>Whether a block has begun and not ended.</summary>
    internal bool IsIncomplete => inBlock;

    /// <summary>Whether the text is a PEM text by itself.</summary>
    internal static bool IsWhole(string text) => text.Contains(Begin, StringComparison.Ordinal) && text.LastIndexOf(End, StringComparison.Ordinal) > text.LastIndexOf(Begin, StringComparison.Ordinal);

    /// <summary>Takes a line that begins, continues or ends a block.</summary>
    internal bool Take(string line)
    {
        if (!inBlock && !line.Contains(Begin, StringComparison.Ordinal))
            return false;
        inBlock = !line.Contains(End, StringComparison.Ordinal);
        lines.Append(line).Append('\n');
        return true;
    }
}
