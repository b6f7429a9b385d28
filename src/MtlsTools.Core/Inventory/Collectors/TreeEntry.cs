using MtlsTools.Authority;
using MtlsTools.Certificates;

namespace MtlsTools.Inventory;

/// <summary>Something that the walk through the folders came to, to be read by any thread.</summary>
/// <param name="Path">The file or folder.</param>
internal sealed record TreeEntry(string Path)
{
    /// <summary>Whether the user named this very file, or its name says that it holds certificates: then a failure is told, else it is no matter.</summary>
    internal bool IsExpected { get; init; }

    /// <summary>Why it can not be read.</summary>
    internal string? Failure { get; init; }

    /// <summary>A line of a CA's index.</summary>
    internal IssuedEntry? Entry { get; init; }

    /// <summary>The CA of that line.</summary>
    internal MtlsCertificate? Authority { get; init; }
}
