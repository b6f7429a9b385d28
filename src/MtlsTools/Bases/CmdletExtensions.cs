using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Security.Authentication;
using Microsoft.PowerShell.Commands;
using MtlsTools.Names;

namespace MtlsTools.Commands;

/// <summary>What all cmdlets need: errors record by record, and paths of the session's current location.</summary>
internal static class CmdletExtensions
{
    /// <summary>Runs the work for one record; an engine error becomes an error record, and the next record goes on.</summary>
    internal static void Attempt(this PSCmdlet cmdlet, object? target, Action work)
    {
        try
        {
            work();
        }
        catch (MtlsException failure)
        {
            cmdlet.WriteError(Errors.From(failure, target));
        }
        catch (PathException failure)
        {
            cmdlet.WriteError(failure.Record);
        }
    }

    /// <summary>Runs work that every record needs; an engine error ends the command.</summary>
    internal static T Require<T>(this PSCmdlet cmdlet, object? target, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (MtlsException failure)
        {
            cmdlet.ThrowTerminatingError(Errors.From(failure, target));
        }
        catch (PathException failure)
        {
            cmdlet.ThrowTerminatingError(failure.Record);
        }

        throw new InvalidOperationException("ThrowTerminatingError always throws.");
    }

    /// <summary>One path as it is written, wildcards being ordinary characters: an output, or a parameter that means one file.</summary>
    /// <exception cref="PathException">It is not a path of the file system.</exception>
    internal static string FilePath(this PSCmdlet cmdlet, string path)
    {
        try
        {
            var resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return IsFileSystem(provider) ? resolved : throw new PathException(Errors.PathNotFileSystem(path));
        }
        catch (Exception unknown) when (unknown is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or NotSupportedException)
        {
            throw new PathException(Errors.PathNotFileSystem(path));
        }
    }

    /// <summary>The files that a path with wildcards means; that it means none is an error.</summary>
    internal static Collection<string> Expand(this PSCmdlet cmdlet, string path)
    {
        try
        {
            var files = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            if (!IsFileSystem(provider))
                cmdlet.WriteError(Errors.PathNotFileSystem(path));
            else if (files.Count == 0)
                cmdlet.WriteError(Errors.PathNotMatched(path));
            else
                return files;
        }
        catch (ItemNotFoundException)
        {
            cmdlet.WriteError(Errors.PathNotMatched(path));
        }
        catch (Exception unknown) when (unknown is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            cmdlet.WriteError(Errors.PathNotFileSystem(path));
        }

        return [];
    }

    /// <summary>The names of the three parameters that give subject alternative names, or null when none was given; an empty cell of a table is none.</summary>
    internal static IReadOnlyList<AlternativeName>? ToNames(string[]? dnsNames, string[]? addresses, string[]? san)
    {
        if (dnsNames is null && addresses is null && san is null)
            return null;
        return (dnsNames ?? []).Where(name => name.Length > 0).Select(AlternativeName.Dns)
            .Concat((addresses ?? []).Where(address => address.Length > 0).Select(AlternativeName.Ip))
            .Concat(AlternativeNames.Parse(san ?? []))
            .Distinct()
            .ToList();
    }

    /// <summary>TLS versions as the one value that the platform takes; none means its own choice.</summary>
    internal static SslProtocols Combine(this IEnumerable<SslProtocols> versions) => versions.Aggregate(SslProtocols.None, (all, one) => all | one);

    /// <summary>Headers from a hashtable.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> ToPairs(IDictionary? headers) =>
        (headers ?? new Hashtable()).Cast<DictionaryEntry>().Select(header => KeyValuePair.Create(header.Key.ToString() ?? "", LanguagePrimitives.ConvertTo<string>(header.Value))).ToList();

    /// <summary>Whether -WhatIf is in effect, given or inherited.</summary>
    internal static bool IsWhatIf(this PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Whether verbose messages are shown; explanations cost time that nobody wants to pay for silence.</summary>
    internal static bool IsVerbose(this PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("Verbose", out var given)
        ? (SwitchParameter)given
        : cmdlet.SessionState.PSVariable.GetValue("VerbosePreference") is ActionPreference preference && preference != ActionPreference.SilentlyContinue && preference != ActionPreference.Ignore;

    /// <summary>Writes a file as Get-Item would: with the PSPath by which the next cmdlet finds it, whatever characters its name has.</summary>
    internal static void WriteFile(this PSCmdlet cmdlet, string path) =>
        cmdlet.WriteObject(cmdlet.InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);

    internal static bool IsFileSystem(ProviderInfo provider) => provider.ImplementingType == typeof(FileSystemProvider);
}

/// <summary>A path error on its way to the error stream.</summary>
internal sealed class PathException(ErrorRecord record) : Exception(record.Exception.Message)
{
    internal ErrorRecord Record { get; } = record;
}
