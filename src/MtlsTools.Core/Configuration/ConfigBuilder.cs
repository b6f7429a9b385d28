using MtlsTools.Configuration.Syntax;
using MtlsTools.Configuration.Targets;
using MtlsTools.Encoding;

namespace MtlsTools.Configuration;

/// <summary>Makes configuration out of a target's templates and what the user has.</summary>
internal static class ConfigBuilder
{
    /// <summary>The configuration, in memory.</summary>
    /// <exception cref="MtlsException">What was given does not fit together, does not fit the program, or can not be written in its syntax.</exception>
    internal static MtlsConfig Build(ConfigOptions options, DateTimeOffset now)
    {
        var target = ConfigTargets.Find(options.Target);
        var platform = options.Platform ?? (OperatingSystem.IsWindows() && target.Platforms.Contains(ConfigPlatform.Windows) ? ConfigPlatform.Windows : target.Platforms[0]);
        if (options.InstallPath is { } install && !IsAbsolute(install, platform))
            throw new InputException(ErrorCode.ConfigPathInvalid, $"'{install}' is no full path on {platform}. -InstallPath names the folder on the machine where {target.Title} runs: {(platform == ConfigPlatform.Windows ? @"C:\ProgramData\mtls" : "/etc/mtls")}, for example.", install);
        var files = new ConfigFileSet(options, target, platform);
        ConfigInputs.Check(options, target, files.IsKeyEncrypted, now);
        var context = new ConfigContext(target, options, platform, ConfigInputs.HostNames(options, target), files);
        var values = context.Values();
        var own = target.Files(platform).Where(file => file.IsNeeded(options)).Select(file => Render(file, values, files)).ToList();
        var notes = Template.Load($"{target.Target}/notes.txt").Render(values, ConfigSyntax.Plain.Write).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new MtlsConfig(options, platform, [.. own, .. files.Files], notes);
    }

    private static ConfigFile Render(TemplateFile file, Dictionary<string, object?> values, ConfigFileSet files) =>
        new(ConfigFileRole.Configuration, file.Name, files.HasFolder ? files.At(file.Name) : file.Name)
        {
            Content = System.Text.Encoding.UTF8.GetBytes(Template.Load(file.Template).Render(With(values, file.Values), file.Syntax.Write)),
            Audience = file.IsSecret ? FileAudience.OwnerOnly : FileAudience.Everyone,
        };

    private static Dictionary<string, object?> With(Dictionary<string, object?> values, IReadOnlyDictionary<string, object?> own)
    {
        var all = new Dictionary<string, object?>(values);
        foreach (var (name, value) in own)
            all[name] = value;
        return all;
    }

    private static bool IsAbsolute(string path, ConfigPlatform platform) => platform == ConfigPlatform.Windows
        ? path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/' || path.StartsWith(@"\\", StringComparison.Ordinal)
        : path.StartsWith('/');
}
