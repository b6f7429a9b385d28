namespace MtlsTools.Revocation;

/// <summary>Revocation lists from the web, as the certificates' URLs name them: bounded in size and time.</summary>
public static class CrlDownload
{
    /// <summary>Fetches the lists of a URL.</summary>
    /// <param name="url">http or https.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InputException">There is no answer, too long a one, or one that is no revocation list.</exception>
    public static async Task<IReadOnlyList<CertificateRevocationList>> GetAsync(Uri url, TimeSpan timeout, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        try
        {
            return CertificateRevocationList.Read(await RevocationFetcher.GetAsync(url, timeout, cancellation).ConfigureAwait(false));
        }
        catch (FetchException failed)
        {
            throw new InputException(ErrorCode.DownloadFailed, $"The revocation list at '{url}' can not be fetched: {failed.Message}. Check the URL and the server, or get the list as a file.", null, failed);
        }
        catch (InputException damaged)
        {
            throw new InputException(damaged.Code, $"'{url}': {damaged.Message}", null, damaged);
        }
    }
}
