using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlsTools.Tests.Support;

/// <summary>Chromium without a window, with one page, driven by its DevTools protocol. Gone when disposed.</summary>
public sealed class HeadlessBrowser : IDisposable
{
    private const string Program = "chromium-headless-shell";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder profile = new();
    private readonly PeerProcess process;
    private readonly ClientWebSocket socket = new();
    private readonly Dictionary<int, JsonNode> answers = [];
    private readonly List<string> loaded = [];
    private readonly List<string> complaints = [];
    private readonly string? session;
    private int sent;

    public HeadlessBrowser()
    {
        // Containers have no user namespaces for its sandbox; the page is our own.
        process = Peer.Require(Program).Start("--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank");
        try
        {
            process.WaitFor("DevTools listening on ws://");
            var address = process.All.Split('\n').First(line => line.Contains("DevTools listening on ", StringComparison.Ordinal)).Split(' ')[^1].Trim();
            Wait(socket.ConnectAsync(new Uri(address), CancellationToken.None));
            var target = Call("Target.createTarget", new() { ["url"] = "about:blank" })["targetId"]!.GetValue<string>();
            session = Call("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true })["sessionId"]!.GetValue<string>();
            foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" })
                Call($"{domain}.enable");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the page asked the network or the disk for.</summary>
    public IReadOnlyList<string> Loaded => loaded;

    /// <summary>What stands in the console: errors, warnings, and what the content security policy kept from happening.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>Opens a page and waits until it is loaded.</summary>
    public void Open(string path, string hash = "")
    {
        loaded.Clear();
        complaints.Clear();
        Call("Page.navigate", new() { ["url"] = "about:blank" });
        Call("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri + hash });
        Assert.True(SpinWait.SpinUntil(() => Evaluate("document.readyState === 'complete' && location.protocol === 'file:'").GetValue<bool>(), Patience), "The page is not loaded.");
    }

    public void Resize(int width, int height, bool dark = false, string media = "screen")
    {
        Call("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        Call("Emulation.setEmulatedMedia", new()
        {
            ["media"] = media,
            ["features"] = new JsonArray(
                new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" },
                new JsonObject { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" }),
        });
    }

    public void TurnScriptsOff() => Call("Emulation.setScriptExecutionDisabled", new() { ["value"] = true });

    /// <summary>The value of an expression in the page.</summary>
    public JsonNode Evaluate(string expression)
    {
        var result = Call("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        Assert.True(result["exceptionDetails"] is null, $"{expression}: {result["exceptionDetails"]}");
        return result["result"]!["value"]!;
    }

    /// <summary>Types a text where the focus is.</summary>
    public void Type(string text) => Call("Input.insertText", new() { ["text"] = text });

    public void Press(string key, int code)
    {
        Call("Input.dispatchKeyEvent", new() { ["type"] = "keyDown", ["key"] = key, ["windowsVirtualKeyCode"] = code });
        Call("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key, ["windowsVirtualKeyCode"] = code });
    }

    /// <summary>A picture (WebP) of a part of the page; the rectangle is in its own coordinates.</summary>
    public byte[] Picture(double y, double width, double height)
    {
        var clip = new JsonObject { ["x"] = 0, ["y"] = y, ["width"] = width, ["height"] = height, ["scale"] = 1 };
        return Convert.FromBase64String(Call("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = 80, ["captureBeyondViewport"] = true, ["clip"] = clip })["data"]!.GetValue<string>());
    }

    public void Dispose()
    {
        socket.Dispose();
        process.Dispose();

        // Its helpers may still be writing their last words.
        SpinWait.SpinUntil(() => Try(profile.Dispose), Patience);
    }

    private static bool Try(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private JsonNode Call(string method, JsonObject? parameters = null)
    {
        var id = ++sent;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
            message["sessionId"] = session;
        Wait(socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None));
        while (!answers.ContainsKey(id))
            Take(Receive());
        answers.Remove(id, out var answer);
        Assert.True(answer!["error"] is null, $"{method}: {answer["error"]}");
        return answer["result"]!;
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id)
            answers[id.GetValue<int>()] = message;
        else if (message["method"]!.GetValue<string>() is var method && method == "Network.requestWillBeSent")
            loaded.Add(message["params"]!["request"]!["url"]!.GetValue<string>());
        else if (method is "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded")
            complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{method}: {message["params"]}"));
    }

    private JsonNode Receive()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            using var limit = new CancellationTokenSource(Patience);
            var part = socket.ReceiveAsync(buffer, limit.Token).GetAwaiter().GetResult();
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(whole.ToArray())!;
        }
    }

    private static void Wait(Task work) => work.WaitAsync(Patience).GetAwaiter().GetResult();
}
