using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MtlsTools.Connections;
using MtlsTools.Encoding;
using MtlsTools.Names;

namespace MtlsTools.Rotation;

/// <summary>Reads and writes the one file of a rotation. People may edit it; what does not make sense afterwards is refused by the name of its field.</summary>
internal static class RotationFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names of people are to be read in it; it is no HTML
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    /// <exception cref="MtlsException">The file is missing or no rotation's, was edited into nonsense, or comes from a newer version.</exception>
    internal static RotationState Read(string path)
    {
        var content = InputFile.Read(path);
        CheckVersion(content, path);
        RotationState state;
        try
        {
            state = JsonSerializer.Deserialize<RotationState>(content, Options)!;
        }
        catch (JsonException wrong)
        {
            throw Invalid(path, Field(wrong), "can not be read", wrong);
        }

        Check(state, path);
        return state;
    }

    /// <summary>Writes the file whole or not at all.</summary>
    internal static void Write(string path, RotationState state, bool overwrite = true) =>
        AtomicFile.Write(path, [.. JsonSerializer.SerializeToUtf8Bytes(state, Options), (byte)'\n'], FileAudience.Everyone, overwrite);

    /// <summary>Keeps other processes from stepping on at the same time.</summary>
    internal static FileStream Lock(string path, CancellationToken cancellation) => FileLock.Take(
        path + ".lock",
        seconds => new RotationException(ErrorCode.RotationLocked, FormattableString.Invariant($"Another process has been working on the rotation '{path}' for {seconds:0} seconds. Let it end, and try again."), path),
        denied => AtomicFile.NotWritable(path + ".lock", denied),
        cancellation);

    /// <summary>What came later may mean something else by the same words, so the version is looked at before all else.</summary>
    private static void CheckVersion(byte[] content, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.String || schema.GetString() != RotationState.ThisSchema)
                throw new InputException(ErrorCode.WrongContent, $"'{path}' is not the file of a rotation. Name the file that New-MtlsRotation wrote.", path);
            if (!root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number < 1)
                throw Invalid(path, "version", "is not a number from 1 on");
            if (number > RotationState.ThisVersion)
                throw new RotationException(ErrorCode.RotationVersionUnknown, FormattableString.Invariant($"'{path}' has the version {number}, and this version of MtlsTools knows {RotationState.ThisVersion}. Update the module on this machine, or go on where the file was written."), path);
        }
        catch (JsonException broken)
        {
            throw Invalid(path, FormattableString.Invariant($"line {broken.LineNumber + 1}"), "is no JSON", broken);
        }
    }

    private static void Check(RotationState state, string path)
    {
        Require(Enum.GetValues<RotationAction>().SequenceEqual(state.Steps.Select(one => one.Step)), "steps", "must list the steps IssueOld, IssueNew, TrustBoth, RollOut, ProveUnused, RemoveOld and Retire once each, in this order");
        for (var i = 0; i < state.Steps.Count; i++)
        {
            var (step, before) = (state.Steps[i], i == 0 ? null : state.Steps[i - 1]);
            var name = FormattableString.Invariant($"steps[{i}]");
            Require(before is null || step.Date >= before.Date, name + ".date", $"lies before that of the step {before?.Step}");
            Require(step.Done is null || before is null || before.Done is not null, name + ".done", $"says that it is done, but the step {before?.Step} before it is not");
            Require(step.Done is null || step.Done >= state.Created || i == 0, name + ".done", "lies before the beginning of the rotation");
        }

        Require(state.Name.Length > 0, "name", "is empty");
        Require(state.LifetimeDays is > 0 and < 36600, "lifetimeDays", "is not between 0 and 36600");
        Require(state.CrlDays is >= 0 and < 36600, "crlDays", "is not between 0 and 36600");
        Require(state.Kind != RotationKind.Ca || state.Ca is null == state.NewCa is null, "newCa", "must be there when ca is, and only then");
        Require(state.Ca is null == state.OldCaCertificate is null, "oldCaCertificate", "must be there when ca is, and only then");
        Try(() => state.NewCaSubject is null || DistinguishedName.Parse(state.NewCaSubject) is not null, "newCaSubject", "is no distinguished name");
        Try(() => state.OldCaCertificate is null || Certificates.MtlsCertificate.Decode(state.OldCaCertificate) is not null, "oldCaCertificate", "is no certificate");
        Each(state.Endpoints, "endpoints", endpoint => ConnectionTarget.Parse(endpoint), "is no host:port");
        Each(state.Items, "items", item => item.OldCertificate, "has no certificate as old");
        Each(state.Items, "items", item => item.Certificate is null == item.Key is null ? item : throw new InputException(ErrorCode.RotationFileInvalid, ""), "must have certificate and key, or neither");
        for (var i = 1; i < state.Events.Count; i++)
            Require(state.Events[i].Time >= state.Events[i - 1].Time, FormattableString.Invariant($"events[{i}].time"), "lies before that of the event before it");

        void Require(bool holds, string field, string problem)
        {
            if (!holds)
                throw Invalid(path, field, problem);
        }

        void Try(Func<bool> holds, string field, string problem)
        {
            try
            {
                Require(holds(), field, problem);
            }
            catch (MtlsException wrong) when (wrong.Code != ErrorCode.RotationFileInvalid || wrong.Message.Length == 0)
            {
                throw Invalid(path, field, problem, wrong);
            }
        }

        void Each<T>(IReadOnlyList<T> list, string field, Func<T, object> read, string problem)
        {
            for (var i = 0; i < list.Count; i++)
            {
                var one = list[i];
                Try(() => read(one) is not null, FormattableString.Invariant($"{field}[{i}]"), problem);
            }
        }
    }

    /// <summary>Where the reader stopped, as people write it: <c>steps[2].date</c>.</summary>
    private static string Field(JsonException wrong)
    {
        var path = (wrong.Path ?? "$").TrimStart('$').TrimStart('.');
        const string missing = "missing required properties";
        const string unknown = "The JSON property '";
        var detail = wrong.Message.IndexOf(unknown, StringComparison.Ordinal) is var at and >= 0 ? wrong.Message[(at + unknown.Length)..].Split('\'')[0]
            : wrong.Message.Contains(missing, StringComparison.Ordinal) ? wrong.Message[(wrong.Message.LastIndexOf(':') + 1)..].Trim(' ', '\'', '.')
            : "";
        return detail.Length == 0 || path.EndsWith(detail, StringComparison.Ordinal) ? (path.Length == 0 ? detail.Length == 0 ? "the file" : detail : path) : path.Length == 0 ? detail : $"{path}.{detail}";
    }

    private static RotationException Invalid(string path, string field, string problem, Exception? inner = null) => new(
        ErrorCode.RotationFileInvalid,
        $"'{path}': {field} {problem}. Take back what was edited there, or restore the file from a copy.",
        path,
        inner);
}
