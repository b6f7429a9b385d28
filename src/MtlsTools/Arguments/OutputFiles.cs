using System.Management.Automation;
using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Commands;

/// <summary>Where a result and its new key go. Existing files are refused before any work is done.</summary>
internal sealed class OutputFiles
{
    private readonly string? key;
    private readonly bool force;

    /// <param name="cmdlet">Resolves the paths.</param>
    /// <param name="outFile">The result's file, or null to keep it in memory.</param>
    /// <param name="outKey">The key's file; null puts a new key beside the result, with the ending .key.</param>
    /// <param name="newKey">Whether there is a new key to save.</param>
    /// <param name="force">Whether existing files may be replaced.</param>
    internal OutputFiles(PSCmdlet cmdlet, string? outFile, string? outKey, bool newKey, bool force)
    {
        this.force = force;
        Main = outFile is null ? null : cmdlet.FilePath(outFile);
        key = !newKey ? null : outKey is not null ? cmdlet.FilePath(outKey) : Main is null ? null : Path.ChangeExtension(Main, ".key");
        if (key is not null && key == Main)
            throw new OutputException(ErrorCode.FileExists, $"'{key}' can not hold both the result and its key. Give -OutKey another name.", key);
        if (force)
            return;
        foreach (var path in new[] { Main, key }.OfType<string>())
            AtomicFile.RefuseExisting(path);
    }

    internal string? Main { get; }

    /// <summary>For -WhatIf and -Confirm.</summary>
    internal string Describe() => string.Join(" and ", new[] { Main, key }.OfType<string>()) is { Length: > 0 } paths ? paths : "memory";

    internal void SaveKey(PrivateKey made, SecureString? password)
    {
        if (key is not null)
            made.Save(key, password, force);
    }
}
