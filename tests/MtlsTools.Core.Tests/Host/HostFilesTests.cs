using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;
using MtlsTools.Host;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Host;

/// <summary>Key files, as they lie below the root folder of a system: what is found, what is passed over, and what Repair does.</summary>
public sealed class HostFilesTests : IDisposable
{
    private static readonly string Pem = PemOfSharedKey();

    private readonly TemporaryFolder root = new();

    public HostFilesTests() => Skip.If(OperatingSystem.IsWindows(), "These are folders of Unix systems.");

    public void Dispose() => root.Dispose();

    [SkippableTheory]
    [InlineData("etc/ssl/private/web.key", "644", "KeyFileReadable")]
    [InlineData("etc/ssl/certs/oops.pem", "644", "KeyFileReadable")]
    [InlineData("etc/pki/tls/private/web.key", "604", "KeyFileReadable")]
    [InlineData("etc/nginx/conf.d/tls/web.pem", "666", "KeyFileReadable")]
    [InlineData("etc/haproxy/web.pem", "640", "KeyFileShared")]
    [InlineData("home/alice/.mtls/alice.key", "660", "KeyFileNotClosed")]
    [InlineData("root/.dotnet/corefx/cryptography/x509stores/my/a.pem", "640", "KeyFileShared")]
    [InlineData("etc/nginx/web.key", "600", null)]
    [InlineData("etc/nginx/web.key", "400", null)]
    [InlineData("opt/elsewhere.key", "644", null)]
    public void Keys_in_the_usual_folders_are_found_by_their_mode(string path, string mode, string? id)
    {
        var file = Write(path, Pem, mode);

        var findings = Findings();

        Assert.Equal(id is null ? [] : [(id, file)], findings.Select(finding => (finding.Id, finding.Subject)));
        Assert.All(findings, finding => Assert.Equal(id == "KeyFileShared" ? null : $"Set the mode of '{file}' from {mode} to 600", finding.RepairPlan));
    }

    // A key by any form is one; what is none is not.
    [SkippableFact]
    public void Keys_are_known_by_their_content()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var certificate = HostPki.Client();
        var encrypted = System.Text.Encoding.ASCII.GetString(key.ExportPem(Secret.From("x")));
        var plain = new Dictionary<string, byte[]>
        {
            ["first.conf"] = System.Text.Encoding.ASCII.GetBytes(certificate.ToPem() + Pem),
            ["sec1.txt"] = "-----BEGIN EC PRIVATE KEY-----\nMHc="u8.ToArray(),
            ["der.key"] = key.ExportPkcs8(),
            ["utf16.pem"] = [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(Pem)],
        };
        var locked = new Dictionary<string, byte[]>
        {
            ["locked.key"] = System.Text.Encoding.ASCII.GetBytes(encrypted),
            ["dek.key"] = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA"u8.ToArray(),
        };
        var none = new Dictionary<string, byte[]>
        {
            ["cert.pem"] = System.Text.Encoding.ASCII.GetBytes(certificate.ToPem()),
            ["cert.der"] = certificate.RawData.ToArray(),
            ["nginx.conf"] = "ssl_certificate_key web.key;"u8.ToArray(),
            ["public.pem"] = "-----BEGIN PUBLIC KEY-----\nAAAA"u8.ToArray(),
            ["empty.key"] = [],
            ["late.log"] = [.. new byte[70_000], .. System.Text.Encoding.ASCII.GetBytes(Pem)],
            ["huge.key"] = [0x30, .. new byte[2_000_000]],
        };
        foreach (var (name, content) in plain.Concat(locked).Concat(none))
            Write($"etc/nginx/{name}", content, "644");

        var findings = Findings();

        Assert.Equal(plain.Keys.Order(), findings.Where(finding => finding.Id == "KeyFileReadable").Select(finding => Path.GetFileName(finding.Subject)).Order());
        Assert.Equal(locked.Keys.Order(), findings.Where(finding => finding.Id == "KeyFileNotClosed").Select(finding => Path.GetFileName(finding.Subject)).Order());
    }

    [SkippableFact]
    public void A_closed_folder_protects()
    {
        var open = Write("etc/ssl/private/web.key", Pem, "644");
        UnixMode.Set(root.At("etc", "ssl", "private"), "710");

        var finding = Assert.Single(Findings());

        Assert.Equal(("KeyFileNotClosed", open), (finding.Id, finding.Subject));
        Assert.Contains($"all that keeps others out is the folder '{root.At("etc", "ssl", "private")}'", finding.Cause, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Links_are_followed_to_files_within_the_system_and_never_in_circles()
    {
        var target = Write("opt/keys/web.key", Pem, "644");
        Write("etc/nginx/site.conf", "x", "644");
        File.CreateSymbolicLink(root.At("etc", "nginx", "absolute.key"), "/opt/keys/web.key");
        File.CreateSymbolicLink(root.At("etc", "nginx", "relative.key"), "../../opt/keys/web.key");
        File.CreateSymbolicLink(root.At("etc", "nginx", "loop.key"), "loop.key");
        File.CreateSymbolicLink(root.At("etc", "nginx", "nowhere.key"), "missing.key");
        Directory.CreateSymbolicLink(root.At("etc", "nginx", "again"), ".");

        Assert.Equal(target, Assert.Single(Findings()).Subject);
    }

    [SkippableFact]
    public void Named_folders_and_files_are_looked_at_and_missing_ones_are_told()
    {
        var file = Write("opt/some where/[1].key", Pem, "644");
        var options = new HostOptions { Root = root.Path, Folders = [root.At("opt"), file, root.At("nothing")], Checks = new HashSet<string> { "KeyFileReadable" } };

        var report = HostExaminer.Examine(options);

        Assert.Equal(file, Assert.Single(report.Findings).Subject);
        Assert.Equal(HostCheckState.Partly, report.Checks[0].State);
        Assert.Equal([$"'{root.At("nothing")}' does not exist."], report.Checks[0].Reasons);
        Assert.Equal(root.Path, report.Host);
    }

    [SkippableFact]
    public void What_lies_too_deep_is_told()
    {
        Write($"etc/nginx/{string.Join('/', Enumerable.Repeat("d", 10))}/web.key", Pem, "644");

        var report = HostExaminer.Examine(new HostOptions { Root = root.Path, Checks = new HashSet<string> { "KeyFileReadable" } });

        Assert.Empty(report.Findings);
        Assert.Contains("lies more than 8 folders deep", Assert.Single(report.Checks[0].Reasons), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Closed_folders_are_told()
    {
        Skip.If(Environment.IsPrivilegedProcess, "Nothing is closed to root.");
        Write("etc/nginx/tls/web.key", Pem, "600");
        UnixMode.Set(root.At("etc", "nginx", "tls"), "000");
        try
        {
            Assert.Contains("may not be read by this account", Assert.Single(HostExaminer.Examine(new HostOptions { Root = root.Path, Checks = new HashSet<string> { "KeyFileReadable" } }).Checks[0].Reasons), StringComparison.Ordinal);
        }
        finally
        {
            UnixMode.Set(root.At("etc", "nginx", "tls"), "700");
        }
    }

    [SkippableFact]
    public void Repair_closes_the_file_once_and_can_be_undone()
    {
        var file = Write("etc/nginx/it's.key", Pem, "644");
        var finding = Assert.Single(Findings());

        var repair = HostRepairs.Run(finding);

        Assert.Equal(HostRepairOutcome.Repaired, repair.Outcome);
        Assert.Equal("600", UnixMode.Of(file));
        Assert.Empty(Findings());
        using (var shell = Process.Start("/bin/sh", ["-c", repair.Undo!]))
            shell.WaitForExit();
        Assert.Equal("644", UnixMode.Of(file));

        // The fact stands again, as it was found; then it has changed.
        Assert.Equal(HostRepairOutcome.Repaired, HostRepairs.Run(finding).Outcome);
        Assert.Equal(HostRepairOutcome.Changed, HostRepairs.Run(finding).Outcome);
    }

    [SkippableFact]
    public void A_file_that_was_replaced_meanwhile_is_left_alone()
    {
        var file = Write("etc/nginx/web.key", Pem, "644");
        var finding = Assert.Single(Findings());
        Write("etc/nginx/web.key", "something else", "644");

        var repair = HostRepairs.Run(finding);

        Assert.Equal(HostRepairOutcome.Changed, repair.Outcome);
        Assert.Contains("Run Test-MtlsHost again", repair.Action, StringComparison.Ordinal);
        Assert.Equal("644", UnixMode.Of(file));
        File.Delete(file);
        Assert.Equal(HostRepairOutcome.Changed, HostRepairs.Run(finding).Outcome);
    }

    [SkippableFact]
    public void A_stale_list_in_the_cache_of_NET_is_found_and_deleted()
    {
        var nextUpdate = HostPki.Now.AddDays(7);
        using var key = ECDsa.Create();
        var list = new CertificateRevocationListBuilder().Build(new X500DistinguishedName("CN=CA"), X509SignatureGenerator.CreateForECDsa(key), 1, nextUpdate, HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1]), HostPki.Now);
        var folder = Directory.CreateDirectory(root.At("root", ".dotnet", "corefx", "cryptography", "crls")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "0123abcd.crl"), list);
        File.WriteAllText(Path.Combine(folder, "other"), "no list");
        HostReport At(DateTimeOffset time) => HostExaminer.Examine(new HostOptions { Root = root.Path, Clock = new ManualTimeProvider(time), Checks = new HashSet<string> { "CrlCacheStale" } });

        Assert.Empty(At(nextUpdate).Findings);
        var finding = Assert.Single(At(nextUpdate.AddSeconds(1)).Findings);
        Assert.Equal(Path.Combine(folder, "0123abcd.crl"), finding.Subject);
        Assert.Equal(HostRepairOutcome.Repaired, HostRepairs.Run(finding).Outcome);
        Assert.Equal(["other"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
    }

    [SkippableFact]
    public void A_root_that_is_no_folder_is_an_error() =>
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => HostExaminer.Examine(new HostOptions { Root = root.At("nothing") })).Code);

    private static string PemOfSharedKey()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        return PemBlock.Write("PRIVATE KEY", key.ExportPkcs8());
    }

    private IReadOnlyList<HostFinding> Findings() => HostExaminer.Examine(new HostOptions { Root = root.Path, Checks = new HashSet<string> { "KeyFileReadable", "KeyFileNotClosed", "KeyFileShared" } }).Findings;

    private string Write(string path, string content, string mode) => Write(path, System.Text.Encoding.UTF8.GetBytes(content), mode);

    private string Write(string path, byte[] content, string mode)
    {
        var full = root.At(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        UnixMode.Set(full, mode);
        return full;
    }
}
