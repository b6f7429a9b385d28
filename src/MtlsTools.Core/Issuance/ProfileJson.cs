using System.Collections.Specialized;
using System.Text.Json;
using MtlsTools.Encoding;

namespace MtlsTools.Issuance;

/// <summary>Profile files in JSON; comments and trailing commas are taken.</summary>
internal static class ProfileJson
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    internal static IssuanceProfile Open(string path)
    {
        ReadOnlyMemory<byte> content = InputFile.Read(path);
        if (content.Span.StartsWith("\uFEFF"u8))
            content = content[3..];
        try
        {
            using var document = JsonDocument.Parse(content, Options);
            return ToValue(document.RootElement) is OrderedDictionary fields
                ? ProfileReader.Read(fields, path)
                : throw ProfileFields.Invalid(path, "", "it is no object. Write the fields between { and }.");
        }
        catch (JsonException damaged)
        {
            throw new InputException(ErrorCode.ProfileInvalid, $"The profile '{path}' is no JSON: line {damaged.LineNumber + 1}, character {damaged.BytePositionInLine + 1}. Correct it there.", path, damaged);
        }

        object? ToValue(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => ToFields(element),
            JsonValueKind.Array => element.EnumerateArray().Select(ToValue).ToArray(),
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.TryGetInt32(out var number) ? number : (object)element.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

        OrderedDictionary ToFields(JsonElement element)
        {
            var fields = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
            foreach (var property in element.EnumerateObject())
            {
                if (fields.Contains(property.Name))
                    throw ProfileFields.Invalid(path, property.Name, "it stands there twice. Keep one.");
                fields.Add(property.Name, ToValue(property.Value));
            }

            return fields;
        }
    }
}
