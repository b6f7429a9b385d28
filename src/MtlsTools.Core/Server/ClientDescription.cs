using System.Text.Json;

namespace MtlsTools.Server;

/// <summary>Tells a client, in JSON, what the server saw of it.</summary>
internal static class ClientDescription
{
    /// <param name="connection">The connection.</param>
    /// <param name="request">The request, when headers and body are to be told as well.</param>
    internal static byte[] Write(ServerConnection connection, ServerRequest? request)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("request", connection.Request);
            if (request is not null)
                Write(json, request);
            json.WriteString("protocol", connection.Protocol?.ToString());
            json.WriteString("cipherSuite", connection.CipherSuite?.ToString());
            WriteClient(json, connection);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ServerRequest request)
    {
        json.WriteStartObject("headers");
        foreach (var (name, value) in request.Headers)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("body", request.Body);
    }

    private static void WriteClient(Utf8JsonWriter json, ServerConnection connection)
    {
        if (connection.ClientCertificate is not { } client)
        {
            json.WriteNull("client");
            return;
        }

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
}
