using System.Text.Json;

namespace MtlsTools.Server;

/// <summary>What a local server answers to a path: a text, a folder's files, or a description of the client it saw.</summary>
public sealed class ServerContent
{
    private readonly Func<string, ServerConnection, ServerAnswer> answer;

    private ServerContent(string description, Func<string, ServerConnection, ServerAnswer> answer)
    {
        Description = description;
        this.answer = answer;
    }

    /// <summary>What it is, in words.</summary>
    public string Description { get; }

    /// <summary>The same text for every path.</summary>
    public static ServerContent FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var body = System.Text.Encoding.UTF8.GetBytes(text);
        return new ServerContent("text", (_, _) => new ServerAnswer(200, "text/plain; charset=utf-8", body));
    }

    /// <summary>The files of a folder, and nothing outside of it.</summary>
    /// <exception cref="InputException">The folder does not exist.</exception>
    public static ServerContent FromFolder(string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.Exists(root)
            ? new ServerContent(root, (path, _) => FromFile(root, path))
            : throw new InputException(ErrorCode.FileNotFound, $"The folder '{folder}' does not exist. Name a folder whose files are to be served.", folder);
    }

    /// <summary>JSON that tells the client what the server saw of it.</summary>
    public static ServerContent DescribeClient() => new("JSON", (_, connection) => new ServerAnswer(200, "application/json", Describe(connection)));

    internal ServerAnswer Answer(string path, ServerConnection connection) => answer(path, connection);

    private static ServerAnswer FromFile(string root, string path)
    {
        var relative = Uri.UnescapeDataString(path.Split('?', '#')[0]).TrimStart('/');
        if (relative.Contains('\0', StringComparison.Ordinal))
            return ServerAnswer.Plain(404, "Not found\n");
        var file = Path.GetFullPath(Path.Combine(root, relative));
        if (!file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(file))
            return ServerAnswer.Plain(404, "Not found\n");
        try
        {
            return new ServerAnswer(200, file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? "text/html; charset=utf-8" : "text/plain; charset=utf-8", File.ReadAllBytes(file));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return ServerAnswer.Plain(403, "Not readable\n");
        }
    }

    private static byte[] Describe(ServerConnection connection)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("request", connection.Request);
            json.WriteString("protocol", connection.Protocol?.ToString());
            json.WriteString("cipherSuite", connection.CipherSuite?.ToString());
            if (connection.ClientCertificate is { } client)
            {
                json.WriteStartObject("client");
                json.WriteString("name", client.Name);
                json.WriteString("subject", client.Subject.ToString());
                json.WriteString("issuer", client.Issuer.ToString());
                json.WriteString("serialNumber", client.SerialNumber);
                json.WriteString("sha256", client.Sha256);
                json.WriteString("notAfter", client.NotAfter);
                json.WriteStartArray("san");
                foreach (var name in client.San)
                    json.WriteStringValue(name.ToString());
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("client");
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}

/// <summary>An HTTP answer.</summary>
internal sealed record ServerAnswer(int Status, string ContentType, byte[] Body)
{
    internal static ServerAnswer Plain(int status, string text) => new(status, "text/plain; charset=utf-8", System.Text.Encoding.ASCII.GetBytes(text));
}
