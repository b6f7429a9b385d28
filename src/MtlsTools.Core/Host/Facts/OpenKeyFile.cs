namespace MtlsTools.Host;

/// <summary>A file with a private key that others than its owner may read.</summary>
/// <param name="State">The file as it was.</param>
/// <param name="Readers">Who may read it, in words.</param>
internal sealed record OpenKeyFile(FileState State, string Readers)
{
    /// <summary>Whether a key lies there in the clear, or in a PFX that opens without a password.</summary>
    internal bool IsPlain { get; init; }

    /// <summary>Whether everybody may read it, as far as its own mode goes.</summary>
    internal bool ForEverybody { get; init; }

    /// <summary>The nearest folder above it that lets nobody else in, or null.</summary>
    internal string? ClosedFolder { get; init; }

    /// <summary>Whether some accounts that were chosen may read it, and no more: it is lent to a service.</summary>
    internal bool IsLent { get; init; }
}
