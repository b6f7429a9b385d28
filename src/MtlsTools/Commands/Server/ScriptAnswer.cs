using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using MtlsTools.Certificates;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>Answers requests with a script, in a runspace of its own: it sees nothing of the session, and no more than one request at a time.</summary>
internal sealed class ScriptAnswer(string script) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly Lazy<Runspace> runspace = new(OpenRunspace);

    /// <inheritdoc/>
    public override string ToString() => "script";

    /// <summary>Gives the runspace back; no request comes any more.</summary>
    public void Dispose()
    {
        turn.Dispose();
        if (runspace.IsValueCreated)
            runspace.Value.Dispose();
    }

    /// <exception cref="RuntimeException">The script failed.</exception>
    internal async Task<ServerAnswer> AnswerAsync(ServerRequest request, MtlsCertificate? certificate, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var shell = PowerShell.Create();
            shell.Runspace = runspace.Value;
            shell.AddScript(script).AddArgument(request).AddArgument(certificate);
            using var stop = cancellation.Register(() => shell.BeginStop(null, null));
            var output = await Task.Factory.FromAsync(shell.BeginInvoke(), shell.EndInvoke).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return shell.HadErrors && shell.Streams.Error.Count > 0
                ? throw new RuntimeException($"The response script wrote an error: {shell.Streams.Error[0]}")
                : ToAnswer(output);
        }
        catch (PipelineStoppedException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private static Runspace OpenRunspace()
    {
        var opened = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        opened.Open();
        return opened;
    }

    /// <summary>A table with Status, ContentType, Headers and Body is the whole answer; anything else is the body, line by line.</summary>
    private static ServerAnswer ToAnswer(PSDataCollection<PSObject> output)
    {
        if (output.Count != 1 || output[0]?.BaseObject is not IDictionary fields)
            return new ServerAnswer(200, "text/plain; charset=utf-8", ToBody(output.Count == 1 ? output[0] : output));
        var answer = new ServerAnswer(200, "text/plain; charset=utf-8", Array.Empty<byte>());
        foreach (DictionaryEntry field in fields)
        {
            answer = LanguagePrimitives.ConvertTo<string>(field.Key).ToUpperInvariant() switch
            {
                "STATUS" => answer with { Status = ToStatus(field.Value) },
                "CONTENTTYPE" => answer with { ContentType = LanguagePrimitives.ConvertTo<string>(field.Value) },
                "BODY" => answer with { Body = ToBody(field.Value) },
                "HEADERS" => answer with { Headers = ToHeaders(field.Value) },
                var other => throw new RuntimeException($"The response script gave a field '{other}'. The fields are Status, ContentType, Headers and Body."),
            };
        }

        return answer;
    }

    private static int ToStatus(object? value) => LanguagePrimitives.TryConvertTo<int>(value, out var status) && status is >= 200 and <= 599
        ? status
        : throw new RuntimeException($"The response script gave the status '{value}'. It is a number from 200 to 599.");

    private static byte[] ToBody(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => [],
        byte[] bytes => bytes,
        string text => System.Text.Encoding.UTF8.GetBytes(text),
        IEnumerable lines => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines.Cast<object?>().Select(line => LanguagePrimitives.ConvertTo<string>(line)))),
        var other => System.Text.Encoding.UTF8.GetBytes(LanguagePrimitives.ConvertTo<string>(other)),
    };

    private static Dictionary<string, string> ToHeaders(object? value)
    {
        var headers = new Dictionary<string, string>();
        foreach (DictionaryEntry header in value as IDictionary ?? throw new RuntimeException("The response script gave Headers that are no table. Write @{ Name = 'value' }."))
            headers[LanguagePrimitives.ConvertTo<string>(header.Key)] = LanguagePrimitives.ConvertTo<string>(header.Value);
        return headers;
    }
}
