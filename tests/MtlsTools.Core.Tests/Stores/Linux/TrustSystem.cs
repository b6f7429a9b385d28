using MtlsTools.Certificates;
using MtlsTools.Processes;
using MtlsTools.Stores;
using MtlsTools.Stores.Linux;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores.Linux;

/// <summary>The root of a Linux system in a folder: Debian's for the machine's own tool, the others with the programs of p11-kit to change root into.</summary>
internal sealed class TrustSystem : IDisposable
{
    private const string TrustModule = "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-trust.so";
    private readonly TemporaryFolder folder = new();

    private TrustSystem(TrustLayout layout)
    {
        Layout = layout;
        Options = new StoreOptions { StorePath = folder.Path };
        Directory.CreateDirectory(folder.At(layout.Anchors));
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(layout.Bundle))!);
        Directory.CreateDirectory(folder.At(layout.Supplied));
    }

    internal TrustLayout Layout { get; }

    internal StoreOptions Options { get; init; }

    internal IStoreAdapter Adapter { get; } = new LinuxTrustAdapter(new SystemProcesses());

    internal string Bundle => folder.At(Layout.Bundle);

    internal string Anchors => folder.At(Layout.Anchors);

    /// <summary>A Debian system whose distribution brings one CA.</summary>
    internal static TrustSystem Debian(MtlsCertificate? supplied = null)
    {
        Peer.Require("update-ca-certificates");
        var system = new TrustSystem(TrustLayout.Debian);
        if (supplied is not null)
            File.WriteAllText(Path.Combine(system.folder.At(system.Layout.Supplied), "supplied.crt"), supplied.ToPem());
        File.WriteAllText(system.folder.At("etc", "ca-certificates.conf"), supplied is null ? "" : "supplied.crt\n");
        return system;
    }

    /// <summary>A system of another family: p11-kit's own trust program reads the anchors, called as the family's script calls it.</summary>
    internal static TrustSystem WithTrustProgram(string family)
    {
        var trust = Peer.Require("trust").File;
        Skip.IfNot(Environment.IsPrivilegedProcess, "Changing root takes root: this layout is not tried.");
        Skip.IfNot(File.Exists(TrustModule), "p11-kit's trust module is not where Debian has it: apt install p11-kit-modules");
        var layout = TrustLayout.All.Single(one => one.Name == family);
        var system = new TrustSystem(layout);
        foreach (var file in new[] { "/bin/sh", trust, TrustModule })
            system.Copy(file);
        system.Write("usr/share/p11-kit/modules/p11-kit-trust.module", $"module: {TrustModule}\ntrust-policy: yes\nx-init-reserved: paths='/{Path.GetDirectoryName(layout.Anchors)}'\n");
        system.Write($"usr/bin/{layout.Tool}", $"#!/bin/sh -e\ntrust extract --format=pem-bundle --filter=ca-anchors --overwrite --comment --purpose=server-auth /{layout.Bundle}\n");
        return system;
    }

    internal string At(string relative) => folder.At(relative);

    internal void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(relative))!);
        File.WriteAllText(folder.At(relative), text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.At(relative), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    internal IReadOnlyList<StoreItem> Import(MtlsCertificate certificate, StoreOptions? options = null) => StoreTransaction.Run(Adapter.Plan(certificate, options ?? Options));

    internal void Remove(StoreItem item) => StoreTransaction.Run([Adapter.PlanRemoval(item, Options)]);

    internal List<MtlsCertificate> Trusted() => File.Exists(Bundle) && new FileInfo(Bundle).Length > 0 ? [.. CertificateReader.ReadFile(Bundle)] : [];

    /// <summary>Every file and link with its content: what has to be as it was.</summary>
    internal List<string> Snapshot() => new DirectoryInfo(folder.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Where(entry => entry is FileInfo)
        .Select(entry => $"{entry.FullName} {entry.LinkTarget ?? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(entry.FullName)))}")
        .Order(StringComparer.Ordinal).ToList();

    public void Dispose() => folder.Dispose();

    private void Copy(string program)
    {
        foreach (var file in Peer.Require("ldd").Try(program).All.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('/') && File.Exists(word)).Append(program))
        {
            var target = folder.At(file[1..]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
