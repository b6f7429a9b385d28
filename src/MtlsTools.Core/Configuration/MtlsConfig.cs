namespace MtlsTools.Configuration;

/// <summary>Configuration for one program: its text, the files that it names, and what else there is to do.</summary>
public sealed class MtlsConfig
{
    internal MtlsConfig(ConfigTarget target, ConfigMode mode, ConfigPlatform platform, IReadOnlyList<ConfigFile> files, IReadOnlyList<string> notes)
    {
        Target = target;
        Mode = mode;
        Platform = platform;
        Files = files;
        Notes = notes;
    }

    /// <summary>The program.</summary>
    public ConfigTarget Target { get; }

    /// <summary>Whom it lets in.</summary>
    public ConfigMode Mode { get; }

    /// <summary>The kind of system it is for.</summary>
    public ConfigPlatform Platform { get; }

    /// <summary>The main file of the configuration.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Main.Content!);

    /// <summary>The folder that it is written into, or null.</summary>
    public string? Folder { get; internal init; }

    /// <summary>Every file of it: the configuration's own first, then those that it names.</summary>
    public IReadOnlyList<ConfigFile> Files { get; }

    /// <summary>Where the files go, how they are taken into use, and what to mind.</summary>
    public IReadOnlyList<string> Notes { get; }

    private ConfigFile Main => Files[0];

    /// <summary>Makes the configuration, in memory; <see cref="Save"/> writes it.</summary>
    /// <exception cref="MtlsException">What was given does not fit together, does not fit the program, or can not be written in its syntax.</exception>
    public static MtlsConfig Create(ConfigOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ConfigBuilder.Build(options, (clock ?? TimeProvider.System).GetUtcNow());
    }

    /// <summary>Writes every made file into the folder: all of them, or none that was not there before. What carries a key is its owner's alone.</summary>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <exception cref="OutputException">There is no folder, a file exists, or the folder can not be written.</exception>
    public void Save(bool overwrite = false)
    {
        var folder = Folder ?? throw new OutputException(ErrorCode.ConfigDirectoryRequired, "The configuration was made without a folder to write it into. Give one (-OutDirectory).");
        ConfigWriter.Write(folder, Files.Where(file => file.IsMade).ToList(), overwrite);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
