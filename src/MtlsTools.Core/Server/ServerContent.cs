using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Server;

/// <summary>What a local server answers to a request: a text, a file, a folder's files, a description of the client it saw, or what a handler says.</summary>
public sealed class ServerContent
{
    private readonly Func<ServerRequest, ServerConnection, CancellationToken, Task<ServerAnswer>> answer;

    private readonly Action? end;

    private ServerContent(string description, bool takesEveryMethod, Func<ServerRequest, ServerConnection, CancellationToken, Task<ServerAnswer>> answer, Action? end = null)
    {
        this.end = end;
        Description = description;
        TakesEveryMethod = takesEveryMethod;
        this.answer = answer;
    }

    /// <summary>What it is, in words.</summary>
    public string Description { get; }

    /// <summary>Whether requests of every method are answered, with their bodies; otherwise GET and HEAD alone.</summary>
    internal bool TakesEveryMethod { get; }

    /// <summary>The same text for every path.</summary>
    public static ServerContent FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fixedAnswer = ServerAnswer.Text(200, text);
        return Plain("text", (_, _) => fixedAnswer);
    }

    /// <summary>The same file for every path, read anew for each request.</summary>
    /// <exception cref="InputException">The file does not exist, or can not be read.</exception>
    public static ServerContent FromFile(string path)
    {
        InputFile.Read(path);
        return Plain(path, (_, _) => ReadFile(path));
    }

    /// <summary>The files of a folder, and nothing outside of it.</summary>
    /// <exception cref="InputException">The folder does not exist.</exception>
    public static ServerContent FromFolder(string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.Exists(root)
            ? Plain(root, (request, _) => FindFile(root, request.Path))
            : throw new InputException(ErrorCode.FileNotFound, $"The folder '{folder}' does not exist. Name a folder whose files are to be served.", folder);
    }

    /// <summary>JSON that tells the client what the server saw of it.</summary>
    public static ServerContent DescribeClient() => Plain("JSON", (_, connection) => new ServerAnswer(200, "application/json", ClientDescription.Write(connection, null)));

    /// <summary>The same with the request's headers and body, for every method.</summary>
    public static ServerContent Echo() => new("echo", true, (request, connection, _) => Task.FromResult(new ServerAnswer(200, "application/json", ClientDescription.Write(connection, request))));

    /// <summary>What a handler answers to a request and the client's certificate, for every method. A handler that throws is answered with 500, and the record tells why.</summary>
    /// <param name="description">What it is, in words.</param>
    /// <param name="handler">Makes the answer; the token ends it when the time is over or the server stops.</param>
    /// <param name="end">Called once when the server has ended, to release what the handler holds; or null.</param>
    public static ServerContent FromHandler(string description, Func<ServerRequest, MtlsCertificate?, CancellationToken, Task<ServerAnswer>> handler, Action? end = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new(description, true, (request, connection, cancellation) => handler(request, connection.ClientCertificate, cancellation), end);
    }

    internal void End() => end?.Invoke();

    internal Task<ServerAnswer> AnswerAsync(ServerRequest request, ServerConnection connection, CancellationToken cancellation) =>
        TakesEveryMethod || request.Method is "GET" or "HEAD"
            ? answer(request, connection, cancellation)
            : Task.FromResult(ServerAnswer.Text(405, "Only GET and HEAD are answered\n") with { Headers = new Dictionary<string, string> { ["Allow"] = "GET, HEAD" } });

    private static ServerContent Plain(string description, Func<ServerRequest, ServerConnection, ServerAnswer> answer) =>
        new(description, false, (request, connection, _) => Task.FromResult(answer(request, connection)));

    private static ServerAnswer FindFile(string root, string path)
    {
        var relative = Uri.UnescapeDataString(path.Split('?', '#')[0]).TrimStart('/');
        if (relative.Contains('\0', StringComparison.Ordinal))
            return NotFound();
        var file = Path.GetFullPath(Path.Combine(root, relative));
        return file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file) ? ReadFile(file) : NotFound();
    }

    private static ServerAnswer ReadFile(string file)
    {
        try
        {
            return new ServerAnswer(200, TypeOf(file), File.ReadAllBytes(file));
        }
        catch (FileNotFoundException)
        {
            return NotFound();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return ServerAnswer.Text(403, "Not readable\n");
        }
    }

    private static ServerAnswer NotFound() => ServerAnswer.Text(404, "Not found\n");

    private static string TypeOf(string file) => Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".HTML" or ".HTM" => "text/html; charset=utf-8",
        ".JSON" => "application/json",
        _ => ServerAnswer.TextType,
    };
}
