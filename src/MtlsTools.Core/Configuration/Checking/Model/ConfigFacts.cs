using MtlsTools.Certificates;

namespace MtlsTools.Configuration.Checking;

/// <summary>What was read from a configuration: its endpoints, and what readers stumbled over.</summary>
internal sealed class ConfigFacts
{
    /// <summary>A file of a hundred thousand broken lines is told by its first ones.</summary>
    private const int MaximumNotes = 200;

    private readonly Dictionary<string, List<ConfigSymptom>> notes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Material> materials = new(StringComparer.Ordinal);

    internal ConfigFacts(DateTimeOffset asOf) => AsOf = asOf;

    internal DateTimeOffset AsOf { get; }

    internal List<ConfigEndpoint> Endpoints { get; } = [];

    internal List<string> Files { get; } = [];

    /// <summary>Certificates with keys that no endpoint presents.</summary>
    internal List<KeyPair> OtherPairs { get; } = [];

    internal IEnumerable<KeyPair> Pairs => Endpoints.SelectMany(one => one.Pairs).Concat(OtherPairs).Distinct();

    /// <summary>Everything that was read, each once however many endpoints name it.</summary>
    internal IEnumerable<Material> Materials => Pairs.SelectMany(pair => new[] { pair.Certificate, pair.Key }).OfType<Material>().Concat(Endpoints.SelectMany(one => one.Cas.Concat(one.Crls))).Concat(Others).Distinct();

    /// <summary>Files that are named for something else than an endpoint, such as the client certificate of a proxy.</summary>
    internal List<Material> Others { get; } = [];

    /// <summary>CA certificates that the configuration knows of.</summary>
    internal IReadOnlyList<MtlsCertificate> KnownCas => knownCas ??= Materials.SelectMany(one => one.Certificates).Where(one => one.IsCa).Distinct().ToList();

    private IReadOnlyList<MtlsCertificate>? knownCas;

    /// <summary>Notes what a reader saw that breaks a rule.</summary>
    internal void Note(string rule, ConfigSetting setting, string cause)
    {
        if (!notes.TryGetValue(rule, out var list))
            notes[rule] = list = [];
        if (list.Count < MaximumNotes)
            list.Add(new ConfigSymptom(setting, cause));
    }

    internal void Note(string rule, string file, int line, string cause) => Note(rule, new ConfigSetting("", "", file, line), cause);

    /// <summary>What readers noted for a rule.</summary>
    internal IEnumerable<ConfigSymptom> Noted(string rule) => notes.TryGetValue(rule, out var list) ? list : [];

    /// <summary>Reads what a setting names, once.</summary>
    internal Material Open(ConfigSetting setting)
    {
        if (setting.Path is not { } path)
            return Material.Unknown(setting);
        var key = $"{path}\0{setting.File}\0{setting.Line}";
        return materials.TryGetValue(key, out var known) ? known : materials[key] = Material.Read(setting);
    }
}
