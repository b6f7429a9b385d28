using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MtlsTools.Encoding;
using MtlsTools.Requests;

namespace MtlsTools.Authority;

/// <summary>The refusals of a CA: a small JSON file for each in the folder <c>requests</c>, named by the request's fingerprint.</summary>
internal sealed class DeniedRequests(AuthorityLayout layout, TimeProvider clock)
{
    private const string Ending = ".denied.json";

    /// <summary>Records a refusal; an earlier one of the same request is replaced.</summary>
    internal DeniedRequest Add(CertificateSigningRequest request, string reason)
    {
        var denied = new DeniedRequest
        {
            Fingerprint = FingerprintOf(request),
            Subject = request.Subject.ToString(),
            San = request.San.Select(name => name.ToString()).ToList(),
            Reason = reason,
            DeniedAt = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds()),
            DeniedBy = AuditLog.Actor,
        };
        denied = denied with { Path = PathOf(denied.Fingerprint) };
        try
        {
            Directory.CreateDirectory(layout.RequestsFolder);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(layout.RequestsFolder, failed);
        }

        AtomicFile.Write(denied.Path, JsonSerializer.SerializeToUtf8Bytes(denied, DeniedJson.Readable.DeniedRequest), FileAudience.Everyone, overwrite: true);
        return denied;
    }

    /// <summary>The refusal of a request, or null. A CA that never refused pays one look at the folder.</summary>
    internal DeniedRequest? Find(CertificateSigningRequest request) =>
        Directory.Exists(layout.RequestsFolder) && PathOf(FingerprintOf(request)) is var path && File.Exists(path) ? Read(path) : null;

    /// <summary>All refusals, oldest first.</summary>
    internal IEnumerable<DeniedRequest> ReadAll() => Directory.Exists(layout.RequestsFolder)
        ? Directory.EnumerateFiles(layout.RequestsFolder, "*" + Ending).Select(Read).OrderBy(denied => denied.DeniedAt)
        : [];

    private static DeniedRequest Read(string path)
    {
        try
        {
            return (JsonSerializer.Deserialize(InputFile.Read(path), DeniedJson.Default.DeniedRequest) ?? throw new JsonException()) with { Path = path };
        }
        catch (JsonException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"'{path}' should hold the refusal of a request, and can not be read. Mend it, or delete it to forget the refusal.", path, damaged);
        }
    }

    private static string FingerprintOf(CertificateSigningRequest request) => Convert.ToHexString(SHA256.HashData(request.Der.Span));

    private string PathOf(string fingerprint) => Path.Combine(layout.RequestsFolder, fingerprint + Ending);
}

/// <summary>Serialisation worked out at compile time; umlauts stay umlauts, because people read these files.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeniedRequest))]
internal sealed partial class DeniedJson : JsonSerializerContext
{
    internal static DeniedJson Readable => new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
