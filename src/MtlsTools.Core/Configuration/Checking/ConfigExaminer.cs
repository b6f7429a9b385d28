using MtlsTools.Encoding;

namespace MtlsTools.Configuration.Checking;

/// <summary>Reads a configuration, follows what it names, and asks the checks. Changes nothing and asks for no password.</summary>
public static class ConfigExaminer
{
    internal static IReadOnlyDictionary<ConfigFormat, Action<ConfigFacts, ConfigPaths, string>> Readers { get; } = new Dictionary<ConfigFormat, Action<ConfigFacts, ConfigPaths, string>>
    {
        [ConfigFormat.Nginx] = NginxReader.Read,
        [ConfigFormat.Apache] = ApacheReader.Read,
        [ConfigFormat.HAProxy] = HAProxyReader.Read,
        [ConfigFormat.Caddy] = CaddyReader.Read,
        [ConfigFormat.Compose] = ComposeReader.Read,
        [ConfigFormat.Kubernetes] = KubernetesReader.Read,
        [ConfigFormat.PostgreSql] = PostgreSqlReader.Read,
        [ConfigFormat.Mosquitto] = MosquittoReader.Read,
    };

    /// <summary>Examines a configuration.</summary>
    /// <param name="path">Its main file, as a full path.</param>
    /// <param name="options">How it is read, and which checks are made.</param>
    /// <param name="clock">What "now" is when the options name no day.</param>
    /// <exception cref="InputException">The file is missing, empty or not readable, is no configuration that is known, or the root folder does not exist.</exception>
    public static ConfigReport Examine(string path, ConfigCheckOptions? options = null, TimeProvider? clock = null)
    {
        options ??= new ConfigCheckOptions();
        var (facts, format) = Read(path, options, clock);
        return new ConfigReport(Path.GetFullPath(path), format, facts.AsOf, facts.Files.Distinct().ToList(), facts.Endpoints, Judge(facts, options));
    }

    /// <summary>Reads what a configuration says, without a judgement; see <see cref="Examine"/>.</summary>
    internal static (ConfigFacts Facts, ConfigFormat Format) Read(string path, ConfigCheckOptions options, TimeProvider? clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (options.RootPath is { } root && !Directory.Exists(root))
            throw new InputException(ErrorCode.FileNotFound, $"The folder '{root}' does not exist. Name the folder in which the paths of the configuration begin.", root);
        path = Path.GetFullPath(path);
        InputFile.Read(path);
        var format = options.Format == ConfigFormat.Auto ? ConfigDetector.Detect(path) : options.Format;
        var facts = new ConfigFacts((options.AsOf ?? (clock ?? TimeProvider.System).GetUtcNow()).ToUniversalTime());
        Readers[format](facts, ConfigPaths.Of(options.RootPath), path);
        return (facts, format);
    }

    /// <summary>Asks the checks about facts.</summary>
    private static List<ConfigFinding> Judge(ConfigFacts facts, ConfigCheckOptions options) =>
        ConfigRules.All.Where(options.Asks)
            .SelectMany(check => check.Examine(facts).Select(symptom => ToFinding(check, symptom)))
            .Distinct()
            .OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)
            .ToList();

    private static ConfigFinding ToFinding(ConfigRule check, ConfigSymptom symptom) =>
        new(check, symptom.Cause, check.Remedy.Replace("<file>", symptom.Setting.Path ?? symptom.Setting.Value, StringComparison.Ordinal), symptom.Setting.File, symptom.Setting.Line);
}
