namespace MtlsTools.Configuration;

/// <summary>Whom a server lets in.</summary>
public enum ConfigMode
{
    /// <summary>Clients need a certificate of a trusted CA.</summary>
    Mtls,

    /// <summary>Nobody is asked for a certificate.</summary>
    Tls,

    /// <summary>Clients may come without a certificate; one that is sent has to be valid.</summary>
    Optional,
}

/// <summary>The kind of system that a configuration is for.</summary>
public enum ConfigPlatform
{
    /// <summary>Linux, macOS and their relatives.</summary>
    Unix,

    /// <summary>Windows.</summary>
    Windows,
}

/// <summary>On which side of a connection a target stands.</summary>
public enum ConfigSide
{
    /// <summary>It accepts connections.</summary>
    Server,

    /// <summary>It makes connections.</summary>
    Client,

    /// <summary>It makes a platform do both.</summary>
    Mesh,
}
