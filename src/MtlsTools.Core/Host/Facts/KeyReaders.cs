namespace MtlsTools.Host;

/// <summary>Who may read the key of a certificate in a store of this machine (Windows).</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="KeyFile">The file of its key.</param>
/// <param name="Accounts">The security identifiers of the accounts that may read it.</param>
internal sealed record KeyReaders(StoredCertificate Certificate, string KeyFile, IReadOnlySet<string> Accounts);
