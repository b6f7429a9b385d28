using System.Management.Automation;
using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Commands;

/// <summary>Where a result and its new key go. Existing files are refused before any work is done; what fails half-way leaves nothing behind.</summary>
internal sealed class OutputFiles : IDisposable
{
    private readonly string? keyPath;
    private readonly bool force;
    private PendingFile? main;
    private PendingFile? key;

    /// <param name="cmdlet">Resolves the paths.</param>
    /// <param name="outFile">The result's file, or null to keep it in memory.</param>
    /// <param name="outKey">The key's file; null puts a new key beside the result, with the ending .key.</param>
    /// <param name="newKey">Whether there is a key to save.</param>
    /// <param name="force">Whether existing files may be replaced.</param>
    internal OutputFiles(PSCmdlet cmdlet, string? outFile, string? outKey, bool newKey, bool force)
    {
        if (outKey is not null && !newKey)
            throw new PathException(Errors.NoNewKey(outKey));
        this.force = force;
        MainPath = outFile is null ? null : cmdlet.FilePath(outFile);
        keyPath = !newKey ? null : outKey is not null ? cmdlet.FilePath(outKey) : MainPath is null ? null : Path.ChangeExtension(MainPath, ".key");
        if (keyPath is not null && keyPath == MainPath)
            throw new OutputException(ErrorCode.FileExists, $"'{keyPath}' can not hold both the result and its key. Give -OutKey another name.", keyPath);
        if (force)
            return;
        foreach (var path in Paths)
            AtomicFile.RefuseExisting(path);
    }

    internal string? MainPath { get; }

    private IEnumerable<string> Paths => new[] { MainPath, keyPath }.OfType<string>();

    public void Dispose()
    {
        main?.Dispose();
        key?.Dispose();
    }

    /// <summary>For -WhatIf and -Confirm.</summary>
    internal string Describe() => string.Join(" and ", Paths) is { Length: > 0 } paths ? paths : "memory";

    /// <summary>Takes the places; from here on only a failing disk can keep the files from being written.</summary>
    /// <param name="audience">Who may read the result.</param>
    internal void Reserve(FileAudience audience = FileAudience.Everyone)
    {
        key = keyPath is null ? null : PendingFile.Create(keyPath, FileAudience.OwnerOnly, force);
        main = MainPath is null ? null : PendingFile.Create(MainPath, audience, force);
    }

    /// <summary>Writes both and moves them into place, the key first: a result without its key is of no use.</summary>
    internal void Commit(Action<PendingFile> writeMain, PrivateKey? made, SecureString? password)
    {
        if (key is not null)
            made!.Save(key, password);
        if (main is not null)
            writeMain(main);
        key?.Commit();
        main?.Commit();
    }
}
