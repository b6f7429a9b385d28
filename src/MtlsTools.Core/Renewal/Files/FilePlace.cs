using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Renewal.Files;

/// <summary>A certificate in a file, its key in the same or another one, and perhaps its issuers in a third.</summary>
internal sealed class FilePlace : IRenewalPlace
{
    private readonly FileSettings settings;
    private readonly VersionFolder versions;
    private (string Fingerprint, MtlsCertificate Certificate)? known;

    internal FilePlace(FileSettings settings)
    {
        settings = settings with { Path = FileLinks.NameOf(settings.Path), KeyPath = settings.KeyPath is { } key ? FileLinks.NameOf(key) : null };
        this.settings = settings;
        Certificate = FileLinks.Follow(settings.Path);
        versions = new VersionFolder(Certificate);
        Form = CertificateForm.Of(InputFile.Read(Certificate), settings.Path, settings.Password);
        Key = settings.KeyPath is { } named ? FileLinks.Follow(named) : FindKey();
        if (Key == Certificate)
            Key = null;
        Chain = settings.ChainPath is { } chain ? FileLinks.Follow(chain) : null;
    }

    internal string Certificate { get; }

    /// <summary>The form of the certificate's file, which its successor has too.</summary>
    internal CertificateForm Form { get; }

    /// <summary>The key's file, or null when it lies with the certificate.</summary>
    internal string? Key { get; }

    internal string? Chain { get; }

    internal SecureString? Password => settings.Password;

    public MtlsCertificate Read()
    {
        var unfinished = new SwapJournal(versions).Unfinished;
        var certificate = SwapJournal.ContentOf(Certificate, unfinished);
        var key = Key is null ? null : SwapJournal.ContentOf(Key, unfinished);

        // Opening what is encrypted takes long, on purpose; the same content is opened once.
        var fingerprint = string.Concat(new[] { certificate, key, Chain }.OfType<string>().Select(Fingerprint));
        if (known is { } before && before.Fingerprint == fingerprint)
            return before.Certificate;
        var read = CertificateReader.ReadIdentity(certificate, key, Password);
        var chain = Chain is null ? [] : CertificateReader.ReadFile(Chain);
        read = read.WithChain([.. read.Chain, .. chain]).At(settings.Path);
        known = (fingerprint, read);
        return read;
    }

    public string Describe()
    {
        var files = Files().Select(file => $"'{file.Path}'").ToList();
        var names = files.Count == 1 ? files[0] : $"{string.Join(", ", files.SkipLast(1))} and {files[^1]}";
        return settings.Keep == 0 ? $"write {names}" : $"write {names}, and keep what was there in '{versions.Path}'";
    }

    public bool IsUnfinished => new SwapJournal(versions).Unfinished.Count > 0;

    public bool IsReloadPending => File.Exists(versions.ReloadMark);

    public void MarkReloaded() => File.Delete(versions.ReloadMark);

    public IRenewalWork Begin(CancellationToken cancellation)
    {
        if (Key is not null && FileLinks.IsOfAnother(Key, versions))
            throw new KeyException(ErrorCode.KeyShared, $"The key '{Key}' is renewed together with another certificate ('{FileLinks.TargetOf(Key)}'), and a new key would not fit that one any more. Give each certificate a key of its own, or use -KeepKey.", Key);
        return new FileWork(this, settings, versions, cancellation);
    }

    /// <summary>The files that are swapped together, the certificate first.</summary>
    internal IReadOnlyList<SwapFile> Files() => new[] { (FileRole.Certificate, (string?)Certificate), (FileRole.Key, Key), (FileRole.Chain, Chain) }
        .Where(one => one.Item2 is not null)
        .Select(one => new SwapFile(one.Item1, one.Item2!, FileRights.Of(one.Item2!)))
        .ToList();

    /// <summary>The key's file when none is named: the certificate's own, or one of its name that ends in .key.</summary>
    private string? FindKey()
    {
        var beside = Path.ChangeExtension(settings.Path, ".key");
        return Form.HasKey || !File.Exists(beside) ? null : FileLinks.Follow(beside);
    }

    private static string Fingerprint(string path)
    {
        var content = InputFile.Read(path);
        var hash = Convert.ToHexString(SHA256.HashData(content));
        CryptographicOperations.ZeroMemory(content);
        return hash;
    }
}

/// <summary>How files are found and replaced.</summary>
/// <param name="Path">The certificate's file, as it was named.</param>
/// <param name="KeyPath">The key's file; null looks for it.</param>
/// <param name="ChainPath">The file of the issuers, or null.</param>
/// <param name="Password">Opens and protects the key.</param>
/// <param name="Keep">How many former versions are kept.</param>
/// <param name="NoLink">Whether files that are no links stay so.</param>
/// <param name="MarkReload">Whether it is noted that a program is to be told.</param>
internal sealed record FileSettings(string Path, string? KeyPath, string? ChainPath, SecureString? Password, int Keep, bool NoLink, bool MarkReload);
