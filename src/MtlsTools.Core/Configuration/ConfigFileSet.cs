using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Configuration;

/// <summary>The files that a configuration names: those that were given, where they have the form that the program needs, and otherwise made ones.</summary>
internal sealed class ConfigFileSet
{
    private readonly ConfigOptions options;
    private readonly TargetDefinition target;
    private readonly ConfigPlatform platform;
    private readonly Dictionary<ConfigFileRole, ConfigFile> files = [];

    /// <summary>Whether the key's own file is PEM and holds nothing else.</summary>
    private readonly bool isKeyAlone;

    internal ConfigFileSet(ConfigOptions options, TargetDefinition target, ConfigPlatform platform)
    {
        this.options = options;
        this.target = target;
        this.platform = platform;
        if (KeyFile is not { } path || !File.Exists(path))
            return;
        var blocks = PemBlock.ReadAll(InputFile.Read(path), path);
        IsKeyEncrypted = blocks.Any(block => block.IsLegacyEncrypted || block.Label == "ENCRYPTED PRIVATE KEY");
        isKeyAlone = blocks.Count(IsKey) == 1 && blocks.All(block => IsKey(block) || block.Label == "EC PARAMETERS");
    }

    /// <summary>Whether the key's own file needs a passphrase.</summary>
    internal bool IsKeyEncrypted { get; }

    /// <summary>Those that were asked for, in that order.</summary>
    internal IEnumerable<ConfigFile> Files => files.Values;

    private string? KeyFile => options.Certificate?.KeyPath ?? options.Certificate?.PrivateKey?.Path;

    private string Own => target.Side == ConfigSide.Client ? "client" : "server";

    private string Other => target.Side == ConfigSide.Client ? "server-ca" : "client-ca";

    /// <summary>The folder of made files, as the configuration calls it.</summary>
    /// <exception cref="OutputException">There is none.</exception>
    internal string Folder() => options.InstallPath ?? options.Directory
        ?? throw new OutputException(ErrorCode.ConfigDirectoryRequired, $"The configuration for {target.Title} consists of files that are made for it, and nothing says where. Give a folder with -OutDirectory.");

    /// <summary>Whether there is such a folder.</summary>
    internal bool HasFolder => (options.InstallPath ?? options.Directory) is not null;

    /// <summary>Where a file of that folder will be.</summary>
    internal string At(string name) => platform == ConfigPlatform.Windows && !Folder().Contains('/') ? $@"{Folder().TrimEnd('\\')}\{name}" : $"{Folder().TrimEnd('/')}/{name}";

    internal string PathOf(ConfigFileRole role)
    {
        if (!files.TryGetValue(role, out var file))
            files[role] = file = Given(role) is { } path ? new ConfigFile(role, Path.GetFileName(path), path) : Make(role);
        return file.Path;
    }

    /// <summary>What would stand in a made file, for a configuration that holds it itself.</summary>
    internal byte[] ContentOf(ConfigFileRole role) => Make(role).Content!;

    /// <summary>The file that was given, when it is just what is needed and stays where it is.</summary>
    private string? Given(ConfigFileRole role) => options.InstallPath is not null ? null : role switch
    {
        // A certificate whose key has to be written goes with it: what lies in the folder of a CA is nobody's to configure.
        ConfigFileRole.Certificate when KeyFile is not null => Holding(options.Certificate?.Path, "CERTIFICATE", Chain().Select(one => one.RawData)),
        ConfigFileRole.Key => isKeyAlone ? Path.GetFullPath(KeyFile!) : null,
        ConfigFileRole.Trust => Holding(options.TrustedCas[0].Path, "CERTIFICATE", Trusted().Select(one => one.RawData)),
        ConfigFileRole.Crl => Holding(options.Crls[0].Path, "X509 CRL", options.Crls.Select(one => one.RawData)),
        _ => null,
    };

    private ConfigFile Make(ConfigFileRole role)
    {
        var (name, content) = role switch
        {
            ConfigFileRole.Certificate => ($"{Own}.crt", CertificatePem()),
            ConfigFileRole.Key => ($"{Own}.key", KeyPem()),
            ConfigFileRole.CertificateAndKey => ($"{Own}.pem", (byte[])[.. CertificatePem(), .. KeyPem()]),
            ConfigFileRole.Trust => ($"{Other}.crt", TrustPem()),
            ConfigFileRole.Crl => ($"{Other}.crl", CrlPem()),
            ConfigFileRole.TrustAndCrl => ($"{Other}.pem", (byte[])[.. TrustPem(), .. CrlPem()]),
            ConfigFileRole.Pfx => ($"{Own}.pfx", Export(Identity(), ExportFormat.Pfx)),
            ConfigFileRole.TrustStore => ($"{Other}.p12", CertificateExporter.Export(Trusted(), new ExportOptions { Format = ExportFormat.TrustStore, Password = PasswordFor("PKCS#12 file") })),
            ConfigFileRole.KubernetesSecret => ("tls-secret.yaml", KubernetesSecret.Write(WithKey(), CertificatePem(), CertificateExporter.Pem(Identity().Chain), null, target.SecretNamespace(options))),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a file beside a configuration."),
        };
        return new ConfigFile(role, name, At(name))
        {
            Content = content,
            Audience = role is ConfigFileRole.Key or ConfigFileRole.CertificateAndKey or ConfigFileRole.Pfx or ConfigFileRole.KubernetesSecret ? FileAudience.OwnerOnly : FileAudience.Everyone,
        };
    }

    /// <summary>The full path of a PEM file that holds just these, in this order, and nothing else.</summary>
    private static string? Holding(string? path, string label, IEnumerable<ReadOnlyMemory<byte>> expected)
    {
        if (path is null || !File.Exists(path))
            return null;
        var blocks = PemBlock.ReadAll(InputFile.Read(path), path);
        return blocks.All(block => block.Label == label) && blocks.Select(block => Convert.ToHexString(block.Data.Span)).SequenceEqual(expected.Select(one => Convert.ToHexString(one.Span)))
            ? Path.GetFullPath(path)
            : null;
    }

    private static bool IsKey(PemBlock block) => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);

    private MtlsCertificate Identity() => options.Certificate!;

    private IEnumerable<MtlsCertificate> Chain() => CertificateExporter.FullChain(Identity());

    private List<MtlsCertificate> Trusted() => CertificateExporter.WithIssuers(options.TrustedCas).ToList();

    private byte[] CertificatePem() => CertificateExporter.Pem(Chain());

    private byte[] TrustPem() => CertificateExporter.Pem(Trusted());

    private byte[] CrlPem() => System.Text.Encoding.ASCII.GetBytes(string.Concat(options.Crls.Select(crl => PemBlock.Write("X509 CRL", crl.RawData.Span))));

    private byte[] KeyPem()
    {
        if (IsKeyEncrypted)
            return InputFile.Read(KeyFile!);
        return WithKey().PrivateKey!.ExportPem(null);
    }

    /// <summary>The own certificate, which has its key.</summary>
    private MtlsCertificate WithKey() => Identity().HasPrivateKey ? Identity()
        : throw ConfigInputs.KeyMissing(Identity(), target);

    private byte[] Export(MtlsCertificate certificate, ExportFormat format) => CertificateExporter.Export(certificate, format, PasswordFor("PFX file"));

    private SecureString PasswordFor(string what) => options.Password is { Length: > 0 } password
        ? password
        : throw new PasswordException(ErrorCode.PasswordRequired, $"The configuration for {target.Title} has a {what}, which is protected by a password. Give one with -Password.");
}
