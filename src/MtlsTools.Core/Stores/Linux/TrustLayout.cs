namespace MtlsTools.Stores.Linux;

/// <summary>How a family of distributions keeps the CAs that its programs trust. All paths are below the system's root.</summary>
/// <param name="Name">The family, as people call it.</param>
/// <param name="Anchors">Where administrators put CAs.</param>
/// <param name="Pattern">The files in it that count.</param>
/// <param name="Bundle">What programs read, made out of the anchors and of what the distribution brings.</param>
/// <param name="Supplied">What the distribution brings.</param>
/// <param name="Tool">The program that makes the bundle.</param>
internal sealed record TrustLayout(string Name, string Anchors, string Pattern, string Bundle, string Supplied, string Tool)
{
    /// <summary>The only family whose tool can be told where everything lies, and whose tool leaves links behind unless it starts afresh.</summary>
    internal static TrustLayout Debian { get; } = new("Debian", "usr/local/share/ca-certificates", "*.crt", "etc/ssl/certs/ca-certificates.crt", "usr/share/ca-certificates", "update-ca-certificates");

    /// <summary>The most particular folder first: a Debian system has none of the others'.</summary>
    internal static IReadOnlyList<TrustLayout> All { get; } =
    [
        new("SUSE", "etc/pki/trust/anchors", "*", "var/lib/ca-certificates/ca-bundle.pem", "usr/share/pki/trust", "update-ca-certificates"),
        new("RHEL", "etc/pki/ca-trust/source/anchors", "*", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "usr/share/pki/ca-trust-source", "update-ca-trust"),
        new("Arch", "etc/ca-certificates/trust-source/anchors", "*", "etc/ca-certificates/extracted/tls-ca-bundle.pem", "usr/share/ca-certificates/trust-source", "update-ca-trust"),
        Debian,
    ];

    /// <summary>The layout of a system, by what is there: the distribution's name says less, and derivatives have names of their own.</summary>
    /// <exception cref="StoreException">There is none of them, or a folder leads out of the system.</exception>
    internal static TrustLayout Detect(TrustRoot root)
    {
        var present = All.Where(layout => Directory.Exists(root.At(layout.Anchors))).ToList();
        return present.Find(layout => root.FindTool(layout.Tool) is not null)
            ?? present.FirstOrDefault()
            ?? throw new StoreException(ErrorCode.PlatformNotSupported, $"'{root.Path}' is no Linux system whose trust is known: it has none of the folders {string.Join(", ", All.Select(layout => $"/{layout.Anchors} ({layout.Name})"))}. Install its package ca-certificates, or name the root folder of a system that has one with -StorePath.");
    }

    /// <summary>What the tool is told.</summary>
    internal IReadOnlyList<string> Arguments(bool removing) => Tool == "update-ca-trust" ? ["extract"] : removing && this == Debian ? ["--fresh"] : [];
}
