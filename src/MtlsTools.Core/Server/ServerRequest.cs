namespace MtlsTools.Server;

/// <summary>A request as a client sent it.</summary>
public sealed record ServerRequest
{
    internal ServerRequest()
    {
    }

    /// <summary>The method, such as GET.</summary>
    public required string Method { get; init; }

    /// <summary>The path, with the query.</summary>
    public required string Path { get; init; }

    /// <summary>The headers; their names have no case, and one that came several times has its values joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body; empty when there is none.</summary>
    public ReadOnlyMemory<byte> RawBody { get; init; }

    /// <summary>Whether the client may send another request on the same connection.</summary>
    internal bool StaysOpen { get; init; }

    /// <summary>The body as UTF-8 text.</summary>
    public string Body => System.Text.Encoding.UTF8.GetString(RawBody.Span);

    /// <summary>Method and path.</summary>
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>An HTTP answer.</summary>
/// <param name="Status">The status, such as 200.</param>
/// <param name="ContentType">The body's media type.</param>
/// <param name="Body">The body.</param>
public sealed record ServerAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>The media type of text.</summary>
    internal const string TextType = "text/plain; charset=utf-8";

    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A text.</summary>
    public static ServerAnswer Text(int status, string text) => new(status, TextType, System.Text.Encoding.UTF8.GetBytes(text));
}
