using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Linux;

/// <summary>The CAs that the programs of a Linux system trust: files of the administrators, and a bundle that the distribution's tool makes out of them.</summary>
/// <param name="processes">Runs the tool.</param>
/// <param name="system">Where this system begins.</param>
/// <param name="isPrivileged">Whether this process has the rights of root.</param>
internal sealed class LinuxTrustAdapter(IProcessRunner processes, string system, bool isPrivileged) : IStoreAdapter
{
    internal LinuxTrustAdapter(IProcessRunner processes)
        : this(processes, "/", Environment.IsPrivilegedProcess)
    {
    }

    public void Require(StoreOptions options)
    {
        if (options.StoreName is not (null or MtlsStoreName.Root))
            throw NotUsed($"-StoreName {options.StoreName}", "a Linux system trusts roots and keeps nothing else; leave -StoreName out");
        if (options.StorePassword is not null)
            throw NotUsed("-StorePassword", "these are plain files, guarded by root's rights; leave it out");
        if (options.Exportable || options.Applications.Count > 0)
            throw NotUsed(options.Exportable ? "-Exportable" : "-Application", "no keys are kept there; leave it out");
        TrustLayout.Detect(TrustRoot.Open(options.StorePath, system));
    }

    public IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate, StoreOptions options)
    {
        var anchor = AnchorOf(certificate);
        var (anchors, tool) = Open(options);
        var path = anchors.FilesOf(anchor) is [var first, ..] ? first : anchors.PathFor(anchor, options.Alias);
        var older = options.ReplaceOlder ? anchors.Read().Where(one => Succession.Replaces(anchor, one.Certificate)).ToList() : [];
        return older.Select(one => Removal(Item(options, one.Certificate, one.File), anchors, tool, "It has the same names and ends earlier."))
            .Prepend(Addition(Item(options, anchor, path), anchors, tool, path, anchor.Equals(certificate)
                ? "It is a self-signed CA, and programs of this system trust what such an anchor signed."
                : $"Only self-signed CAs can be trusted by a Linux system: this is the root above '{certificate.Name}', which itself is not stored."))
            .ToList();
    }

    public IEnumerable<StoreItem> Read(StoreOptions options)
    {
        var root = TrustRoot.Open(options.StorePath, system);
        return new TrustAnchors(root, TrustLayout.Detect(root)).Read().Select(anchor => Item(options, anchor.Certificate, anchor.File));
    }

    public StoreStep PlanRemoval(StoreItem item, StoreOptions options)
    {
        var (anchors, tool) = Open(options);
        return Removal(item, anchors, tool, "It can be imported again.");
    }

    private static MtlsCertificate AnchorOf(MtlsCertificate certificate)
    {
        if (certificate.IsSelfSigned && !certificate.IsCa)
            throw new StoreException(ErrorCode.NotSelfSigned, $"'{certificate.Name}' is self-signed and no CA (its basicConstraints do not say CA:TRUE), and programs differ in whether they trust such a certificate. Make a CA (New-MtlsCa), trust that, and let it sign the certificate.");
        return certificate.Chain.Prepend(certificate).FirstOrDefault(one => one.IsSelfSigned && one.IsCa)
            ?? throw new StoreException(ErrorCode.NotSelfSigned, $"'{certificate.Name}' is signed by '{certificate.Issuer.CommonName ?? certificate.Issuer.ToString()}'. A Linux system can trust self-signed CAs alone, and the root did not come along. Import the root's own file (ca.crt of its folder), or a file that holds the chain up to it.");
    }

    private static StoreStep Addition(StoreItem item, TrustAnchors anchors, TrustTool tool, string path, string reason) => new(
        isDone: () => anchors.FilesOf(item.Certificate).Count > 0 && anchors.IsInBundle(item.Certificate),
        carry: () => Change(tool, () => anchors.Add(item.Certificate, path), removing: false))
    {
        Item = item,
        Action = "Trust the CA from now on, in every program that goes by the system",
        Reason = reason,
        Flags = [$"file {path}", "mode 0644", .. Ways(tool)],
        Commands = [tool.Command(removing: false).ToString()],
        ChangesTrust = true,
    };

    private static StoreStep Removal(StoreItem item, TrustAnchors anchors, TrustTool tool, string reason) => new(
        isDone: () => anchors.FilesOf(item.Certificate).Count == 0 && (!anchors.IsInBundle(item.Certificate) || anchors.IsSupplied(item.Certificate)),
        carry: () => Change(tool, () => anchors.Remove(item.Certificate), removing: true))
    {
        Item = item,
        Action = "Trust the CA no longer",
        Reason = reason,
        Flags = [$"file {item.Alias}", .. Ways(tool)],
        Commands = [tool.Command(removing: true).ToString()],
        ChangesTrust = true,
    };

    /// <summary>Files and bundle change together, or neither does.</summary>
    private static Action Change(TrustTool tool, Func<Action> change, bool removing)
    {
        using var held = tool.Lock();
        var restore = change();
        try
        {
            tool.Run(removing);
        }
        catch (Exception)
        {
            restore();
            Settle(tool, !removing);
            throw;
        }

        return () =>
        {
            using var again = tool.Lock();
            restore();
            tool.Run(!removing);
        };
    }

    /// <summary>A tool that failed late may have made the bundle before.</summary>
    private static void Settle(TrustTool tool, bool removing)
    {
        try
        {
            tool.Run(removing);
        }
        catch (StoreException)
        {
            // The first failure is the one worth telling.
        }
    }

    private static IEnumerable<string> Ways(TrustTool tool) => tool.ThroughOptions ? ["hooks of that system are not run"] : [];

    private (TrustAnchors Anchors, TrustTool Tool) Open(StoreOptions options)
    {
        var root = TrustRoot.Open(options.StorePath, system);
        var layout = TrustLayout.Detect(root);
        return (new TrustAnchors(root, layout), TrustTool.For(root, layout, processes, isPrivileged));
    }

    private static StoreItem Item(StoreOptions options, MtlsCertificate certificate, string file) => new(StoreTarget.LinuxTrust, MtlsStoreName.Root, certificate, HasPrivateKey: false)
    {
        Location = StoreLocation.LocalMachine,
        StorePath = options.StorePath,
        Alias = file,
    };

    private static StoreException NotUsed(string option, string why) => new(ErrorCode.StoreOptionNotUsed, $"The target LinuxTrust has no use for {option}: {why}.");
}
