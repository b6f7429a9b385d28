using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Renewal;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>What is to be renewed: a certificate or where it lies, a store item, or any object that has a Path, as an inventory's and a table's rows have.</summary>
public sealed class RenewalArgument
{
    private readonly object value;

    /// <summary>The path of a file, or a certificate in a store by its thumbprint or its path of the Cert: drive.</summary>
    public RenewalArgument(string path) => value = path;

    /// <summary>A file.</summary>
    public RenewalArgument(FileInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A certificate that lies in a file or a store.</summary>
    public RenewalArgument(MtlsCertificate certificate) => value = certificate;

    /// <summary>A certificate in a store.</summary>
    public RenewalArgument(StoreItem item) => value = item;

    /// <summary>A certificate of .NET that lies in a store.</summary>
    public RenewalArgument(X509Certificate2 certificate) => value = MtlsCertificate.FromX509(certificate);

    /// <summary>Any object with the properties Path, KeyPath, ChainPath, or Certificate.</summary>
    public RenewalArgument(object row) => value = PSObject.AsPSObject(row);

    /// <inheritdoc/>
    public override string ToString() => value switch
    {
        MtlsCertificate { Path: { } path } => path,
        PSObject row => TextOf(row, "Path") ?? row.ToString(),
        _ => value.ToString() ?? "",
    };

    /// <summary>The target; the paths and the password are those of the cmdlet's parameters.</summary>
    internal RenewalTarget Resolve(PSCmdlet cmdlet, string? keyPath, string? chainPath, SecureString? password) => value switch
    {
        StoreItem item => RenewalTarget.OfStore(item, password),
        MtlsCertificate certificate => Of(certificate, keyPath, chainPath, password),
        PSObject row => Of(cmdlet, row, keyPath, chainPath, password),
        string text => StoredCertificate.Find(cmdlet, text) is { } stored ? InStore(stored, password) : RenewalTarget.OfFile(cmdlet.FilePath(text), keyPath, chainPath, password),
        _ => throw new InvalidOperationException("The constructors admit nothing else."),
    };

    private static RenewalTarget Of(MtlsCertificate certificate, string? keyPath, string? chainPath, SecureString? password) => certificate.Path is { } path
        ? RenewalTarget.OfFile(path, keyPath ?? certificate.KeyPath, chainPath, password)
        : InStore(certificate, password);

    private static RenewalTarget Of(PSCmdlet cmdlet, PSObject row, string? keyPath, string? chainPath, SecureString? password)
    {
        if (TextOf(row, "Path") is { } path && File.Exists(cmdlet.FilePath(path)))
            return RenewalTarget.OfFile(cmdlet.FilePath(path), keyPath ?? FileOf("KeyPath"), chainPath ?? FileOf("ChainPath"), password);
        if (row.Properties["Certificate"]?.Value is { } value && LanguagePrimitives.TryConvertTo<MtlsCertificate>(value, out var certificate))
            return Of(certificate, keyPath, chainPath, password);
        return TextOf(row, "Path") is { } missing
            ? RenewalTarget.OfFile(cmdlet.FilePath(missing), password: password)
            : throw new InputException(ErrorCode.NothingToRenew, $"'{row}' has neither a Path nor a Certificate that lies in a file or a store. Name the file with -Path.");

        string? FileOf(string property) => TextOf(row, property) is { } text ? cmdlet.FilePath(text) : null;
    }

    private static RenewalTarget InStore(MtlsCertificate certificate, SecureString? password)
    {
        var locations = OperatingSystem.IsWindows() ? new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine } : [StoreLocation.CurrentUser];
        var found = locations
            .SelectMany(location => CertificateStore.Open(options: new StoreOptions { Location = location, StoreName = MtlsStoreName.My }).Read())
            .FirstOrDefault(item => item.Certificate.Equals(certificate));
        return found is null
            ? throw new InputException(ErrorCode.NothingToRenew, $"'{certificate.Name}' lies in no file that is known, and not in a store of this system. Name its file with -Path, or pipe the item of Get-MtlsStoreItem.")
            : RenewalTarget.OfStore(found, password);
    }

    private static string? TextOf(PSObject row, string property) => row.Properties[property]?.Value?.ToString() is { Length: > 0 } text ? text : null;
}
