using System.Text.Json;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Corpus;

/// <summary>One file of the corpus, what it is read as, and what comes out: an error's code, or a reading in words.</summary>
public sealed record CorpusEntry(string File, string As, string? Password, string Expected)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Corpus", "files");

    public static IReadOnlyList<CorpusEntry> All { get; } =
        JsonSerializer.Deserialize<List<CorpusEntry>>(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Corpus", "corpus.json")), Options)!;

    public static byte[] Read(string file) => System.IO.File.ReadAllBytes(Path.Combine(Folder, file));

    /// <summary>What the engine makes of the file.</summary>
    public string Outcome()
    {
        try
        {
            var path = Path.Combine(Folder, File);
            return Shorten(As switch
            {
                "certificate" => string.Join("; ", CertificateReader.ReadFile(path, Secret).Select(one => Describe(one))),
                "validity" => string.Join("; ", CertificateReader.ReadFile(path, Secret).Select(one => FormattableString.Invariant($"{one.NotBefore:u} to {one.NotAfter:u}"))),
                "key" => PrivateKey.Open(path, Secret).ToString(),
                "request" => Describe(CertificateSigningRequest.Open(path)),
                "constraints" => NameConstraints.Decode(System.IO.File.ReadAllBytes(path)).ToString(),
                "index" => DescribeIndex(path),
                _ => throw new InvalidOperationException($"The corpus reads nothing as '{As}'."),
            });
        }
        catch (MtlsException refused)
        {
            return refused.Code.ToString();
        }
    }

    public override string ToString() => $"{File} as {As}{(Password is null ? "" : $" with '{Password}'")}";

    private System.Security.SecureString? Secret => Password is null ? null : Support.Secret.From(Password);

    private static string Describe(MtlsCertificate one) =>
        $"{one.Subject} [{one.SerialNumber}] {one.PublicKey}{(one.San.Count == 0 ? "" : " for " + string.Join(' ', one.San))}{(one.HasPrivateKey ? " with key" : "")}".Replace('\0', '␀');

    private static string Describe(CertificateSigningRequest one) =>
        $"{one.Subject} {one.PublicKey} for [{string.Join(' ', one.San)}] asking for [{string.Join(' ', one.RequestedExtensions)}], signature {(one.SignatureValid ? "valid" : "wrong")}";

    private static string DescribeIndex(string path)
    {
        using var folder = new TemporaryFolder();
        var clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");
        _ = TestAuthority.Create(folder, "ca", clock);
        System.IO.File.Copy(path, folder.At("ca", "index.txt"), overwrite: true);
        return string.Join("; ", CertificateAuthority.Open(folder.At("ca"), clock: clock).GetIssued()
            .Select(one => FormattableString.Invariant($"{one.Status} {one.SerialNumber} {one.NotAfter:yyyy-MM-dd} {one.RevokedAt:yyyy-MM-dd} {one.Subject}")));
    }

    private static string Shorten(string text) => text.Length <= 400 ? text : $"{text[..200]}… ({text.Length} characters)";
}
