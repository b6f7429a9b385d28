namespace MtlsTools.Authority;

/// <summary>Tells which kind of CA folder a path is.</summary>
internal static class AuthorityFinder
{
    private static readonly string[] EasyRsaMarks = ["certs_by_serial", "openssl-easyrsa.cnf", "safessl-easyrsa.cnf"];

    /// <exception cref="AuthorityException">There is no CA, or one that still waits for its certificate.</exception>
    internal static AuthorityLayout Find(string path)
    {
        var layout = Guess(path);
        var missing = new[] { layout.Certificate, layout.Index }.FirstOrDefault(file => !File.Exists(file));
        if (missing is null)
            return layout;
        if (missing == layout.Certificate && File.Exists(layout.Request))
            throw new AuthorityException(ErrorCode.AuthorityPending, $"The CA '{path}' waits for its certificate. Have its request '{layout.Request}' signed by the CA above, then use Update-MtlsCa with -Certificate.", path);
        if (File.Exists(Path.Combine(layout.Folder, "rootCA.pem")))
            throw new AuthorityException(ErrorCode.NotAnAuthority, $"'{path}' is a CA of mkcert, which keeps no record of what it issues. Adopt it into a folder of its own: New-MtlsCa with -Certificate rootCA.pem -Key rootCA-key.pem.", path);
        throw new AuthorityException(ErrorCode.NotAnAuthority, $"'{path}' is no CA folder: {(Directory.Exists(path) || IsConfiguration(path) ? $"it lacks {Path.GetFileName(missing)}" : File.Exists(path) ? "it is a file" : "it does not exist")}. Name a folder made by New-MtlsCa.", path);
    }

    /// <summary>The layout of a CA that waits for its certificate, or has one that is to be replaced.</summary>
    internal static AuthorityLayout FindIncomplete(string path) => new AuthorityLayout(Path.GetFullPath(path)) is var own && !File.Exists(own.Certificate) && File.Exists(own.Request) ? own : Find(path);

    private static AuthorityLayout Guess(string path)
    {
        var full = Path.GetFullPath(path);
        if (IsConfiguration(full))
            return AuthorityLayout.OfConfiguration(OpenSslConfiguration.Open(full));
        var own = new AuthorityLayout(full);
        if (File.Exists(own.Certificate))
            return EasyRsaMarks.Any(mark => Path.Exists(Path.Combine(full, mark))) ? AuthorityLayout.OfEasyRsa(full) : own;
        if (AuthorityLayout.OfOpenSsl(full) is var openssl && File.Exists(openssl.Certificate))
            return openssl;
        return File.Exists(Path.Combine(full, "openssl.cnf")) ? AuthorityLayout.OfConfiguration(OpenSslConfiguration.Open(Path.Combine(full, "openssl.cnf"))) : own;
    }

    private static bool IsConfiguration(string path) => Path.GetExtension(path) is ".cnf" or ".conf" && File.Exists(path);
}
