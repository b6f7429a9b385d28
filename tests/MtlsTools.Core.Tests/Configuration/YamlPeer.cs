using System.Text.Json;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>YAML as another implementation reads it.</summary>
public static class YamlPeer
{
    private const string Script = "import json, sys, yaml; print(json.dumps([list(yaml.safe_load_all(open(file, encoding='utf-8'))) for file in sys.argv[1:]]))";

    /// <summary>The documents of each file; skips the test where there is no reader.</summary>
    public static IReadOnlyList<IReadOnlyList<JsonElement>> Read(params string[] files)
    {
        var python = Peer.Require("python3");
        Skip.If(python.Try("-c", "import yaml").ExitCode != 0, "The Python package 'yaml' is not installed; on Debian: apt install python3-yaml");
        using var read = JsonDocument.Parse(python.Run(["-c", Script, .. files]).Output);
        return read.RootElement.Clone().EnumerateArray().Select(file => (IReadOnlyList<JsonElement>)file.EnumerateArray().ToList()).ToList();
    }

    /// <summary>A value by its path: <c>spec/servers/0/tls/mode</c>; null when it is not there.</summary>
    public static string? At(this JsonElement element, string path)
    {
        foreach (var name in path.Split('/'))
        {
            if (element.ValueKind == JsonValueKind.Array ? int.TryParse(name, out var index) && index < element.GetArrayLength() : element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _))
                element = element.ValueKind == JsonValueKind.Array ? element[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : element.GetProperty(name);
            else
                return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
    }

    /// <summary>The one document of a kind.</summary>
    public static JsonElement OfKind(this IReadOnlyList<JsonElement> documents, string kind) => documents.Single(one => one.At("kind") == kind);
}
