namespace MtlsTools.Configuration.Checking;

/// <summary>Which certificates of a client's chain a program looks up in its revocation lists.</summary>
internal enum RevocationScope
{
    /// <summary>None, whatever lists are named.</summary>
    None,

    /// <summary>The client's own.</summary>
    Leaf,

    /// <summary>All, the root included: each CA needs a list.</summary>
    Chain,
}

/// <summary>What the rules have to know of a program: how it differs from the others. Each line was tried with the program itself.</summary>
/// <param name="Name">Its name.</param>
internal sealed record ServerProgram(string Name)
{
    /// <summary>Which certificates it looks up when lists are named.</summary>
    internal RevocationScope Revocation { get; init; } = RevocationScope.Chain;

    /// <summary>How revocation is turned on, to complete a sentence; null when the program has none.</summary>
    internal string? RevocationDirective { get; init; }

    /// <summary>How many CAs a chain may have where nothing is said; null when there is no limit to speak of.</summary>
    internal int? DefaultDepth { get; init; }

    /// <summary>Whether the root counts in the depth: Apache's own check counts it, OpenSSL's does not.</summary>
    internal bool DepthCountsRoot { get; init; }

    /// <summary>Whether chains must end in a self-signed root: so OpenSSL without its option partial_chain.</summary>
    internal bool NeedsRoot { get; init; } = true;

    /// <summary>Versions of this program that are in use turn on TLS 1.0 and 1.1, or leave 1.3 out, where nothing is said; the sentence says which. Null when its defaults are good.</summary>
    internal string? DefaultVersions { get; init; }

    /// <summary>What becomes of clients where their certificates are asked for and no CA is named.</summary>
    internal string WithoutCa { get; init; } = "it does not start";

    internal static ServerProgram Nginx { get; } = new("nginx")
    {
        RevocationDirective = "ssl_crl",
        DefaultDepth = 1,
        DefaultVersions = "before nginx 1.23.4 TLS 1.3 is off, and before 1.27.3 TLS 1.0 and 1.1 are on",
    };

    internal static ServerProgram Apache { get; } = new("Apache")
    {
        RevocationDirective = "SSLCARevocationFile with SSLCARevocationCheck chain",
        DefaultDepth = 1,
        DepthCountsRoot = true,
        DefaultVersions = "Apache's default is 'all -SSLv3', which has TLS 1.0 and 1.1 in it",
        WithoutCa = "nobody can be let in",
    };

    internal static ServerProgram HAProxy { get; } = new("HAProxy") { RevocationDirective = "crl-file" };

    internal static ServerProgram Caddy { get; } = new("Caddy") { NeedsRoot = false, Revocation = RevocationScope.None, WithoutCa = "the CAs of the system are trusted, which means those of the public web" };

    internal static ServerProgram PostgreSql { get; } = new("PostgreSQL") { RevocationDirective = "ssl_crl_file" };

    internal static ServerProgram Mosquitto { get; } = new("Mosquitto") { RevocationDirective = "crlfile", Revocation = RevocationScope.Leaf };

    internal static ServerProgram IngressNginx { get; } = new("ingress-nginx") { RevocationDirective = "ca.crl in the Secret", DefaultDepth = 1 };

    internal static ServerProgram Envoy { get; } = new("Envoy") { RevocationDirective = "ca.crl in the Secret", NeedsRoot = false };
}
