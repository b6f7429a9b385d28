using System.Management.Automation;
using MtlsTools.Connections.Diagnosis;

namespace MtlsTools.Commands;

/// <summary>Wherever an error is wanted: a message, an error record, an exception, or a number.</summary>
public sealed class ErrorArgument
{
    private readonly object value;

    /// <summary>A message of any program, or a number as text (48, 0x8009030E).</summary>
    public ErrorArgument(string message) => value = message;

    /// <summary>An error of PowerShell.</summary>
    public ErrorArgument(ErrorRecord error) => value = error;

    /// <summary>An exception.</summary>
    public ErrorArgument(Exception exception) => value = exception;

    /// <summary>An alert, an HRESULT or another number.</summary>
    public ErrorArgument(long number) => value = number;

    /// <summary>An alert, an HRESULT or another number.</summary>
    public ErrorArgument(int number) => value = (long)number;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    internal ErrorExplanation Resolve() => value switch
    {
        string message => ErrorResolver.Resolve(message),
        ErrorRecord error => ErrorResolver.Resolve(error.Exception, error.ErrorDetails?.Message),
        Exception exception => ErrorResolver.Resolve(exception),
        long number => ErrorResolver.Resolve(number),
        _ => throw new InvalidOperationException("The constructors admit nothing else."),
    };
}
