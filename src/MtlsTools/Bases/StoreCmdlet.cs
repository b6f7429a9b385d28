using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>The base of cmdlets that use a certificate store: which one is meant.</summary>
public abstract class StoreCmdlet : AsyncCmdlet
{
    /// <summary>The kind of store.</summary>
    [Parameter]
    public StoreTarget Target { get; set; }

    /// <summary>Whose store, the user's or the machine's.</summary>
    [Parameter]
    public StoreLocation Location { get; set; } = StoreLocation.CurrentUser;

    /// <summary>The store's file or folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StorePath { get; set; }

    /// <summary>Opens that store.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? StorePassword { get; set; }

    /// <summary>The store that the parameters name; a store that can not be there ends the command.</summary>
    private protected CertificateStore OpenStore(StoreOptions options) =>
        OpenStore(Target, options with { Location = Location, StorePath = StorePath is null ? null : this.FilePath(PathOf(StorePath)) });

    /// <summary>NSS' own tools write <c>sql:</c> before a folder, which would name a drive here.</summary>
    private string PathOf(string path) => Target == StoreTarget.Nss && path.StartsWith("sql:", StringComparison.Ordinal) ? path["sql:".Length..] : path;

    /// <summary>A store by itself.</summary>
    private protected CertificateStore OpenStore(StoreTarget target, StoreOptions options) =>
        Stoppable(token => this.Require(target, () => CertificateStore.Open(target, options with { StorePassword = StorePassword }, token)));
}
