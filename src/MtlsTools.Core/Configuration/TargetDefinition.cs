using MtlsTools.Configuration.Programs;
using MtlsTools.Configuration.Syntax;

namespace MtlsTools.Configuration;

/// <summary>A file that a template becomes.</summary>
/// <param name="Template">The template's path below the folder Templates.</param>
/// <param name="Name">The name of the file.</param>
/// <param name="Syntax">How values are written in it.</param>
internal sealed record TemplateFile(string Template, string Name, ConfigSyntax Syntax)
{
    /// <summary>Whether a private key stands in it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Values that are others in this file than in its neighbours.</summary>
    public IReadOnlyDictionary<string, object?> Values { get; init; } = new Dictionary<string, object?>();

    /// <summary>Whether what was given has a use for it.</summary>
    public Func<ConfigOptions, bool> IsNeeded { get; init; } = _ => true;
}

/// <summary>What this module knows of a program that its template does not say.</summary>
/// <param name="Target">The program.</param>
/// <param name="Side">Whether it accepts or makes connections.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Files">The files on a system, the main one first.</param>
internal sealed record TargetDefinition(ConfigTarget Target, ConfigSide Side, string Title, Func<ConfigPlatform, IReadOnlyList<TemplateFile>> Files)
{
    /// <summary>A program whose one file is the same on every system.</summary>
    internal TargetDefinition(ConfigTarget target, ConfigSide side, string title, params TemplateFile[] files)
        : this(target, side, title, _ => files)
    {
    }

    /// <summary>Where it runs, the usual system first.</summary>
    public IReadOnlyList<ConfigPlatform> Platforms { get; init; } = [ConfigPlatform.Unix, ConfigPlatform.Windows];

    /// <summary>What it can be told about clients' certificates.</summary>
    public IReadOnlyList<ConfigMode> Modes { get; init; } = [ConfigMode.Mtls, ConfigMode.Tls, ConfigMode.Optional];

    /// <summary>The port that it usually listens on.</summary>
    public int Port { get; init; } = 443;

    /// <summary>Whether it can be given a passphrase for its key when it starts.</summary>
    public bool TakesEncryptedKey { get; init; }

    /// <summary>Why it takes no revocation lists; null when it does.</summary>
    public string? NoCrl { get; init; }

    /// <summary>Whether it passes requests on, and can say in headers who the client is.</summary>
    public bool IsProxy { get; init; }

    /// <summary>Whether it has nothing to answer without a backend.</summary>
    public bool NeedsBackend { get; init; }

    /// <summary>Why it can not pass on to an address; null when it can.</summary>
    public Func<Uri, string?> RefuseBackend { get; init; } = _ => null;

    /// <summary>Why it can not tell the backend in headers who the client is; null when it can.</summary>
    public string? NoHeaders { get; init; }

    /// <summary>How its own program checks and runs it; null where no program of this machine could.</summary>
    public TargetProgram? Program { get; init; }

    /// <summary>Whether it needs a certificate of its own. Meshes make theirs.</summary>
    public bool NeedsCertificate { get; init; } = true;

    /// <summary>The namespace of its Kubernetes Secret.</summary>
    public Func<ConfigOptions, string?> SecretNamespace { get; init; } = options => options.Namespace;

    /// <summary>Values of its templates beside those that all have.</summary>
    public Func<ConfigContext, IReadOnlyDictionary<string, object?>> Values { get; init; } = _ => new Dictionary<string, object?>();
}
