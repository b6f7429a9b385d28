using System.Management.Automation;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>What a server answers: a script, a file, the word Echo, or a text. PowerShell converts by these constructors.</summary>
public sealed class ResponseArgument
{
    private const string Echo = "Echo";
    private readonly object value;

    /// <summary>The word Echo, or a text.</summary>
    public ResponseArgument(string text) => value = text;

    /// <summary>A file.</summary>
    public ResponseArgument(FileInfo file) => value = file ?? throw new ArgumentNullException(nameof(file));

    /// <summary>A script, which gets the request and the client's certificate.</summary>
    public ResponseArgument(ScriptBlock script) => value = new ScriptAnswer((script ?? throw new ArgumentNullException(nameof(script))).ToString());

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    internal ServerContent Resolve() => value switch
    {
        ScriptAnswer script => ServerContent.FromHandler("script", script.AnswerAsync, script.Dispose),
        FileInfo file => ServerContent.FromFile(file.FullName),
        string text when text.Equals(Echo, StringComparison.OrdinalIgnoreCase) => ServerContent.Echo(),
        var text => ServerContent.FromText((string)text),
    };
}
