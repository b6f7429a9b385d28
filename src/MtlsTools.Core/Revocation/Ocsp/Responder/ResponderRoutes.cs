using MtlsTools.Server;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Decides what a request of HTTP is answered: OCSP by GET and POST (RFC 6960, A.1), and the files of the CAs.</summary>
internal sealed class ResponderRoutes(OcspResponder responder, IReadOnlyList<ResponderAuthority> authorities)
{
    private const string OcspType = "application/ocsp-response";

    private readonly Dictionary<string, Func<ResponderReply>> files = Files(responder, authorities);

    internal ResponderReply Answer(ServerRequest request)
    {
        switch (request.Method)
        {
            case "POST" when request.Path is "/" or "/ocsp" or "/ocsp/":
                return Ocsp(request.RawBody);
            case "GET" or "HEAD":
                return Get(request.Path);
            case "POST":
                return ResponderReply.Text(404, "OCSP requests go to / or /ocsp.\n");
            default:
                return ResponderReply.Text(405, "This is an OCSP responder: GET and POST are answered.\n");
        }
    }

    private ResponderReply Get(string path)
    {
        if (files.TryGetValue(path, out var file))
            return file();
        if (path is "/" or "/ocsp" or "/ocsp/")
            return ResponderReply.Text(200, string.Concat(authorities.Select(one => $"{one.Name}\n  OCSP         {one.OcspUrl}\n  CRL          {one.CrlUrl}\n  certificate  {one.IssuerUrl}\n")));
        var isOcsp = path.StartsWith("/ocsp/", StringComparison.Ordinal);
        if (Decode(isOcsp ? path["/ocsp/".Length..] : path) is { } request)
            return Ocsp(request);
        return isOcsp ? Ocsp(default) : ResponderReply.Text(404, "There is nothing here.\n");
    }

    private ResponderReply Ocsp(ReadOnlyMemory<byte> request)
    {
        var reply = responder.Answer(request);
        return new ResponderReply(200, OcspType, reply.Body) { ThisUpdate = reply.ThisUpdate, NextUpdate = reply.NextUpdate };
    }

    /// <summary>Base64, with or without its special characters escaped; some clients put a second slash before it.</summary>
    private static byte[]? Decode(string path)
    {
        var text = Uri.UnescapeDataString(path.TrimStart('/'));
        var buffer = new byte[text.Length];
        return text.Length > 0 && Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
    }

    private static Dictionary<string, Func<ResponderReply>> Files(OcspResponder responder, IReadOnlyList<ResponderAuthority> authorities)
    {
        var files = new Dictionary<string, Func<ResponderReply>>(StringComparer.Ordinal);
        foreach (var (served, told) in responder.Authorities.Zip(authorities))
        {
            var content = new ResponderFiles(served.Authority);
            files[told.CrlUrl.AbsolutePath] = () => content.List(asPem: false);
            files[told.CrlUrl.AbsolutePath + ".pem"] = () => content.List(asPem: true);
            files[told.IssuerUrl.AbsolutePath] = () => content.Certificate(asPem: false);
            files[told.IssuerUrl.AbsolutePath + ".pem"] = () => content.Certificate(asPem: true);
        }

        return files;
    }
}
