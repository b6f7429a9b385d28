using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Certificates;

/// <summary>A root, an intermediate and a leaf that OpenSSL made, for all tests of a class.</summary>
public sealed class OpenSslPki : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<Peer> openssl;

    public OpenSslPki() => openssl = new Lazy<Peer>(Make);

    /// <summary>The program, with the files made; skips the test where it is missing.</summary>
    public Peer OpenSsl => openssl.Value;

    public string Root => At("root.crt");

    public string Intermediate => At("inter.crt");

    public string Leaf => At("leaf.crt");

    public string LeafKey => At("leaf.key");

    public string At(string name) => folder.At(name);

    /// <summary>Writes the texts of several files one after another.</summary>
    public string Join(string name, params string[] paths) => folder.Write(name, string.Concat(paths.Select(File.ReadAllText)));

    public string Write(string name, string text) => folder.Write(name, text);

    public void Dispose() => folder.Dispose();

    private Peer Make()
    {
        var peer = Peer.Require("openssl");
        string[] key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        peer.Run(["req", "-x509", .. key, "-keyout", At("root.key"), "-subj", "/O=Acme/CN=Root", "-days", "30", "-out", Root]);
        peer.Run(["req", "-x509", .. key, "-keyout", At("inter.key"), "-subj", "/O=Acme/CN=Inter", "-CA", Root, "-CAkey", At("root.key"), "-days", "20", "-out", Intermediate]);
        peer.Run(["req", "-x509", .. key, "-keyout", LeafKey, "-subj", "/O=Acme/CN=leaf", "-CA", Intermediate, "-CAkey", At("inter.key"), "-days", "10", "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth", "-addext", "subjectAltName=DNS:leaf.example,IP:10.0.0.1", "-out", Leaf]);
        return peer;
    }
}
