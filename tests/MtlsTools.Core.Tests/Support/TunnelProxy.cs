using System.Net.Sockets;

namespace MtlsTools.Tests.Support;

/// <summary>An HTTP proxy that opens every way it is asked for, or answers what a test says instead.</summary>
public static class TunnelProxy
{
    /// <param name="heard">Gets each request.</param>
    /// <param name="refusal">What is answered instead of opening the way, or null.</param>
    public static ScriptedServer Start(List<string> heard, Func<string, string?>? refusal = null) => ScriptedServer.OnTcp(async (tcp, token) =>
    {
        var request = await ScriptedServer.HearAsync(tcp, token);
        lock (heard)
            heard.Add(request);
        if (refusal?.Invoke(request) is { } answer)
        {
            await ScriptedServer.SayAsync(tcp, answer, token);
            return;
        }

        var (host, port) = (request.Split(' ')[1].Split(':')[0], int.Parse(request.Split(' ')[1].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        using var server = new TcpClient();
        await server.ConnectAsync(host, port, token);
        await ScriptedServer.SayAsync(tcp, "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n", token);
        await Task.WhenAny(tcp.CopyToAsync(server.GetStream(), token), server.GetStream().CopyToAsync(tcp, token));
    });
}
