namespace MtlsTools.Configuration.Checking;

/// <summary>Whom an endpoint lets in.</summary>
public enum EndpointMode
{
    /// <summary>Everybody, without TLS.</summary>
    Plain,

    /// <summary>Everybody; clients are not asked for a certificate.</summary>
    Tls,

    /// <summary>Everybody; clients are asked for a certificate.</summary>
    Optional,

    /// <summary>Clients with a certificate of a trusted CA.</summary>
    Mtls,
}

/// <summary>A value of a configuration, with where it stands.</summary>
/// <param name="Name">The directive.</param>
/// <param name="Value">The value, without quotes.</param>
/// <param name="File">The file that it stands in.</param>
/// <param name="Line">The line, counted from 1.</param>
public sealed record ConfigSetting(string Name, string Value, string File, int Line)
{
    /// <summary>The file on this machine that the value means; null where it means none, or can not be followed.</summary>
    public string? Path { get; internal init; }

    /// <summary>The value.</summary>
    public override string ToString() => Value;
}

/// <summary>A place where clients come in, as a configuration describes it.</summary>
public sealed class ConfigEndpoint
{
    internal ConfigEndpoint(string name, ConfigSetting place, ServerProgram program)
    {
        Name = name;
        Place = place;
        Program = program;
    }

    /// <summary>The server's name, or that of the listener.</summary>
    public string Name { get; internal set; }

    /// <summary>The port; null where it is given elsewhere.</summary>
    public int? Port { get; internal set; }

    /// <summary>Whom it lets in.</summary>
    public EndpointMode Mode => !IsTls ? EndpointMode.Plain : ClientCheck switch
    {
        ClientCheck.None => EndpointMode.Tls,
        ClientCheck.Required => EndpointMode.Mtls,
        _ => EndpointMode.Optional,
    };

    /// <summary>The file that describes it.</summary>
    public string File => Place.File;

    /// <summary>The line where it begins.</summary>
    public int Line => Place.Line;

    /// <summary>The certificates that it presents.</summary>
    public IReadOnlyList<ConfigSetting> Certificate => Pairs.Select(pair => pair.Certificate.Setting).ToList();

    /// <summary>Their keys.</summary>
    public IReadOnlyList<ConfigSetting> Key => Pairs.Select(pair => pair.Key?.Setting).OfType<ConfigSetting>().ToList();

    /// <summary>The CAs whose clients it lets in.</summary>
    public IReadOnlyList<ConfigSetting> Ca => Cas.Select(one => one.Setting).ToList();

    /// <summary>The revocation lists that it looks at.</summary>
    public IReadOnlyList<ConfigSetting> Crl => Crls.Select(one => one.Setting).ToList();

    /// <summary>The TLS versions; null where the program's default holds.</summary>
    public ConfigSetting? Protocols { get; internal set; }

    /// <summary>The setting by which clients are asked for certificates.</summary>
    public ConfigSetting? Verify { get; internal set; }

    /// <summary>How long a client's chain may be; null where the program's default holds.</summary>
    public ConfigSetting? Depth { get; internal set; }

    internal ConfigSetting Place { get; }

    internal ServerProgram Program { get; }

    internal bool IsTls { get; set; }

    internal ClientCheck ClientCheck { get; set; }

    /// <summary>Whether it can only be reached from the machine itself.</summary>
    internal bool IsLocal { get; set; }

    internal List<ConfigSetting> HostNames { get; } = [];

    internal List<KeyPair> Pairs { get; } = [];

    internal List<Material> Cas { get; } = [];

    internal List<Material> Crls { get; } = [];

    /// <summary>Which certificates of a chain are looked up in the lists; the program's own way unless the configuration says otherwise.</summary>
    internal RevocationScope CrlScope { get; set; }

    /// <summary>Whether an OCSP responder is asked about clients.</summary>
    internal bool AsksOcsp { get; set; }

    /// <summary>The enabled versions, as OpenSSL names them; null where the program's default holds.</summary>
    internal IReadOnlyCollection<string>? Versions { get; set; }

    /// <summary>Whether the configuration itself acts on whether a client's certificate was valid.</summary>
    internal bool ActsOnResult { get; set; }

    internal List<Route> Routes { get; } = [];

    /// <summary>Name, port and mode.</summary>
    public override string ToString() => $"{Name}{(Port is { } port ? $":{port}" : "")} ({Mode})";
}

/// <summary>How clients' certificates are treated.</summary>
internal enum ClientCheck
{
    /// <summary>None is asked for.</summary>
    None,

    /// <summary>One that comes must be valid.</summary>
    Optional,

    /// <summary>Asked for, and any is let in.</summary>
    Unverified,

    /// <summary>A valid one is needed.</summary>
    Required,
}

/// <summary>A certificate with its key; without one where both are in one file that lacks it, or it can not be followed.</summary>
internal sealed record KeyPair(Material Certificate, Material? Key);

/// <summary>What a header of a forwarded request holds.</summary>
internal enum HeaderUse
{
    /// <summary>Something that the client can not choose.</summary>
    Set,

    /// <summary>Nothing: what the client sent is taken away.</summary>
    Cleared,

    /// <summary>What was learnt from the client's certificate.</summary>
    Identity,

    /// <summary>The same, but only under a condition; otherwise what the client sent stays.</summary>
    SometimesIdentity,
}

/// <summary>A way from an endpoint to what answers.</summary>
/// <param name="Backend">What answers, comparable between routes.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="Headers">What is done to headers.</param>
internal sealed record Route(string Backend, ConfigSetting Place, HeaderUses Headers)
{
    /// <summary>Whether a client's certificate is checked on this way, where the endpoint itself lets everybody in.</summary>
    internal bool IsChecked { get; init; }
}
