namespace MtlsTools.Tests.Support;

/// <summary>Peers/peer.go, compiled once for all tests of a run, and the compiler with what it has compiled already.</summary>
public static class GoPeer
{
    private static readonly Lazy<TemporaryFolder> Folder = new(Create);
    private static readonly Lazy<Peer> Compiled = new(Compile);

    /// <summary>The compiler, or the test is skipped. It shares what was compiled with every other program of this process that runs it.</summary>
    public static Peer Tool
    {
        get
        {
            var go = Peer.Require("go");
            _ = Folder.Value;
            return go;
        }
    }

    /// <summary>The program, or the test is skipped.</summary>
    public static Peer Require()
    {
        _ = Tool;
        return Compiled.Value;
    }

    /// <summary>Compiles a program, after the language's own tools have found nothing in it to complain about.</summary>
    public static Peer Build(string program, params string[] sources)
    {
        Assert.Equal("", Peer.Require("gofmt").Run(["-l", "-d", .. sources]).Output);
        Tool.Run(["vet", .. sources], input: null, TimeSpan.FromMinutes(5));
        Tool.Run(["build", "-o", program, .. sources], input: null, TimeSpan.FromMinutes(5));
        return Peer.Of(program);
    }

    private static Peer Compile()
    {
        Tool.Run(["build", "-o", Folder.Value.At("peer"), Peer.Asset("peer.go")], input: null, TimeSpan.FromMinutes(5));
        return Peer.Of(Folder.Value.At("peer"));
    }

    private static TemporaryFolder Create()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        foreach (var (name, value) in new[] { ("GOCACHE", folder.At("cache")), ("GOPATH", folder.At("path")), ("GOPROXY", "off"), ("GOFLAGS", "-mod=mod"), ("CGO_ENABLED", "0") })
            Environment.SetEnvironmentVariable(name, value);
        return folder;
    }
}
