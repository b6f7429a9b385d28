using MtlsTools.Encoding;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Linux;

/// <summary>The program that makes the bundle out of the anchors, run in the way that reaches the system.</summary>
internal sealed class TrustTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TrustRoot root;
    private readonly TrustLayout layout;
    private readonly IProcessRunner processes;
    private readonly string path;
    private readonly IReadOnlyList<string> before;

    private TrustTool(TrustRoot root, TrustLayout layout, IProcessRunner processes, string path, IReadOnlyList<string> before, bool throughOptions)
    {
        this.root = root;
        this.layout = layout;
        this.processes = processes;
        this.path = path;
        this.before = before;
        ThroughOptions = throughOptions;
    }

    /// <summary>Whether this machine's tool works on another system's folders.</summary>
    internal bool ThroughOptions { get; }

    /// <summary>Chooses the way, and refuses before anything is touched.</summary>
    /// <exception cref="StoreException">The tool is missing, or this account lacks the rights.</exception>
    internal static TrustTool For(TrustRoot root, TrustLayout layout, IProcessRunner processes, bool isPrivileged)
    {
        if (root.IsThisSystem)
        {
            if (!isPrivileged)
                throw new StoreException(ErrorCode.ElevationRequired, $"Only root may change what this system trusts ('{root.At(layout.Anchors)}' and {layout.Tool}). Nothing was touched. Run PowerShell as root (sudo pwsh), or trust the CA in your own stores: -Target DotNetStore, Nss or Java.");
            processes.RequireTool(layout.Tool);
            return new TrustTool(root, layout, processes, processes.Find(layout.Tool)!, [layout.Tool], throughOptions: false);
        }

        // Not to run another system's programs is safer, needs no rights of root, and works for images of other processors.
        if (layout == TrustLayout.Debian && processes.Find(layout.Tool) is { } here && TakesOptions(here))
            return new TrustTool(root, layout, processes, here, [layout.Tool, .. Options(root, layout)], throughOptions: true);
        if (root.FindTool(layout.Tool) is not { } there)
            throw new StoreException(ErrorCode.ToolMissing, $"The system in '{root.Path}' has no {layout.Tool}, and its trust can not be changed without it. Install its package ca-certificates (Arch: ca-certificates-utils) in that system.");
        if (!isPrivileged)
            throw new StoreException(ErrorCode.ElevationRequired, $"{layout.Tool} ({layout.Name}) knows its own system's folders only, so that it has to run inside of '{root.Path}' (chroot), and that takes root. Nothing was touched. Run PowerShell as root (sudo pwsh), or run the command inside that system.");
        return new TrustTool(root, layout, processes, Path.Combine(root.Path, there[1..]), ["chroot", root.Path, there], throughOptions: false);
    }

    internal ProcessCommand Command(bool removing) => new(before[0], [.. before.Skip(1), .. layout.Arguments(removing)]);

    /// <summary>One at a time: Debian's tool writes its new bundle under a fixed name, and two of them would write into each other's.</summary>
    /// <exception cref="StoreException">Another process holds it for too long.</exception>
    internal IDisposable Lock() => Lock(path);

    internal void Run(bool removing)
    {
        processes.Require(Command(removing));
        if (ThroughOptions)
            TrustLinks.Mend(root, layout);
    }

    private static FileStream Lock(string tool) =>
        FileLock.Take(() => new FileStream(tool, FileMode.Open, FileAccess.Read, FileShare.None), Patience, CancellationToken.None)
        ?? throw new StoreException(ErrorCode.StoreLocked, $"Another process has been changing what the system trusts for {Patience.TotalSeconds:0} seconds (it holds '{tool}'). Wait for it, or stop it.");

    /// <summary>Alpine has a program of the same name that takes no folders, and would change this machine instead.</summary>
    private static bool TakesOptions(string tool)
    {
        using var held = Lock(tool);
        return new StreamReader(held).ReadToEnd().Contains("--localcertsdir", StringComparison.Ordinal);
    }

    /// <summary>The hooks of another system would write into this one's stores (Java's cacerts), so none are run.</summary>
    private static IReadOnlyList<string> Options(TrustRoot root, TrustLayout layout) =>
    [
        "--certsconf", root.At("etc/ca-certificates.conf"),
        "--certsdir", root.At(layout.Supplied),
        "--localcertsdir", root.At(layout.Anchors),
        "--etccertsdir", Path.GetDirectoryName(root.At(layout.Bundle))!,
        "--hooksdir", Path.Combine(root.Path, "nonexistent"),
    ];
}
