using MtlsTools.Configuration.Programs;

namespace MtlsTools.Configuration;

/// <summary>Configuration for one program: its text, the files that it names, and what else there is to do.</summary>
public sealed class MtlsConfig
{
    private readonly ConfigOptions options;

    internal MtlsConfig(ConfigOptions options, ConfigPlatform platform, IReadOnlyList<ConfigFile> files, IReadOnlyList<string> notes)
    {
        this.options = options;
        Platform = platform;
        Files = files;
        Notes = notes;
    }

    /// <summary>The program.</summary>
    public ConfigTarget Target => options.Target;

    /// <summary>Whom it lets in.</summary>
    public ConfigMode Mode => options.Mode;

    /// <summary>The kind of system it is for.</summary>
    public ConfigPlatform Platform { get; }

    /// <summary>The main file of the configuration.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Main.Content!);

    /// <summary>The folder that it is written into, or null.</summary>
    public string? Folder => options.Directory;

    /// <summary>Every file of it: the configuration's own first, then those that it names.</summary>
    public IReadOnlyList<ConfigFile> Files { get; }

    /// <summary>Where the files go, how they are taken into use, and what to mind.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>What the program said of it, once it was asked.</summary>
    public ConfigCheck? Check { get; private set; }

    /// <summary>The program that was started with it.</summary>
    public ConfigProcess? Process { get; private set; }

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

    /// <summary>Has the program itself check the configuration, on this machine; a program without a check of its own is started and stopped.</summary>
    /// <exception cref="InputException">No program of this machine could check it.</exception>
    /// <exception cref="StoreException">The program is not installed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ConfigCheck Test(CancellationToken cancellation = default) => Check = Runner(cancellation).Check();

    /// <summary>Runs the program with the configuration, on the loopback address and a free port unless one was given; it listens when this returns. Whoever calls this stops it.</summary>
    /// <exception cref="InputException">No program of this machine could run it.</exception>
    /// <exception cref="StoreException">The program is not installed.</exception>
    /// <exception cref="ServerException">It does not start.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ConfigProcess Start(CancellationToken cancellation = default) => Process = Runner(cancellation).Start();

    private TargetRunner Runner(CancellationToken cancellation) => new(options, Platform, cancellation);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
