namespace MtlsTools.Tests.Support;

/// <summary>Peers/peer.go, compiled once for all tests of a run.</summary>
public static class GoPeer
{
    private static readonly Lazy<Peer> Compiled = new(Compile);

    /// <summary>The program, or the test is skipped.</summary>
    public static Peer Require()
    {
        Peer.Require("go");
        return Compiled.Value;
    }

    private static Peer Compile()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        var go = Peer.Require("go").With("GOCACHE", folder.At("cache")).With("GOPATH", folder.At("path")).With("GOPROXY", "off").With("GOFLAGS", "-mod=mod").With("CGO_ENABLED", "0");
        go.Run(["build", "-o", folder.At("peer"), Peer.Asset("peer.go")], input: null, TimeSpan.FromMinutes(5));
        return Peer.Of(folder.At("peer"));
    }
}
