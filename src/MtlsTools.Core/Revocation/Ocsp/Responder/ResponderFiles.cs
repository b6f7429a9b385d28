using MtlsTools.Authority;
using MtlsTools.Encoding;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>The files of a CA that clients download: its certificate and its revocation list, each as DER and as PEM. They are read when they are asked for, as another process left them, and again when they change.</summary>
internal sealed class ResponderFiles(CertificateAuthority authority)
{
    private readonly object gate = new();
    private (DateTime Written, long Length) seen;
    private CertificateRevocationList? list;

    /// <summary>The answer to the download of the CA's certificate.</summary>
    internal ResponderReply Certificate(bool asPem) => asPem
        ? new ResponderReply(200, "application/x-pem-file", System.Text.Encoding.ASCII.GetBytes(authority.Certificate.ToPem()))
        : new ResponderReply(200, "application/pkix-cert", authority.Certificate.RawData);

    /// <summary>The answer to the download of the revocation list.</summary>
    internal ResponderReply List(bool asPem)
    {
        if (Read(authority.Layout.Crl) is not { } found)
            return ResponderReply.Text(404, "No revocation list has been published.\n");
        return asPem
            ? new ResponderReply(200, "application/x-pem-file", System.Text.Encoding.ASCII.GetBytes(PemBlock.Write("X509 CRL", found.RawData.Span))) { ThisUpdate = found.ThisUpdate, NextUpdate = found.NextUpdate }
            : new ResponderReply(200, "application/pkix-crl", found.RawData) { ThisUpdate = found.ThisUpdate, NextUpdate = found.NextUpdate };
    }

    /// <summary>The CA's own list of a file that may hold those of others too; null when it can not be read.</summary>
    private CertificateRevocationList? Read(string path)
    {
        lock (gate)
        {
            var info = new FileInfo(path);
            if (!info.Exists)
                return null;
            var now = (info.LastWriteTimeUtc, info.Length);
            if (list is not null && seen == now)
                return list;
            try
            {
                var lists = CertificateRevocationList.ReadFile(path);
                list = lists.FirstOrDefault(one => one.Issuer.Equals(authority.Certificate.Subject)) ?? lists[0];
                seen = now;
            }
            catch (InputException)
            {
                list = null;
            }

            return list;
        }
    }
}
