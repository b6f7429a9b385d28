using MtlsTools.Certificates;

namespace MtlsTools.Connections;

/// <summary>What all connections of a test share: options, the client's identity and what it trusts. Owns the key handle.</summary>
internal sealed class ClientSetup : IDisposable
{
    private ClientSetup(ConnectionOptions options, TlsIdentity? identity)
    {
        Options = options;
        Identity = identity;
        Judge = new ServerJudge(options);
    }

    internal ConnectionOptions Options { get; }

    internal TlsIdentity? Identity { get; }

    internal ServerJudge Judge { get; }

    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="InputException">A part of the request can not be sent.</exception>
    internal static ClientSetup Create(ConnectionOptions options)
    {
        options.Http.Check();
        return new ClientSetup(options, options.Certificate is null ? null : TlsIdentity.Create(options.Certificate));
    }

    public void Dispose() => Identity?.Dispose();
}
